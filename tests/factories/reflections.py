from datetime import UTC, datetime
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from courses.catalogue.services import ensure_course
from courses.lessons.models import Lesson
from courses.reflections.models import Reflection
from tests.factories.accounts import UserFactory
from tests.factories.catalogue import CoursePageFactory


class LessonFactory(DjangoModelFactory):
    """The identity row of a lesson that has no page."""

    class Meta:
        model = Lesson

    translation_key = factory.LazyFunction(uuid4)
    course = factory.LazyFunction(lambda: ensure_course(CoursePageFactory()))
    title = "A lesson gone by"


class ReflectionFactory(DjangoModelFactory):
    class Meta:
        model = Reflection

    learner = factory.SubFactory(UserFactory)
    lesson = factory.SubFactory(LessonFactory)
    question_key = factory.LazyFunction(uuid4)
    question = "Whom would you ask?"
    text = "The head of our laboratory."
    written_at = datetime(2026, 1, 12, 9, tzinfo=UTC)
