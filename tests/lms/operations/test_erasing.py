import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_attendance_certificate, render_certificate
from courses.assessments.models import Ruling
from courses.catalogue.services import ensure_course
from courses.enrolment.models import Contract, Enrolment
from courses.lessons.models import LessonPage
from courses.progress.models import Completion
from courses.progress.services import mark_lesson_done, recount_course, recount_enrolment
from courses.webinars.models import Registration
from courses.webinars.services.registrations import register
from lms.accounts.models import User
from lms.dashboards.attendance.queries import comers_in
from lms.dashboards.teaching.queries import Selection, enrolments_in
from lms.dashboards.webinars.figures import registrants_of
from lms.mail.services import queue_mail
from lms.measures.cuts import Dimension, cut_by
from lms.measures.models import Milestone
from lms.measures.queries import count_of, sums
from lms.operations.erasing import DOMAIN, CannotBeErased, erase_person
from tests.counts import differences
from tests.factories.accounts import AdministratorFactory, InstitutionFactory, InstructorFactory, UserFactory
from tests.factories.assessments import QuestionFactory, quiz_with_questions
from tests.factories.classroom import classroom_return_to
from tests.factories.issuing import issued_certificate
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import complete_course, enrolled, take_quiz
from tests.factories.reflections import ReflectionFactory
from tests.factories.webinars import attended_webinar, dated_webinar, presence_at

pytestmark = pytest.mark.django_db

NOW = timezone.now()
NAME, ADDRESS = "Tsenakuwe Example", "tsenakuwe@example.org"
BY_COUNTRY = cut_by(Dimension.COUNTRY)


@pytest.fixture
def person():
    return UserFactory(name=NAME, email=ADDRESS, profession="nurse", institution=InstitutionFactory())


def counted(milestone: Milestone) -> dict[str, int]:
    return {key: n for (key,), counts in sums([BY_COUNTRY])[BY_COUNTRY].items() if (n := count_of(milestone, counts))}


def everything_stored() -> str:
    """Return every value of every row of the project and of what it is built on, as text."""
    rows = (
        str(values) for model in apps.get_models(include_auto_created=True) for values in model._base_manager.values()
    )
    return "\n".join(rows)


def test_nothing_that_is_stored_names_an_erased_person(person, django_capture_on_commit_callbacks):
    course = course_with_lessons(2)
    quiz = quiz_with_questions(2, module=course.get_children().first().specific)
    enrolment = enrolled(course, person, now=NOW)
    lesson = LessonPage.objects.descendant_of(course).first()
    mark_lesson_done(enrolment, lesson, now=NOW)
    take_quiz(enrolment, quiz, {}, now=NOW)
    ReflectionFactory(learner=person, text=f"I, {NAME}, think so.")
    webinar = dated_webinar(now=NOW)
    presence_at(webinar, name=NAME, email=ADDRESS.upper(), registration=register(webinar, person, now=NOW))
    brought = classroom_return_to(ensure_course(course))
    brought.people.create(position=1, email=ADDRESS.upper(), name=NAME, person=person, outcome="taken")
    brought.people.create(position=2, email=ADDRESS, name=NAME, outcome="no-account")
    queue_mail(key="a", to=ADDRESS, subject="Hello", text=f"Dear {NAME}")
    with django_capture_on_commit_callbacks(execute=True):
        issued_certificate(learner=person)
        attended_webinar(person, gives_certificate=True)
    assert NAME in everything_stored()
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person, now=NOW)
    stored = everything_stored().lower()
    assert NAME.lower() not in stored
    assert ADDRESS not in stored
    brought.refresh_from_db()
    assert brought.stored_name == ""  # what was sent names them, and goes with the next sweep
    assert [one.name for one in brought.people.all()] == ["Stranger"]


def test_an_erased_person_stays_in_the_counts_as_nobody(person):
    course = course_with_lessons(2)
    quiz_with_questions(2, module=course.get_children().first().specific)
    complete_course(enrolled(course, person, now=NOW), course, now=NOW)
    other = enrolled(course, now=NOW)
    erase_person(person, now=NOW)
    assert counted(Milestone.ENROLLED) == {"": 1, "GH": 1}
    assert counted(Milestone.COMPLETED) == counted(Milestone.PASSED) == counted(Milestone.ERASED) == {"": 1}
    enrolment = Enrolment.objects.exclude(pk=other.pk).get()
    assert (enrolment.country, enrolment.tier, enrolment.profession, enrolment.device) == ("", "", "", "")
    assert (enrolment.institution_id, enrolment.erased_at, enrolment.resume_lesson) == (None, NOW, None)
    stand_in = enrolment.learner
    assert (stand_in.name, stand_in.is_active, stand_in.has_usable_password()) == ("", False, False)
    assert differences() == []


def test_certificates_are_withdrawn_and_their_files_gone(person, django_capture_on_commit_callbacks):
    certificate = issued_certificate(learner=person)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_person(person, now=NOW).certificates == 1
    file = certificate.file_name
    certificate.refresh_from_db()
    assert (certificate.state, certificate.facts) == (Certificate.State.WITHDRAWN, {})
    assert not storages["private"].exists(file)
    assert certificate.holder.is_stand_in


def test_what_was_completed_gets_no_certificate_later(person, django_capture_on_commit_callbacks):
    course = course_with_lessons(1)
    completion = complete_course(enrolled(course, person, now=NOW), course, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person, now=NOW)
    assert Certificate.objects.get(completion=completion).state == Certificate.State.WITHDRAWN
    assert differences() == []


def test_registrations_go_out_of_the_counts_and_attested_ones_stay_as_nobodys(person):
    attendance = attended_webinar(person, now=NOW, gives_certificate=True)
    kept = attendance.registration
    assert render_certificate(open_attendance_certificate(attendance.pk, now=NOW).pk, now=NOW)
    register(dated_webinar(now=NOW), person, now=NOW)
    assert counted(Milestone.REGISTERED) == {"GH": 2}
    assert erase_person(person, now=NOW).registrations == 1
    assert counted(Milestone.REGISTERED) == counted(Milestone.ATTENDED) == counted(Milestone.ATTESTED) == {"": 1}
    assert Registration.objects.get() == kept
    assert not list(registrants_of(kept.webinar))
    assert not comers_in(kept.webinar).exists()
    assert differences() == []


def test_an_erased_enrolment_is_in_no_list_and_is_never_completed(person):
    course = course_with_lessons(2)
    enrolment = enrolled(course, person, now=NOW)
    lesson = LessonPage.objects.descendant_of(course).first()
    mark_lesson_done(enrolment, lesson, now=NOW)
    erase_person(person, now=NOW)
    Contract.objects.update(eased_lesson_ids=enrolment.contract.lesson_ids[1:])
    recount_course(enrolment.run.course_id, clock=lambda: NOW)
    recount_enrolment(enrolment.pk, now=NOW)
    assert not Completion.objects.exists()
    assert not enrolments_in(enrolment.run.course, Selection(), today=NOW.date()).exists()


def test_the_cms_lists_people_and_no_stand_ins(person, client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    enrolled(course_with_lessons(1), person, now=NOW)
    erase_person(person, now=NOW)
    client.force_login(AdministratorFactory(email="boss@example.org"))
    page = client.get("/cms/users/").content.decode()
    assert "boss@example.org" in page
    assert DOMAIN not in page


def test_who_has_nothing_leaves_nothing(person):
    erase_person(person, now=NOW)
    assert not User.objects.exists()


def test_others_lose_nothing(person):
    course = course_with_lessons(1)
    other = UserFactory()
    complete_course(enrolled(course, other, now=NOW), course, now=NOW)
    register(dated_webinar(now=NOW), other, now=NOW)
    erase_person(person, now=NOW)
    assert (counted(Milestone.COMPLETED), counted(Milestone.REGISTERED)) == ({"GH": 1}, {"GH": 1})


@pytest.mark.parametrize("staff", [InstructorFactory, lambda: UserFactory(is_superuser=True)])
def test_who_works_here_is_not_erased(staff):
    with pytest.raises(CannotBeErased, match="works here"):
        erase_person(staff(), now=NOW)


def test_a_second_time_is_refused(person):
    enrolled(course_with_lessons(1), person, now=NOW)
    erase_person(person, now=NOW)
    with pytest.raises(CannotBeErased, match="already"):
        erase_person(person, now=NOW)
    with pytest.raises(CannotBeErased, match="already"):
        erase_person(User.objects.get(), now=NOW)
    assert counted(Milestone.ERASED) == {"": 1}


def test_who_has_decided_about_others_is_not_erased_and_nothing_has_changed(person):
    enrolment = enrolled(course_with_lessons(1), person, now=NOW)
    Ruling.objects.create(
        question=QuestionFactory(), strategy="give", reason="A slip.", decided_by=person, decided_at=NOW
    )
    with pytest.raises(CannotBeErased, match="decided about others"):
        erase_person(person, now=NOW)
    enrolment.refresh_from_db()
    assert (enrolment.learner, enrolment.erased_at) == (person, None)


def test_the_command_erases_whom_it_is_told_once(person, capsys):
    call_command("erase_person", ADDRESS.upper(), "--yes")
    assert "Erased." in capsys.readouterr().out
    with pytest.raises(CommandError, match="No account"):
        call_command("erase_person", ADDRESS, "--yes")


def test_the_command_asks_before_it_erases(person, monkeypatch):
    with pytest.raises(CommandError, match="--yes"):
        call_command("erase_person", ADDRESS)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("erase_person", ADDRESS)
    assert User.objects.filter(pk=person.pk).exists()
