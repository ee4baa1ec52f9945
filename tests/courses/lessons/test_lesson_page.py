import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from courses.enrolment.models import Enrolment
from courses.lessons.models import KeyPoint, LessonPage
from tests.factories.accounts import UserFactory
from tests.factories.lessons import GlossaryTermFactory, LessonPageFactory, ReferenceFactory, course_with_lessons
from tests.factories.progress import enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def course():
    return course_with_lessons(3, 2)


@pytest.fixture
def lesson(course):
    """The second lesson of the first module, with everything a lesson can have."""
    reference = ReferenceFactory(key="popejoy2016", title="Genomics is failing on diversity", doi="10.5555/12345678")
    term = GlossaryTermFactory(key="ancestry", term="Ancestry", definition="Where parts of a genome come from.")
    page = LessonPageFactory(
        parent=course.get_children().first(),
        title="Rare in whom?",
        text="<p>Absent from which ancestry [@popejoy2016]?</p>",
    )
    page.references.add(reference)
    page.glossary_terms.add(term)
    page.key_points = [KeyPoint(text="Absence counts only where presence could have been seen.")]
    page.save_revision().publish()
    return page


@pytest.fixture
def learner(client, course, lesson):
    learner = enrolled(course, now=timezone.now()).learner
    client.force_login(learner)
    return learner


def queries_of(client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


def test_a_lesson_holds_its_words_sources_and_key_points(client, learner, lesson):
    page = client.get(lesson.url).content.decode()
    assert '<button class="term" type="button" popovertarget="term-ancestry">ancestry</button>' in page
    assert re.search(r'id="term-ancestry" popover>\s*<b>Ancestry</b>: Where parts of a genome come from.', page)
    assert '<a href="#ref-1">[1]</a>' in page
    assert 'id="ref-1"' in page
    assert "https://doi.org/10.5555/12345678" in page
    assert "Absence counts only where presence could have been seen." in page
    assert "Lesson 1.4" in page


def test_a_lesson_is_read_with_few_questions_to_the_database(client, learner, lesson):
    client.get(lesson.url)
    assert len(queries_of(client, lesson.url)) <= 10
    cache.clear()
    client.force_login(learner)
    assert len(queries_of(client, lesson.url)) <= 15  # its text is made afresh, and the session read


def test_a_longer_course_asks_no_more(client, learner, lesson, course):
    client.get(lesson.url)
    few = len(queries_of(client, lesson.url))
    for _number in range(18):
        LessonPageFactory(parent=course.get_children().first())
    assert len(queries_of(client, lesson.url)) == few


def test_reading_the_same_lesson_again_writes_nothing(client, learner, lesson):
    client.get(lesson.url)
    writes = [sql for sql in queries_of(client, lesson.url) if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []


def test_the_lesson_last_opened_is_the_place_to_go_on(client, learner, lesson):
    client.get(lesson.url)
    assert Enrolment.objects.get().resume_lesson.translation_key == lesson.translation_key


def test_what_is_kept_of_a_lesson_is_nobodys_own(client, course, lesson, learner):
    first = client.get(lesson.url).content.decode()
    other = enrolled(course, UserFactory(name="Somebody Else")).learner
    client.force_login(other)
    second = client.get(lesson.url).content.decode()
    kept = [value for value in cache._cache if "lesson-text" in value]
    assert len(kept) == 1
    assert b"Learner Number" not in cache._cache[kept[0]]
    assert learner.name in first
    assert learner.name not in second


def test_a_new_revision_is_read_at_once(client, learner, lesson):
    client.get(lesson.url)
    lesson.body = [("text", "<p>Present in whom?</p>")]
    lesson.save_revision().publish()
    assert "Present in whom?" in client.get(lesson.url).content.decode()


def test_a_draft_is_not_read(client, learner, lesson):
    lesson.body = [("text", "<p>Not ready yet.</p>")]
    lesson.save_revision()
    assert "Not ready yet." not in client.get(lesson.url).content.decode()


def test_readers_of_a_short_or_unreviewed_translation_are_told(client, learner, lesson):
    lesson.is_short_version = lesson.translation_is_draft = True
    lesson.save_revision().publish()
    page = client.get(lesson.url).content.decode()
    assert "This is a shortened translation." in page
    assert "a native-speaking professional has not reviewed it yet" in page


def test_an_open_lesson_invites_to_the_course(client, course, lesson):
    lesson.is_preview = True
    lesson.save_revision().publish()
    page = client.get(lesson.url).content.decode()
    assert "This lesson is open to everyone" in page
    assert f'href="{course.url}"' in page
    assert "lesson-text" not in page


def test_a_translation_shows_the_whole_course_what_it_lacks_in_english(client, learner, course, lesson):
    french = Locale.objects.create(language_code="fr")
    home = course.get_parent().get_parent().specific
    for page in (home, course.get_parent(), course, course.get_children().first(), lesson):
        page.specific.copy_for_translation(french).save_revision().publish()
    in_french = lesson.get_translation(french)
    page = client.get(in_french.url).content.decode()
    english = LessonPage.objects.child_of(course.get_children().first()).exclude(pk=lesson.pk).first()
    assert re.search(rf'<bdi lang="en">\s*{english.title}\s*</bdi>', page)
    assert f'href="{english.url}"' in page
    assert f'href="{in_french.url}"' in page


def test_the_editor_sees_a_preview_without_being_a_learner(lesson):
    request = lesson.make_preview_request(preview_mode="")
    assert request.status_code == 200
    assert "Absent from which" in request.rendered_content


def test_lesson_pages_are_valid_html(client, learner, lesson, validate_html):
    assert validate_html(client.get(lesson.url).content.decode()) == []
