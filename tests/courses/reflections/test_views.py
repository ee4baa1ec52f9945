import re
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, ReferenceIndex

from courses.lessons.models import LessonPage
from courses.reflections.models import Reflection
from courses.reflections.rules import LONGEST
from tests.factories.accounts import UserFactory
from tests.factories.lessons import LessonPageFactory, course_with_lessons
from tests.factories.progress import enrolled
from tests.factories.reflections import ReflectionFactory

pytestmark = pytest.mark.django_db

KEY = UUID("0a1b2c3d-0000-4000-8000-000000000001")
MINE = "Ask the laboratory <first>.\nThen the family."


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def course():
    return course_with_lessons(1)


@pytest.fixture
def lesson(course):
    """A lesson that asks one question for reflection."""
    page = LessonPageFactory(parent=course.get_children().first(), title="Unexpected findings")
    page.body = page.body.stream_block.to_python(
        [
            {"type": "text", "value": "<p>Before.</p>", "id": "0a1b2c3d-0000-4000-8000-000000000000"},
            {"type": "reflection", "value": {"question": "<p>Whom would <b>you</b> ask?</p>"}, "id": str(KEY)},
        ]
    )
    page.save_revision().publish()
    return page


@pytest.fixture
def learner(client, course):
    learner = enrolled(course).learner
    client.force_login(learner)
    return learner


def write(client, page, text, *, seen=None, key=KEY):
    """Post the form as the lesson shows it. seen: the version in the form, if not the one shown now."""
    if seen is None:
        seen = seen_in(client.get(page.url).content.decode())
    return client.post(reverse("write_reflection", args=[page.pk, key]), {"text": text, "seen": seen})


def seen_in(html: str) -> str:
    found = re.search(r'name="seen"(?: value="([^"]*)")?', html)
    return found[1] or "" if found else ""


def test_what_a_learner_writes_is_kept_and_shown_at_its_place(client, learner, lesson):
    answer = write(client, lesson, MINE)
    assert answer.status_code == 302
    assert answer.url == f"{lesson.url}#r-0a1b2c3d"
    html = client.get(lesson.url).content.decode()
    assert 'id="r-0a1b2c3d"' in html
    assert "Ask the laboratory &lt;first&gt;.\nThen the family." in html
    stored = Reflection.objects.get()
    assert (stored.learner, stored.text, stored.question) == (learner, MINE, "Whom would you ask?")


def test_a_later_text_takes_the_place_of_the_earlier_and_an_empty_one_deletes_it(client, learner, lesson):
    write(client, lesson, "First")
    write(client, lesson, "Second")
    assert Reflection.objects.get().text == "Second"
    write(client, lesson, "  ")
    assert not Reflection.objects.exists()


def test_nobody_else_is_shown_it(client, learner, course, lesson):
    write(client, lesson, "Between me and myself")
    client.get(lesson.url)
    others = [
        enrolled(course, UserFactory()).learner,
        UserFactory(is_superuser=True),
    ]
    for person in others:
        other = Client()
        other.force_login(person)
        for address in (lesson.url, reverse("my_reflections")):
            assert "Between me and myself" not in other.get(address).content.decode(), (person, address)
    assert [text for text in cache._cache.values() if b"Between me" in text] == []


def test_no_staff_page_knows_of_it(client, learner, lesson, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    write(client, lesson, "Between me and myself")
    assert not ReferenceIndex.model_is_indexable(Reflection)
    assert "Between" not in str(Reflection.objects.get())
    staff = Client()
    staff.force_login(UserFactory(is_superuser=True))
    for address in (f"/cms/pages/{lesson.pk}/edit/", f"/cms/users/edit/{learner.pk}/", "/cms/reports/site-history/"):
        answer = staff.get(address)
        assert answer.status_code == 200, address
        assert "Between me and myself" not in answer.content.decode()


def test_the_same_question_in_another_language_shows_the_same_text(client, learner, course, lesson):
    write(client, lesson, MINE)
    french = Locale.objects.create(language_code="fr")
    home = course.get_parent().get_parent().specific
    for page in (home, course.get_parent(), course, course.get_children().first(), lesson):
        page.specific.copy_for_translation(french).save_revision().publish()
    assert "Then the family." in client.get(lesson.get_translation(french).url).content.decode()


def test_a_text_too_long_is_given_back_whole(client, learner, lesson):
    text = "é" * (LONGEST + 1)
    answer = write(client, lesson, text)
    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert not Reflection.objects.exists()
    assert write(client, lesson, "a\r\n" * (LONGEST // 2 - 1)).status_code == 302


def test_a_text_written_meanwhile_elsewhere_is_not_lost(client, learner, lesson):
    write(client, lesson, "On the phone", seen="")
    answer = write(client, lesson, "On the laptop", seen="")
    html = answer.content.decode()
    assert "On the phone" in html
    assert "On the laptop" in html
    assert Reflection.objects.get().text == "On the phone"
    write(client, lesson, "On the laptop", seen=seen_in(html))
    assert Reflection.objects.get().text == "On the laptop"


def test_sending_the_same_text_again_on_a_bad_line_changes_nothing(client, learner, lesson):
    write(client, lesson, MINE, seen="")
    written_at = Reflection.objects.get().written_at
    assert write(client, lesson, MINE, seen="").status_code == 302
    assert Reflection.objects.get().written_at == written_at


def test_a_text_sent_after_the_session_ended_is_given_back(client, lesson):
    answer = write(client, lesson, MINE, seen="")
    assert answer.status_code == 403
    assert "Ask the laboratory &lt;first&gt;." in answer.content.decode()
    assert not Reflection.objects.exists()


def test_a_text_for_a_closed_lesson_or_a_question_gone_is_given_back(client, learner, lesson):
    answer = write(client, lesson, MINE, seen="", key=UUID(int=7))
    assert answer.status_code == 403
    assert "Then the family." in answer.content.decode()
    client.force_login(UserFactory())
    assert write(client, lesson, MINE, seen="").status_code == 403
    assert not Reflection.objects.exists()


def test_readers_of_an_open_lesson_may_write_once_they_are_signed_in(client, lesson):
    lesson.is_preview = True
    lesson.save_revision().publish()
    assert 'name="text"' not in client.get(lesson.url).content.decode()
    client.force_login(UserFactory())
    write(client, lesson, MINE)
    assert Reflection.objects.get().text == MINE


def test_a_question_costs_a_lesson_one_query_and_a_lesson_without_none(client, learner, course, lesson):
    plain = LessonPage.objects.child_of(course.get_children().first()).exclude(pk=lesson.pk).get()
    plain.save_revision().publish()

    def queries(page):
        client.get(page.url)
        client.get(page.url)
        with CaptureQueriesContext(connection) as asked:
            client.get(page.url)
        return [query["sql"] for query in asked]

    assert not any("reflection" in sql for sql in queries(plain) if "SELECT" in sql and "lessonpage" not in sql)
    assert len(queries(lesson)) == len(queries(plain)) + 1


def test_all_reflections_are_listed_with_their_lessons(client, learner, lesson):
    write(client, lesson, MINE)
    ReflectionFactory(learner=learner, text="Long ago")
    ReflectionFactory(text="Somebody else's")
    html = client.get(reverse("my_reflections")).content.decode()
    assert f'href="{lesson.url}#r-0a1b2c3d"' in html
    assert "Long ago" in html
    assert "A lesson gone by" in html
    assert "Somebody else" not in html


def test_only_its_writer_deletes_a_reflection(client, learner):
    mine, other = ReflectionFactory(learner=learner), ReflectionFactory()
    assert client.post(reverse("delete_reflection", args=[other.pk])).status_code == 404
    assert client.post(reverse("delete_reflection", args=[mine.pk])).status_code == 302
    assert list(Reflection.objects.all()) == [other]


def test_reflections_go_with_the_account():
    ReflectionFactory().learner.delete()
    assert not Reflection.objects.exists()


def test_pages_are_valid_html(client, learner, lesson, validate_html):
    assert validate_html(client.get(lesson.url).content.decode()) == []
    write(client, lesson, MINE)
    assert validate_html(client.get(lesson.url).content.decode()) == []
    assert validate_html(client.get(reverse("my_reflections")).content.decode()) == []
    assert validate_html(write(client, lesson, "Else", seen="").content.decode()) == []
