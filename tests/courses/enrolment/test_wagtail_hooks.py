import pytest
from django.contrib.messages import get_messages

from courses.enrolment.services import withdraw_learner
from courses.lessons.models import LessonPage
from tests.factories.accounts import AdministratorFactory, UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    course = course_with_lessons(1)
    quiz_with_questions(1, module=course.get_children().first().specific)
    return course


@pytest.fixture
def lesson(course):
    return LessonPage.objects.descendant_of(course).get()


@pytest.fixture
def quiz(course):
    return course.get_descendants().get(slug="quiz")


def test_signed_out_readers_are_led_to_the_sign_in_and_back(client, lesson):
    answer = client.get(lesson.url)
    assert answer.status_code == 302
    assert answer.url == f"/accounts/login/?next={lesson.url}"


@pytest.mark.parametrize("kind", ["lesson", "quiz"])
def test_who_is_not_enrolled_is_led_to_the_course_with_a_notice(client, course, kind, request):
    client.force_login(UserFactory())
    answer = client.get(request.getfixturevalue(kind).url)
    assert (answer.status_code, answer.url) == (302, course.url)
    assert "Enrol in this course" in str(next(iter(get_messages(answer.wsgi_request))))


def test_an_open_lesson_is_read_by_anyone(client, lesson):
    lesson.is_preview = True
    lesson.save()
    answer = client.get(lesson.url)
    assert answer.status_code == 200
    assert b"Absent from whom?" in answer.content
    assert b'data-action="done"' not in answer.content


@pytest.mark.parametrize("kind", ["lesson", "quiz"])
def test_learners_are_admitted(client, course, kind, request):
    client.force_login(enrolled(course).learner)
    assert client.get(request.getfixturevalue(kind).url).status_code == 200


def test_who_has_left_the_course_is_shown_the_way_back(client, course, lesson):
    enrolment = enrolled(course)
    withdraw_learner(enrolment, now=NOW)
    client.force_login(enrolment.learner)
    assert client.get(lesson.url).url == course.url


def test_enrolment_in_one_course_opens_no_other(client, lesson):
    client.force_login(enrolled(course_with_lessons(1)).learner)
    assert client.get(lesson.url).status_code == 302


def test_who_edits_a_lesson_may_read_it(client, lesson, quiz):
    client.force_login(AdministratorFactory())
    assert client.get(lesson.url).status_code == client.get(quiz.url).status_code == 200


def test_a_module_is_shown_as_its_part_of_the_course_page(client, course):
    module = course.get_children().first()
    answer = client.get(module.url)
    assert (answer.status_code, answer.url) == (302, f"{course.url}#module-{module.pk}")
