import pytest
from django.urls import reverse
from django.utils import timezone

from courses.enrolment.services import withdraw_learner
from courses.lessons.models import LessonPage, ModulePage
from courses.progress.services import enrol_in_course, mark_lesson_done
from tests.courses.catalogue.test_queries import translate
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons

pytestmark = pytest.mark.django_db


def text_of(client, course):
    return client.get(course.url).content.decode()


@pytest.fixture
def course():
    return course_with_lessons(2, title="Foundations", minutes=90, pass_mark_percent=75, disclaimer="For education.")


def test_a_stranger_reads_the_syllabus_without_links_and_is_offered_to_enrol(client, course):
    page = text_of(client, course)
    for lesson in LessonPage.objects.all():
        assert lesson.title in page
        assert lesson.url not in page
    assert f'action="{reverse("enrol", args=[course.pk])}"' in page
    assert 'data-action="enrol"' in page
    assert 'data-action="withdraw"' not in page


def test_the_certificate_and_the_pass_mark_are_told_beforehand(client, course):
    page = text_of(client, course)
    assert "not accredited for CPD credit" in page
    assert "90\xa0min" in page
    assert "<b>75%</b>" in page
    assert "For education." in page


def test_a_quiz_with_a_pass_mark_of_its_own_says_so_beforehand(client, course):
    quiz_with_questions(1, module=ModulePage.objects.get(), pass_mark_percent=85)
    page = text_of(client, course)
    assert "<b>75%</b>, unless the syllabus states its own" in page
    assert "Pass mark 85 %" in page


def test_an_open_lesson_is_a_link_for_everyone(client, course):
    lesson = LessonPage.objects.first()
    lesson.is_preview = True
    lesson.save_revision().publish()
    assert f'href="{lesson.url}"' in text_of(client, course)


def test_a_learner_goes_on_where_they_are_and_may_leave(client, course):
    learner = UserFactory()
    enrolment = enrol_in_course(learner, course, now=timezone.now())
    first, second = LessonPage.objects.order_by("path")
    mark_lesson_done(enrolment, first, now=timezone.now())
    client.force_login(learner)
    page = text_of(client, course)
    assert f'href="{second.url}" data-action="go-on">Go on' in page
    assert "Lessons done: 1 of 2." in page
    assert page.count('class="is-done"') == 1
    assert f'href="{reverse("withdraw", args=[course.pk])}"' in page  # leads to the page that asks first
    assert 'data-action="enrol"' not in page
    withdraw_learner(enrolment, now=timezone.now())
    assert 'data-action="enrol"' in text_of(client, course)


def test_somebody_who_completed_the_course_is_led_to_their_certificate(client, course):
    learner = UserFactory()
    enrolment = enrol_in_course(learner, course, now=timezone.now())
    for lesson in LessonPage.objects.all():
        mark_lesson_done(enrolment, lesson, now=timezone.now())
    client.force_login(learner)
    page = text_of(client, course)
    assert "You have completed this course" in page
    assert 'data-action="withdraw"' not in page


def test_a_draft_translation_says_so_and_names_what_is_not_translated(client, course):
    french = translate(course, "fr", "Fondements")
    french.translation_is_draft = True
    french.save_revision().publish()
    page = text_of(client, french)
    assert "This translation is a draft." in page
    assert "2 of 2 lessons and quizzes are not translated yet" in page
    assert f'href="{course.url}" lang="en"' in page
    assert f'href="{french.url}" lang="fr"' in text_of(client, course)


def test_the_languages_are_one_list_set_as_one_text(client, course):
    translate(course, "fr", "Fondements")
    # In one element: as several they would be set apart, each comma with a gap before it.
    assert '<span><bdi lang="en">English</bdi>, <bdi lang="fr">Français</bdi></span>' in text_of(client, course)


def test_a_course_without_lessons_cannot_be_enrolled_in(client):
    from tests.factories.catalogue import CoursePageFactory

    page = text_of(client, CoursePageFactory())
    assert "The lessons are being written" in page
    assert 'data-action="enrol"' not in page


def test_the_page_costs_a_learner_few_queries_and_not_more_for_more_lessons(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    learner = UserFactory()
    client.force_login(learner)

    def queries_for(course):
        enrol_in_course(learner, course, now=timezone.now())
        client.get(course.url)
        with django_assert_max_num_queries(19) as captured:
            client.get(course.url)
        return len(captured.captured_queries)

    assert queries_for(course_with_lessons(2)) == queries_for(course_with_lessons(10, 10))


def test_a_search_engine_finds_what_the_course_is_in_its_attributes(client, course, validate_html):
    page = text_of(client, course)
    assert 'itemtype="https://schema.org/Course"' in page
    assert '<meta itemprop="name" content="Foundations">' in page
    assert f'<link itemprop="url" href="{course.full_url}">' in page
    assert '<meta itemprop="courseWorkload" content="PT90M">' in page
    assert "<script>" not in page
    assert validate_html(page) == []
