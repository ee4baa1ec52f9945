"""Pictures of a lesson: in light formats and the widths used, left out on request, told in words then."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file, get_test_image_file_svg

from courses.lessons.models import LessonPage
from courses.lessons.pictures import file_of, with_one_file
from courses.lessons.texts import make_text
from tests.factories.accounts import UserFactory
from tests.factories.lessons import LessonPageFactory

pytestmark = pytest.mark.django_db


def an_image(file=None):
    image = get_image_model().objects.create(title="x", file=file or get_test_image_file(size=(1000, 500)))
    image.refresh_from_db()
    return image


def lesson_with(*images, **fields):
    blocks = [
        ("figure", {"image": one, "alt_text": "A box", "caption": "The box.", "credit": "", "description": ""})
        for one in images
    ]
    page = LessonPageFactory(body=blocks, is_preview=True, **fields)
    page.save_revision().publish()
    return page


def page_of(client, lesson, **headers) -> str:
    return client.get(lesson.url, headers=headers).content.decode()


def test_a_picture_comes_as_avif_or_webp_in_two_widths_sized_and_late():
    text = make_text(lesson_with(an_image()))
    assert text.count("<source ") == 1
    assert 'type="image/avif"' in text
    assert text.count(" 400w") == text.count(" 800w") == 2
    for words in ('loading="lazy"', 'decoding="async"', 'width="', 'height="', 'sizes="', ".webp"):
        assert words in text


def test_many_pictures_take_as_many_queries_as_one():
    counts = []
    for images in ([an_image()], [an_image() for _ in range(5)]):
        lesson = lesson_with(*images)
        make_text(lesson)  # makes the files
        lesson = LessonPage.objects.get(pk=lesson.pk)
        with CaptureQueriesContext(connection) as queries:
            make_text(lesson)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_where_alternatives_do_not_come_along_one_file_is_left():
    text = with_one_file(make_text(lesson_with(an_image())))
    assert "avif" not in text
    assert "<img" in text
    assert with_one_file('<video><source src="a.mp4" type="video/mp4"></video>').count("<source") == 1


def test_left_out_a_picture_is_its_words_and_a_link_that_names_its_size(client):
    image = an_image()
    lesson = lesson_with(image)
    client.force_login(UserFactory(lite_pages=True))
    page = page_of(client, lesson)
    file = file_of(image)
    assert "<picture" not in page
    assert "<p>A box</p>" in page
    assert f'href="{file.url}"' in page
    assert "Show the picture, " in page
    assert "bundles/pictures.js" in page


def test_a_drawing_is_left_out_too_and_one_whose_file_is_gone_has_no_link(client):
    drawing, gone = an_image(get_test_image_file_svg()), an_image()
    gone.file.storage.delete(gone.file.name)
    lesson = lesson_with(drawing, gone)
    page = page_of(client, lesson, **{"save-data": "on"})
    assert page.count("data-left-out") == 2
    assert page.count("Show the picture") == 1
    assert "data-drawing" in page
    assert '<img class="figure__drawing"' not in page


def choose(client, lesson, choice):
    return client.post(reverse("pictures"), {"pictures": choice, "next": lesson.url})


def test_the_choice_of_who_is_signed_in_is_kept_with_them(client):
    lesson, person = lesson_with(an_image()), UserFactory()
    client.force_login(person)
    assert "Leave out pictures" in page_of(client, lesson)
    assert choose(client, lesson, "left-out")["Location"] == lesson.url
    person.refresh_from_db()
    assert person.lite_pages
    assert "<picture" not in page_of(client, lesson)
    choose(client, lesson, "shown")
    person.refresh_from_db()
    assert not person.lite_pages
    assert "<picture" in page_of(client, lesson)


def test_the_choice_of_who_is_signed_out_is_kept_in_the_browser(client):
    lesson = lesson_with(an_image())
    choose(client, lesson, "left-out")
    assert client.cookies["pictures"]["httponly"]
    assert "<picture" not in page_of(client, lesson)
    client.force_login(UserFactory())  # whose own choice counts
    assert "<picture" in page_of(client, lesson)


def test_who_asks_for_pictures_gets_them_in_a_browser_that_saves_data_too(client):
    lesson = lesson_with(an_image())
    saves = {"save-data": "on"}
    assert "<picture" not in page_of(client, lesson, **saves)
    choose(client, lesson, "shown")
    assert "<picture" in page_of(client, lesson, **saves)


def test_on_a_shared_phone_what_one_person_leaves_out_is_not_left_out_for_the_next(client):
    lesson = lesson_with(an_image())
    client.force_login(UserFactory())
    choose(client, lesson, "left-out")
    client.logout()
    assert "<picture" in page_of(client, lesson)


@pytest.mark.parametrize("following", ["abc", "profile", "my:learning", "//example.org", "https:///x", "\x00"])
def test_whatever_page_is_asked_for_next_is_no_fault_of_ours(client, following):
    assert client.post(reverse("pictures"), {"pictures": "shown", "next": following}).status_code == 302


def test_the_choice_leads_to_no_other_site(client):
    answer = client.post(reverse("pictures"), {"pictures": "shown", "next": "https://example.org/"})
    assert answer["Location"] == "/"
    assert client.get(reverse("pictures")).status_code == 405


def test_a_lesson_without_pictures_says_nothing_of_them(client):
    lesson = LessonPageFactory(is_preview=True)
    assert "ictures" not in page_of(client, lesson).partition("<main")[2].partition("</main>")[0]
