import re

import pytest

from courses.lessons.models import LessonPage
from tests.factories.catalogue import CoursePageFactory, SubjectFactory, catalogue_page
from tests.factories.lessons import LessonPageFactory, course_with_lessons
from tests.factories.webinars import WebinarPageFactory

pytestmark = pytest.mark.django_db


def text_of(client, query=""):
    return client.get(f"{catalogue_page().url}{query}").content.decode()


def test_a_row_tells_what_a_course_is_about_how_long_it_takes_and_that_it_is_free(client):
    course = course_with_lessons(2, 1, title="Reading pedigrees", summary="Squares and circles.", minutes=450)
    page = text_of(client)
    assert f'<a href="{course.url}">Reading pedigrees</a>' in page
    for words in ("Squares and circles.", "7.5\xa0h", "English", "Certificate", "Free", "Own pace", "1 course"):
        assert words in page
    assert page.count('class="ideogram') == 1


def test_what_was_asked_stays_in_the_page_and_can_be_taken_away(client):
    course = CoursePageFactory(title="Genes")
    course.subjects = [SubjectFactory(name="Drugs & doses", slug="drugs")]
    course.save_revision().publish()
    page = text_of(client, "?q=genes&topic=drugs&level=beginner&level=unknown")
    assert 'name="q" type="search" maxlength="100" value="genes"' in page
    assert re.search(r'name="topic" value="drugs" checked', page)
    assert 'href="/courses/?q=genes&amp;level=beginner"' in page
    assert "Drugs &amp; doses" in page
    assert 'value="unknown"' not in page


def test_a_search_finds_lessons_by_their_text_and_shows_only_their_titles(client):
    course = course_with_lessons(1, title="Foundations")
    lesson = LessonPage.objects.get()
    lesson.title, lesson.body = "Absence", [("text", "<p>Haplotypes travel together.</p>")]
    lesson.save_revision().publish()
    page = text_of(client, "?q=haplotypes")
    assert f'<a href="{lesson.url}" lang="en">Absence</a>' in page
    assert "travel together" not in page
    course.unpublish()
    assert "Absence" not in text_of(client, "?q=haplotypes")


def test_webinars_answer_a_search_or_their_own_filter(client):
    CoursePageFactory(title="Genes one")
    WebinarPageFactory(title="Genes live")
    assert "Genes live" not in text_of(client)
    assert "Genes live" in text_of(client, "?q=genes")
    own = text_of(client, "?format=webinar")
    assert "Genes live" in own
    assert "Genes one" not in own
    assert "Genes live" not in text_of(client, "?q=genes&format=self-paced")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "There are no courses yet"),
        ("?q=mitochondria", "Nothing matches “mitochondria”"),
        ("?level=advanced", "No course fits all these filters"),
        ("?q=mitochondria&level=advanced", "Nothing matches “mitochondria” with these filters"),
    ],
)
def test_an_empty_list_says_why_and_what_to_do(client, query, words):
    assert words in text_of(client, query)


@pytest.mark.parametrize(
    "query", ["?page=9&page=x", "?q=&q=2", "?level=&level=%00", f"?q={'%22' * 3000}", "?topic=%ff"]
)
def test_odd_addresses_are_answered(client, query):
    assert client.get(f"{catalogue_page().url}{query}").status_code == 200


@pytest.mark.indexed
def test_the_page_costs_the_same_queries_for_4_courses_and_for_40(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    address = f"{catalogue_page().url}?q=genes"

    def add(count):
        for _ in range(count):
            course = course_with_lessons(1, summary="Genes")
            LessonPageFactory(parent=course.get_children().get().specific, title="Genes in a lesson")

    add(4)
    client.get(address)
    with django_assert_max_num_queries(32) as first:
        client.get(address)
    add(36)
    with django_assert_num_queries(len(first.captured_queries)):
        client.get(address)
