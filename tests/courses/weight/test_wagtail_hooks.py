"""Authors are told what their lesson weighs when it leaves their hands, and are never stopped."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.catalogue.models import Course
from courses.lessons.models import LessonPage
from courses.weight.models import LessonWeight
from tests.factories.accounts import EditorFactory, InstructorFactory
from tests.factories.catalogue import CourseTeamMemberFactory
from tests.factories.lessons import course_with_lessons

pytestmark = pytest.mark.django_db
HEAVY = f"<p>{' '.join(f'{number * 7919:x}' for number in range(6000))}</p>"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def lesson() -> LessonPage:
    page = LessonPage.objects.descendant_of(course_with_lessons(1)).get()
    page.save_revision()
    return page


def edited(client, lesson: LessonPage, text: str, *, image=None, **action) -> list[str]:
    """Save a lesson in the editor, and return what the editor says."""
    figure = {
        "image": image and image.pk,
        "alt_text": "A box",
        "caption": "A box.",
        "credit": "",
        "description": rich_text(""),
    }
    blocks = [("text", rich_text(text)), *([("figure", figure)] if image else [])]
    data = nested_form_data(
        {
            "title": lesson.title,
            "slug": lesson.slug,
            "minutes": 12,
            "objectives": inline_formset([]),
            "key_points": inline_formset([]),
            "body": streamfield(blocks),
            "comments": inline_formset([]),
            **action,
        }
    )
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)]


def warnings(said: list[str]) -> list[str]:
    return [text for text in said if "heavy for a slow line" in text]


def test_who_publishes_a_heavy_lesson_is_told_what_weighs_and_it_is_published(client, lesson, image):
    client.force_login(EditorFactory())
    (warning,) = warnings(edited(client, lesson, HEAVY, image=image, **{"action-publish": "1"}))
    for words in ("Text: ", "Picture “A cell”: ", "Scripts: ", "should be at most 15 kB"):
        assert words in warning
    assert "<li>Scripts: " in client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    lesson.refresh_from_db()
    assert "1eef" in str(lesson.body)
    assert LessonWeight.objects.get(page=lesson).page_bytes > 14_600


def test_a_light_lesson_and_a_draft_are_published_and_saved_without_a_word(client, lesson):
    client.force_login(EditorFactory())
    assert warnings(edited(client, lesson, "<p>Short.</p>", **{"action-publish": "1"})) == []
    assert LessonWeight.objects.filter(page=lesson).exists()
    assert warnings(edited(client, lesson, HEAVY)) == []


def test_an_author_who_hands_it_in_is_told_before_the_reviewer(client, lesson):
    course = Course.objects.get(translation_key=lesson.get_parent().get_parent().translation_key)
    client.force_login(CourseTeamMemberFactory(course=course, member=InstructorFactory()).member)
    assert warnings(edited(client, lesson, HEAVY, **{"action-submit": "1"}))
    assert not LessonWeight.objects.exists()
