from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from courses.lessons.models import LessonPage
from lms.pages.models import ClinicQuestion
from tests.factories.accounts import UserFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.pages import home_page
from tests.factories.webinars import WebinarPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    """Pieces of the page that an earlier test left in the cache are not this test's."""
    cache.clear()


def text_of(client):
    return client.get(home_page().url).content.decode()


def test_each_course_with_lessons_is_a_chromosome_that_leads_to_it(client):
    home_page()
    course = course_with_lessons(3, title="Foundations", code="FGM", minutes=420)
    course_with_lessons(title="Empty").get_children().delete()
    page = text_of(client)
    assert f'<a href="{course.url}" aria-label="Foundations, 7\xa0h">' in page
    assert ">FGM</text>" in page
    assert "Empty" not in page


def test_a_newly_published_course_is_drawn_at_once(client):
    course_with_lessons(2, title="First").save_revision().publish()
    text_of(client)
    course_with_lessons(2, title="Second").save_revision().publish()
    assert "Second" in text_of(client)


def test_questions_from_clinic_lead_to_live_lessons(client):
    course_with_lessons(2, title="Foundations")
    live, draft = LessonPage.objects.order_by("path")
    draft.unpublish()
    home = home_page()
    home.clinic_questions = [
        ClinicQuestion(question="What do I tell the family?", target=live),
        ClinicQuestion(question="Who knows?", target=draft),
    ]
    home.save_revision().publish()
    page = text_of(client)
    assert f'href="{live.url}"' in page
    assert "What do I tell the family?" in page
    assert "Foundations</span>, 10\xa0min" in page
    assert "Who knows?" not in page


def test_the_next_dated_webinars_are_announced_else_those_to_be_dated(client):
    WebinarPageFactory(title="Some day")
    assert "Some day" in text_of(client)
    WebinarPageFactory(title="Next week", starts_at=timezone.now() + timedelta(days=7))
    WebinarPageFactory(title="Held", starts_at=timezone.now() - timedelta(days=7))
    page = text_of(client)
    assert "Next week" in page
    assert "Some day" not in page
    assert "Held" not in page


def test_a_certificate_code_can_be_checked_from_here(client):
    page = text_of(client)
    assert 'action="/certificates/"' in page
    assert 'name="code"' in page


def test_the_page_of_an_empty_academy_is_whole(client):
    answer = client.get(home_page().url)
    assert answer.status_code == 200
    assert '<figure class="karyogram"' not in answer.content.decode()


def test_the_page_costs_few_queries_however_many_courses(client, django_assert_max_num_queries):
    for _ in range(12):
        course_with_lessons(2)
    WebinarPageFactory()
    home = home_page()
    home.clinic_questions = [
        ClinicQuestion(question=f"Question {n}?", target=lesson)
        for n, lesson in enumerate(LessonPage.objects.all()[:4])
    ]
    home.save_revision().publish()
    client.force_login(UserFactory())
    client.get(home.url)
    with django_assert_max_num_queries(12):
        client.get(home.url)
