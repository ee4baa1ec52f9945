import factory
from factory.django import DjangoModelFactory

from lms.accounts.models import Institution, User


class UserFactory(DjangoModelFactory):
    """A person who may enrol: name and country are known. Nobody real is called Learner One."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence("learner{}@example.org".format)
    name = factory.Sequence("Learner Number {}".format)
    country = "GH"
    password = factory.django.Password("genomics-demo")


class NewcomerFactory(UserFactory):
    """A person who has just signed up: only the address is known."""

    name = ""
    country = ""


class AdministratorFactory(UserFactory):
    is_superuser = True


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    name = factory.Sequence("Example Hospital {}".format)
    country = "GH"
