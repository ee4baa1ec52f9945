import pytest

from courses.catalogue.models import CoursePage
from courses.lessons.models import LessonPage
from lms.accounts.models import User
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import enrolled


@pytest.fixture
def course(db: None) -> CoursePage:
    return course_with_lessons(2)


@pytest.fixture
def lesson(course) -> LessonPage:
    return LessonPage.objects.descendant_of(course).first()


@pytest.fixture
def learner(client, course) -> User:
    """Somebody who studies the course, signed in."""
    learner = enrolled(course).learner
    client.force_login(learner)
    return learner
