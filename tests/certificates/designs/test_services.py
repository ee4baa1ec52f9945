import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from certificates.designs.models import CertificateDesign, DesignVersion
from certificates.designs.services import freeze_design
from tests.factories.accounts import UserFactory
from tests.factories.designs import NOW, frozen_design

pytestmark = pytest.mark.django_db


def test_saving_a_change_makes_a_version_and_saving_nothing_makes_none():
    lead, first = UserFactory(), frozen_design()
    assert freeze_design(first.design, by=lead, now=NOW) == first
    first.design.paper = "us-letter"
    first.design.save()
    second = freeze_design(first.design, by=lead, now=NOW)
    assert (second.saved_by, second.saved_at) == (lead, NOW)
    first.refresh_from_db()
    assert (first.facts["paper"], second.facts["paper"]) == ("a4", "us-letter")


def test_a_design_with_versions_is_not_deleted():
    version = frozen_design()
    with pytest.raises(ProtectedError):
        version.design.delete()
    assert DesignVersion.objects.filter(pk=version.pk).exists()


def test_one_design_at_most_is_for_everything():
    frozen_design(is_default=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateDesign.objects.create(name="Another", is_default=True)
