import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password
from django.urls import reverse

import lms.settings
from tests.factories.accounts import UserFactory


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.PASSWORD_HASHERS = lms.settings.PASSWORD_HASHERS


def cpu_seconds(work):
    """Return the least CPU time of five runs: what the work itself costs, whatever else the machine does."""
    spent = []
    for _ in range(5):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def test_passwords_are_hashed_with_argon2id_at_the_documented_size():
    assert make_password("a-long-enough-sentence").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_checking_a_password_costs_a_tenth_of_a_second_of_cpu_at_most():
    hashed = make_password("a-long-enough-sentence")
    spent = cpu_seconds(lambda: check_password("a-long-enough-sentence", hashed))
    assert 0.005 < spent < 0.1


@pytest.mark.django_db
def test_a_whole_sign_in_costs_less_than_a_tenth_of_a_second_of_cpu(client):
    person = UserFactory(password="a-long-enough-sentence")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)

    def sign_in():
        client.logout()
        answer = client.post(reverse("account_login"), {"login": person.email, "password": "a-long-enough-sentence"})
        assert answer["Location"] == "/my/"

    sign_in()
    spent = cpu_seconds(sign_in)
    assert spent < 0.1


@pytest.mark.django_db
def test_an_unknown_address_costs_as_much_as_a_wrong_password(client):
    person = UserFactory(password="a-long-enough-sentence")

    def attempt(email):
        client.post(reverse("account_login"), {"login": email, "password": "not-the-password"})

    attempt(person.email)
    known, unknown = cpu_seconds(lambda: attempt(person.email)), cpu_seconds(lambda: attempt("other@example.org"))
    assert unknown > known / 2
