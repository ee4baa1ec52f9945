from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import Locale

from certificates.issuing.models import Certificate
from certificates.issuing.services import (
    open_certificate,
    opening,
)
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.issuing import NOW, waiting_certificate
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import CompletionFactory, complete_course, enrolled

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=121)
State = Certificate.State


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
    monkeypatch.setattr(opening.queries, "newest_certificate", lambda **ground: next(answers))
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


def test_opening_in_the_language_the_course_was_taken_in_uses_its_title_there():
    course = course_with_lessons(1, title="Foundations")
    completion = complete_course(enrolled(course), course)
    french = course.copy_for_translation(Locale.objects.get_or_create(language_code="fr")[0], copy_parents=True)
    french.title = "Les bases"
    french.save_revision().publish()
    completion.enrolment.language = "fr"
    completion.enrolment.save()
    assert open_certificate(completion.pk, now=NOW).award.course_title == "Les bases"
