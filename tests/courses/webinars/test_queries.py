from datetime import timedelta

import pytest
from django.utils import timezone

from courses.catalogue.rules import WEBINAR
from courses.webinars import queries
from tests.factories.catalogue import CoursePageFactory, SubjectFactory
from tests.factories.webinars import WebinarPageFactory

pytestmark = pytest.mark.django_db


def test_the_catalogue_is_told_of_webinars_still_to_be_held_with_the_topics_of_their_course():
    now = timezone.now()
    course = CoursePageFactory()
    course.subjects = [SubjectFactory(name="Genes", slug="genes")]
    course.save()
    WebinarPageFactory(title="Held", starts_at=now - timedelta(days=2))
    undated = WebinarPageFactory(title="Undated", related_course=course, level="advanced", duration_minutes=75)
    (found,) = queries.catalogued_webinars("", now=now)
    assert found.page.pk == undated.pk
    assert (found.facts.topic, found.facts.level, found.facts.minutes) == ({"genes"}, "advanced", 75)
    assert (found.facts.format, found.facts.language) == (WEBINAR, {"en"})


def test_a_webinar_is_found_by_subjects_of_its_own_beside_those_of_its_course(django_assert_num_queries):
    now = timezone.now()
    course = CoursePageFactory()
    course.subjects = [SubjectFactory(slug="genes")]
    course.save()
    for _ in range(2):
        page = WebinarPageFactory(related_course=course)
        page.subjects = [SubjectFactory(), SubjectFactory()]
        page.save_revision().publish()
    WebinarPageFactory()
    with django_assert_num_queries(4):
        found = queries.catalogued_webinars("", now=now)
    assert [len(webinar.facts.topic) for webinar in found] == [3, 3, 0]


def test_a_search_finds_webinars_by_title_and_abstract():
    now = timezone.now()
    WebinarPageFactory(title="Of pedigrees")
    WebinarPageFactory(abstract="We draw pedigrees together.")
    WebinarPageFactory(title="Of drugs")
    assert len(queries.catalogued_webinars("pedigrees", now=now)) == 2
