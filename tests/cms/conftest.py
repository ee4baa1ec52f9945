from types import SimpleNamespace

import pytest
from django.test import Client
from wagtail.models import Page

from courses.catalogue.models import Course
from courses.lessons.models import LessonPage, ModulePage
from tests.factories.accounts import AdministratorFactory, EditorFactory, InstructorFactory, ProgrammeLeadFactory
from tests.factories.assessments import QuestionFactory, quiz_with_questions
from tests.factories.catalogue import CourseTeamMemberFactory
from tests.factories.lessons import course_with_lessons


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def a_course(**fields) -> SimpleNamespace:
    """Return a live course as its authors know it: page, course (its row), module, lesson, quiz, question."""
    page = course_with_lessons(2, **fields)
    course = Course.objects.get(translation_key=page.translation_key)
    module = ModulePage.objects.child_of(page).get()
    quiz = quiz_with_questions(1, module=module)
    question = quiz.quiz_questions.get().question
    question.course = course
    question.save()
    for one in (LessonPage.objects.child_of(module).first(), question):
        one.save_revision()
    return SimpleNamespace(
        page=page,
        course=course,
        module=module,
        lesson=LessonPage.objects.child_of(module).first(),
        quiz=quiz,
        question=question,
    )


@pytest.fixture
def own():
    return a_course(title="Own course")


@pytest.fixture
def other():
    return a_course(title="Other course")


@pytest.fixture
def teacher(own):
    return CourseTeamMemberFactory(course=own.course, member=InstructorFactory()).member


@pytest.fixture
def instructor(teacher):
    return signed_in(teacher)


@pytest.fixture
def editor():
    return signed_in(EditorFactory())


@pytest.fixture
def lead():
    return signed_in(ProgrammeLeadFactory())


@pytest.fixture
def administrator():
    return signed_in(AdministratorFactory())


@pytest.fixture
def draft_question(own):
    return QuestionFactory(course=own.course, live=False)


@pytest.fixture
def fresh():
    """A function from a page to the same page as the database has it now."""
    return lambda page: Page.objects.get(pk=page.pk).specific
