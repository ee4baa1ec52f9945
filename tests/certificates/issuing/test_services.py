from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from certificates.issuing import services
from certificates.issuing.models import Certificate
from certificates.issuing.services import (
    MAX_ATTEMPTS,
    issue_in_bulk,
    issue_missing_certificates,
    open_certificate,
    render_certificate,
    take_name_from_profile,
)
from lms.mail.models import OutgoingMail
from lms.measures.models import Milestone, MilestoneDelta
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.enrolment import ContractFactory, EnrolmentFactory
from tests.factories.issuing import NOW, issued_certificate, waiting_certificate
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import CompletionFactory, complete_course, enrolled

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=121)
State = Certificate.State


def text_of(certificate: Certificate) -> str:
    with storages["private"].open(certificate.file_name) as file:
        return PdfReader(file).pages[0].extract_text()


def test_a_completion_has_one_certificate_however_often_it_is_opened():
    completion = CompletionFactory()
    first = open_certificate(completion.pk, now=NOW)
    assert open_certificate(completion.pk, now=NOW) == first
    assert first.state == State.WAITING


def test_the_table_refuses_a_second_certificate_in_force():
    first = waiting_certificate()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            holder=first.holder, completion=first.completion, version=2, serial="000000000000", facts={}, opened_at=NOW
        )


def test_the_loser_of_a_race_gets_the_winners_certificate(monkeypatch):
    first = waiting_certificate()
    answers = iter([None, first])
    monkeypatch.setattr(services.queries, "certificate_in_force", lambda **ground: next(answers))
    assert open_certificate(first.completion_id, now=NOW) == first
    assert Certificate.objects.count() == 1


def test_the_award_states_what_was_completed():
    course = course_with_lessons(2, 1, title="Reading a report", minutes=75, version_name="2.1", pass_mark_percent=80)
    quiz_with_questions(2, module=course.get_children().first().specific)
    learner = UserFactory(name="  Ana\u202e  R\u030ceho\u0159 ")
    completion = complete_course(enrolled(course, learner), course)
    award = open_certificate(completion.pk, now=NOW).award
    assert (award.name, award.course_title, award.course_version) == ("Ana Řehoř", "Reading a report", "2.1")
    assert (award.hours, award.lessons, award.lesson_minutes) == (1.25, 3, (10, 10, 10))
    assert (award.result, award.score_percent, award.pass_mark_percent) == ("achievement", 100, 80)
    assert award.verification_url == f"http://localhost:8000/v/{award.serial}"
    assert not {"country", "tier", "fee"} & set(award.to_json())


def test_the_award_states_the_lowest_mark_that_a_quiz_asked():
    course = course_with_lessons(1, 1)
    for module, mark in zip(course.get_children(), (None, 55), strict=True):
        quiz_with_questions(1, module=module.specific, pass_mark_percent=mark)
    award = open_certificate(complete_course(enrolled(course), course).pk, now=NOW).award
    assert award.pass_mark_percent == 55


def test_a_course_without_quiz_is_participation():
    course = course_with_lessons(2)
    award = open_certificate(complete_course(enrolled(course), course).pk, now=NOW).award
    assert (award.result, award.score_percent, award.pass_mark_percent) == ("participation", None, None)


def test_days_are_those_of_the_learners_time_zone():
    learner = UserFactory(time_zone="Pacific/Auckland")
    certificate = waiting_certificate(learner=learner, now=NOW.replace(hour=20))
    assert certificate.award.issued_on.isoformat() == "2026-01-13"


def test_rendering_issues_once_with_file_mail_and_milestone():
    certificate = waiting_certificate()
    assert render_certificate(certificate.pk, now=NOW)
    assert not render_certificate(certificate.pk, now=NOW)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.issued_at) == (State.ISSUED, NOW)
    assert certificate.award.name in text_of(certificate)
    learner = certificate.completion.enrolment.learner
    mail = OutgoingMail.objects.get(key=f"certificate-issued:{certificate.pk}")
    assert mail.to == learner.email
    for text in (mail.text, mail.html):
        assert certificate.award.verification_url in text
        assert certificate.award.shown_serial in text
    milestone = MilestoneDelta.objects.get(milestone=Milestone.CERTIFIED)
    assert (milestone.course_id, milestone.country) == (certificate.completion.enrolment.run.course_id, "GH")


def test_a_certificate_another_worker_is_at_is_left_alone_until_the_lease_has_run_out():
    certificate = waiting_certificate()
    Certificate.objects.update(leased_until=NOW + timedelta(seconds=60), attempts=1)
    assert not render_certificate(certificate.pk, now=NOW)
    assert render_certificate(certificate.pk, now=NOW + LEASE)


def test_a_worker_that_was_overtaken_issues_nothing(monkeypatch):
    certificate = waiting_certificate()
    slow = services.render

    def overtaken(award):
        pdf = slow(award)
        monkeypatch.setattr(services, "render", slow)
        assert render_certificate(certificate.pk, now=NOW + LEASE)
        return pdf

    monkeypatch.setattr(services, "render", overtaken)
    assert not render_certificate(certificate.pk, now=NOW)
    assert OutgoingMail.objects.count() == 1
    assert MilestoneDelta.objects.filter(milestone=Milestone.CERTIFIED).count() == 1


def test_a_later_change_of_name_or_course_does_not_alter_what_was_issued():
    certificate = issued_certificate()
    before, text = certificate.facts, text_of(certificate)
    enrolment = certificate.completion.enrolment
    type(enrolment.learner).objects.update(name="Somebody Else")
    type(enrolment.contract).objects.update(title="Another title", minutes=5)
    again = open_certificate(certificate.completion_id, now=NOW + LEASE)
    assert (again.facts, text_of(again)) == (before, text)


def test_the_sweep_finds_completions_whose_event_was_lost_and_certificates_whose_message_was():
    CompletionFactory()
    waiting_certificate()
    assert issue_missing_certificates(now=NOW) == 2
    assert issue_missing_certificates(now=NOW + LEASE) == 0
    assert Certificate.objects.issued().count() == OutgoingMail.objects.count() == 2


def test_the_sweep_takes_up_what_a_killed_worker_held():
    waiting_certificate()
    Certificate.objects.update(leased_until=NOW + timedelta(seconds=60), attempts=1)
    assert issue_missing_certificates(now=NOW) == 0
    assert issue_missing_certificates(now=NOW + LEASE) == 1


def test_one_certificate_that_cannot_be_made_does_not_hold_up_the_others(monkeypatch):
    broken, sound = waiting_certificate(), waiting_certificate()
    whole = services.render

    def render(award):
        if award.serial == broken.serial:
            raise RuntimeError("out of ink")
        return whole(award)

    monkeypatch.setattr(services, "render", render)
    assert issue_missing_certificates(now=NOW) == 1
    sound.refresh_from_db()
    assert sound.state == State.ISSUED
    for attempt in range(1, MAX_ATTEMPTS + 1):
        issue_missing_certificates(now=NOW + attempt * LEASE)
    broken.refresh_from_db()
    assert (broken.state, broken.reason) == (State.FAILED, "RuntimeError('out of ink')")
    assert issue_missing_certificates(now=NOW + timedelta(days=1)) == 0


def test_failed_certificates_wait_again_when_staff_ask(monkeypatch):
    certificate = waiting_certificate()
    Certificate.objects.update(state=State.FAILED, attempts=6, reason="RuntimeError('out of ink')")
    said = StringIO()
    call_command("issue_certificates", "--retry", stdout=said)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.reason) == (State.ISSUED, "")
    assert said.getvalue() == "1 set aside before now wait again.\n1 issued.\n"


def test_a_name_no_font_can_draw_is_set_aside_with_its_characters_and_goes_out_under_another():
    learner = UserFactory(name="示例 Wen")
    certificate = waiting_certificate(learner=learner)
    assert not render_certificate(certificate.pk, now=NOW)
    certificate.refresh_from_db()
    assert certificate.state == State.NEEDS_ATTENTION
    assert sorted(certificate.reason.split()) == ["例", "示"]
    assert not OutgoingMail.objects.exists()
    learner.name = "Wen Example"
    learner.save()
    certificate = Certificate.objects.get(pk=certificate.pk)
    assert take_name_from_profile(certificate)
    assert render_certificate(certificate.pk, now=NOW)
    assert "Wen Example" in text_of(Certificate.objects.get(pk=certificate.pk))


def test_an_issued_certificate_does_not_take_another_name():
    certificate = issued_certificate()
    type(certificate.completion.enrolment.learner).objects.update(name="Somebody Else")
    assert not take_name_from_profile(Certificate.objects.get(pk=certificate.pk))
    assert Certificate.objects.get(pk=certificate.pk).facts == certificate.facts


def test_seeded_completions_are_issued_in_bulk_with_files_and_without_mail():
    contract = ContractFactory(lesson_minutes=[10, 20], quiz_ids=[1])
    completions = [
        CompletionFactory(
            enrolment=EnrolmentFactory(contract=contract, course=contract.course),
            completed_at=NOW - timedelta(days=day),
        )
        for day in range(3)
    ]
    ids = [completion.pk for completion in completions]
    assert issue_in_bulk(ids, now=NOW) == 3
    assert issue_in_bulk(ids, now=NOW) == 0
    assert not OutgoingMail.objects.exists()
    for completion, certificate in zip(completions, Certificate.objects.order_by("completion"), strict=True):
        assert certificate.issued_at == completion.completed_at
        assert "Certificate of achievement" in text_of(certificate)
    assert MilestoneDelta.objects.filter(milestone=Milestone.CERTIFIED).count() == 3


def test_opening_in_the_language_the_course_was_taken_in_uses_its_title_there():
    course = course_with_lessons(1, title="Foundations")
    completion = complete_course(enrolled(course), course)
    from wagtail.models import Locale

    french = course.copy_for_translation(Locale.objects.get_or_create(language_code="fr")[0], copy_parents=True)
    french.title = "Les bases"
    french.save_revision().publish()
    completion.enrolment.language = "fr"
    completion.enrolment.save()
    assert open_certificate(completion.pk, now=NOW).award.course_title == "Les bases"
