import factory
from factory.django import DjangoModelFactory
from wagtail_factories import PageFactory

from courses.catalogue.models import CatalogueIndexPage, Course, CoursePage, CourseTeamMember, Instructor, Subject
from courses.catalogue.services import ensure_course
from tests.factories.accounts import UserFactory
from tests.factories.pages import home_page


def catalogue_page() -> CatalogueIndexPage:
    """Return the one catalogue of the default site, made if there is none."""
    home = home_page()
    found = CatalogueIndexPage.objects.child_of(home).first()
    return found or home.add_child(instance=CatalogueIndexPage(title="Courses", slug="courses"))


class CoursePageFactory(PageFactory):
    """A live course page in the catalogue, with its course row."""

    class Meta:
        model = CoursePage
        skip_postgeneration_save = True

    parent = factory.LazyFunction(catalogue_page)
    title = factory.Sequence("Course {}".format)
    code = factory.Sequence("C{}".format)
    summary = "What the course is about."

    @factory.post_generation
    def with_course(self, create, extracted, **kwargs):
        if create:
            ensure_course(self)


class CourseFactory(DjangoModelFactory):
    """The row behind a course page; without a page of its own."""

    class Meta:
        model = Course

    code = factory.Sequence("C{}".format)
    title = factory.Sequence("Course {}".format)


class CourseTeamMemberFactory(DjangoModelFactory):
    class Meta:
        model = CourseTeamMember

    course = factory.SubFactory(CourseFactory)
    member = factory.SubFactory(UserFactory)


class SubjectFactory(DjangoModelFactory):
    class Meta:
        model = Subject

    name = factory.Sequence("Subject {}".format)
    slug = factory.Sequence("subject-{}".format)


class InstructorFactory(DjangoModelFactory):
    class Meta:
        model = Instructor

    name = factory.Sequence("Clinical geneticist {}".format)
