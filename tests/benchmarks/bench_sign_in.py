"""What a password costs: its check alone, and a whole sign-in."""

import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password
from django.urls import reverse

import lms.settings
from tests.factories.accounts import UserFactory

PASSWORD = "a-long-enough-sentence"
LIMIT_MS = 100


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.PASSWORD_HASHERS = lms.settings.PASSWORD_HASHERS


def cpu_ms(work) -> float:
    """Return the least CPU time of five runs: what the work itself costs, whatever else the machine does."""
    spent = []
    for _run in range(5):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1000 * min(spent)


def test_milliseconds_to_check_a_password(record_figure):
    hashed = make_password(PASSWORD)
    record_figure("password check", cpu_ms(lambda: check_password(PASSWORD, hashed)), "ms CPU", limit=LIMIT_MS)


@pytest.mark.django_db
def test_milliseconds_to_sign_in(client, record_figure):
    person = UserFactory(password=PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)

    def sign_in():
        client.logout()
        answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        assert answer["Location"] == "/my/"

    sign_in()
    record_figure("sign-in", cpu_ms(sign_in), "ms CPU", limit=LIMIT_MS)
