import pytest

from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons


@pytest.fixture
def module():
    """The one module of a course of one lesson."""
    return course_with_lessons(1).get_children().first().specific


@pytest.fixture
def quiz(module):
    """A quiz of two questions, one point each."""
    return quiz_with_questions(2, module=module)
