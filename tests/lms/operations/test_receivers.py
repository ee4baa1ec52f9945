from datetime import timedelta

import pytest
from django.utils import timezone

from courses.enrolment.models import Enrolment
from courses.webinars.models import Registration
from courses.webinars.services.registrations import register
from lms.access.rules.decisions import Review
from lms.access.services.decisions import record_decision
from lms.measures.cuts import Dimension, cut_by
from lms.measures.models import Milestone, MilestoneDelta
from lms.measures.queries import count_of, sums
from tests.counts import differences, totals
from tests.factories.access import with_priority
from tests.factories.accounts import AdministratorFactory, UserFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import complete_course, enrolled
from tests.factories.webinars import attended_webinar, dated_webinar

pytestmark = pytest.mark.django_db

NOW = timezone.now()
BY_TIER = cut_by(Dimension.TIER)


@pytest.fixture
def person():
    return UserFactory()


def enrolled_by_tier() -> dict[str, int]:
    cells = sums([BY_TIER])[BY_TIER]
    return {key: n for (key,), counts in cells.items() if (n := count_of(Milestone.ENROLLED, counts))}


def test_who_gets_priority_is_counted_by_it_in_what_they_study_now(person):
    done, studied = course_with_lessons(1), course_with_lessons(1)
    complete_course(enrolled(done, person, now=NOW), done, now=NOW)
    enrolled(studied, person, now=NOW)
    enrolled(studied, now=NOW)
    with_priority(person, now=NOW)
    assert enrolled_by_tier() == {"P": 1, "S": 2}
    assert set(Enrolment.objects.filter(tier="P").values_list("run__course__translation_key", flat=True)) == {
        studied.translation_key
    }
    assert differences() == []


def test_who_loses_priority_is_counted_without_it(person):
    with_priority(person, now=NOW)
    enrolled(course_with_lessons(1), person, now=NOW)
    later = NOW + timedelta(days=1)
    record_decision(
        person, country="DE", review=Review.DECLINE, review_code="weak", by=AdministratorFactory(), now=later
    )
    assert enrolled_by_tier() == {"S": 1}
    assert differences() == []


def test_a_decision_that_changes_no_tier_counts_nothing(person):
    enrolled(course_with_lessons(1), person, now=NOW)
    before = MilestoneDelta.objects.count()
    record_decision(person, country="DE", now=NOW)
    assert MilestoneDelta.objects.count() == before


def test_a_registration_that_goes_takes_its_steps_along(person):
    attended_webinar(person, now=NOW)
    register(dated_webinar(now=NOW), person, now=NOW)
    register(dated_webinar(now=NOW), UserFactory(), now=NOW)
    Registration.objects.filter(person=person).delete()
    assert {milestone: count for milestone, count in totals().items() if count} == {Milestone.REGISTERED: 1}
    assert differences() == []
