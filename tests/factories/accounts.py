import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from lms.accounts.models import Institution, User
from lms.accounts.roles import EDITORS, INSTRUCTORS, PROGRAMME_LEADS


class UserFactory(DjangoModelFactory):
    """A person who may enrol: name and country are known. Nobody real is called Learner One."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence("learner-{}@example.org".format)  # "learner2@" is one of the demo’s people
    name = factory.Sequence("Learner Number {}".format)
    country = "GH"
    password = factory.django.Password("genomics-demo")


class NewcomerFactory(UserFactory):
    """A person who has just signed up: only the address is known."""

    name = ""
    country = ""


class AdministratorFactory(UserFactory):
    is_superuser = True


class InstructorFactory(UserFactory):
    email = factory.Sequence("instructor{}@example.org".format)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        self.groups.add(Group.objects.get(name=INSTRUCTORS))


class EditorFactory(UserFactory):
    email = factory.Sequence("editor{}@example.org".format)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        self.groups.add(Group.objects.get(name=EDITORS))


class ProgrammeLeadFactory(UserFactory):
    email = factory.Sequence("lead{}@example.org".format)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        self.groups.add(Group.objects.get(name=PROGRAMME_LEADS))


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    name = factory.Sequence("Example Hospital {}".format)
    country = "GH"
