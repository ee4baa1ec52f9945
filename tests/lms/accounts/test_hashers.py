import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse

import lms.settings
from lms.accounts.hashers import SizedArgon2PasswordHasher
from tests.factories.accounts import UserFactory


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.PASSWORD_HASHERS = lms.settings.PASSWORD_HASHERS


def test_passwords_are_hashed_with_argon2id_at_the_documented_size():
    assert make_password("a-long-enough-sentence").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.django_db
def test_an_unknown_address_costs_as_much_as_a_wrong_password(client, monkeypatch):
    person = UserFactory(password="a-long-enough-sentence")
    hashed = []
    for name in ("encode", "verify"):
        real = getattr(SizedArgon2PasswordHasher, name)

        def counted(hasher, password, *rest, real=real):
            hashed.append(password)
            return real(hasher, password, *rest)

        monkeypatch.setattr(SizedArgon2PasswordHasher, name, counted)
    for address in (person.email, "other@example.org"):
        client.post(reverse("account_login"), {"login": address, "password": "not-the-password"})
    assert hashed == ["not-the-password"] * 2
