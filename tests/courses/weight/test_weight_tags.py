import pytest
from django.template import engines
from django.utils import timezone, translation

from courses.lessons.models import LessonPage
from courses.weight.rules import Cost
from courses.weight.services import weigh_due_lessons
from tests.factories.catalogue import catalogue_page
from tests.factories.lessons import course_with_lessons

pytestmark = pytest.mark.django_db
COST = '{% include "courses/weight/cost.html" with cost=cost only %}'


def rendered(template: str, **context) -> str:
    return " ".join(engines["django"].from_string(template).render(context).split())


def test_reading_and_watching_are_told_apart_and_nothing_where_nothing_is_known():
    assert "0.03 MB to read, 24 MB more to watch" in rendered(COST, cost=Cost(31_000, 24_300_000))
    assert "0.03 MB to read" in rendered(COST, cost=Cost(31_000, 0))
    assert rendered(COST, cost=None) == ""


def test_numbers_are_written_as_the_language_does():
    with translation.override("fr"):
        assert rendered("{% load weight_tags %}{{ size|megabytes }}", size=31_000).startswith("0,03")


def test_cards_of_courses_and_lessons_tell_what_they_cost(client):
    course = course_with_lessons(2)
    lesson = LessonPage.objects.descendant_of(course).first()
    LessonPage.objects.update(is_preview=True)
    addresses = (catalogue_page().url, course.url, lesson.url)
    assert not any("MB to read" in client.get(address).content.decode() for address in addresses)
    weigh_due_lessons(now=timezone.now())
    assert all("MB to read" in client.get(address).content.decode() for address in addresses)
    assert "min, 0.01 MB" in client.get(course.url).content.decode()
