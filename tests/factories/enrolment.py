from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from courses.enrolment.models import Contract, CourseRun, Enrolment
from tests.factories.accounts import UserFactory
from tests.factories.catalogue import CourseFactory


class ContractFactory(DjangoModelFactory):
    class Meta:
        model = Contract

    course = factory.SubFactory(CourseFactory)
    number = factory.Sequence(lambda n: n + 1)
    version_name = "1.0"
    title = factory.SelfAttribute("course.title")
    pass_mark_percent = 70
    minutes = 60


class CourseRunFactory(DjangoModelFactory):
    class Meta:
        model = CourseRun
        django_get_or_create = ("course", "kind")

    course = factory.SubFactory(CourseFactory)
    kind = CourseRun.Kind.SELF_PACED


class EnrolmentFactory(DjangoModelFactory):
    """A learner in the self-paced run of a course without lessons; for a real one see factories/progress.py."""

    class Meta:
        model = Enrolment

    class Params:
        course = factory.SubFactory(CourseFactory)

    learner = factory.SubFactory(UserFactory)
    run = factory.SubFactory(CourseRunFactory, course=factory.SelfAttribute("..course"))
    contract = factory.SubFactory(ContractFactory, course=factory.SelfAttribute("..course"))
    country = factory.SelfAttribute("learner.country.code")
    enrolled_at = datetime(2026, 1, 12, 9, tzinfo=UTC)
