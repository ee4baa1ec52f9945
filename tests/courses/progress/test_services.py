import pytest

from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import complete_course, enrolled

pytestmark = pytest.mark.django_db


def test_a_course_is_complete_when_every_lesson_is_done_and_every_quiz_passed():
    course = course_with_lessons(2, 1)
    quiz_with_questions(2, module=course.get_children().first().specific)
    enrolment = enrolled(course)
    completion = complete_course(enrolment, course)
    assert completion.lessons_count == 3
    assert completion.score_fraction == 1
