import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from certificates.issuing.models import Certificate
from lms.accounts import roles
from tests.factories.accounts import AdministratorFactory, UserFactory
from tests.factories.issuing import issued_certificate, waiting_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def somebody(role):
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name=role)[0])
    roles.ensure_roles()
    return person


def test_programme_leads_find_what_failed_and_why(client):
    issued_certificate()
    failed = waiting_certificate()
    Certificate.objects.filter(pk=failed.pk).update(state="failed", reason="RuntimeError('out of ink')")
    client.force_login(somebody(roles.PROGRAMME_LEADS))
    page = client.get(reverse("certificates:index"), {"state": "failed"}).content.decode()
    assert failed.serial in page
    assert "out of ink" in page
    assert page.count("/inspect/") > 0
    inspected = client.get(reverse("certificates:inspect", args=[failed.pk]))
    assert failed.serial in inspected.content.decode()


def test_the_register_asks_the_same_number_of_queries_for_2_and_for_12(client, django_assert_max_num_queries):
    client.force_login(AdministratorFactory())
    for _ in range(2):
        waiting_certificate()
    client.get(reverse("certificates:index"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("certificates:index"))
    for _ in range(10):
        waiting_certificate()
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("certificates:index"))


@pytest.mark.parametrize("role", [roles.INSTRUCTORS, roles.EDITORS])
def test_other_staff_do_not_read_the_register(client, role):
    client.force_login(somebody(role))
    assert client.get(reverse("certificates:index")).status_code == 302


@pytest.mark.parametrize("address", ["add", "edit", "delete"])
def test_nobody_writes_in_the_register_by_hand(client, address):
    certificate = issued_certificate()
    client.force_login(AdministratorFactory())
    path = reverse(f"certificates:{address}", args=[] if address == "add" else [certificate.pk])
    assert client.post(path, {"state": "failed"}).status_code == 302
    assert Certificate.objects.get(pk=certificate.pk).state == "issued"
    assert Certificate.objects.count() == 1
