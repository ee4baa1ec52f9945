import factory
from factory.django import DjangoModelFactory
from wagtail_factories import PageFactory

from courses.catalogue.models import CoursePage
from courses.lessons.models import GlossaryTerm, LessonPage, ModulePage, Reference
from tests.factories.catalogue import CoursePageFactory


class ModulePageFactory(PageFactory):
    class Meta:
        model = ModulePage

    parent = factory.LazyFunction(CoursePageFactory)
    title = factory.Sequence("Module {}".format)


class LessonPageFactory(PageFactory):
    """A live lesson of ten minutes. text: paragraphs of its body, as HTML."""

    class Meta:
        model = LessonPage

    class Params:
        text = "<p>Absent from whom?</p>"

    parent = factory.LazyFunction(ModulePageFactory)
    title = factory.Sequence("Lesson {}".format)
    minutes = 10
    body = factory.LazyAttribute(lambda lesson: [("text", lesson.text)])


class GlossaryTermFactory(DjangoModelFactory):
    class Meta:
        model = GlossaryTerm

    key = factory.Sequence("term-{}".format)
    term = factory.Sequence("term {}".format)
    definition = "What the word means."


class ReferenceFactory(DjangoModelFactory):
    class Meta:
        model = Reference

    key = factory.Sequence("source-{}".format)
    authors = "Example A, Example B"
    year = 2024
    title = "A source"
    source = "Example Journal 2024;1:1-2"
    doi = factory.Sequence("10.5555/{}".format)


def course_with_lessons(*counts: int, **fields) -> CoursePage:
    """Return a live course page with one module per number, each holding that many lessons (one of two if none is said)."""
    course = CoursePageFactory(**fields)
    for count in counts or (2,):
        module = ModulePageFactory(parent=course)
        for _number in range(count):
            LessonPageFactory(parent=module)
    return course
