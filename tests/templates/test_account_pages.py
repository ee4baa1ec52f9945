"""The pages of one's own account: each answers, is valid, speaks our words, and needs no script but a module."""

import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.urls import reverse

from lms.lib.bundles import style_of
from lms.mail.models import OutgoingMail
from tests.factories.accounts import InstructorFactory, ProgrammeLeadFactory, UserFactory
from tests.factories.pages import home_page

pytestmark = pytest.mark.django_db
PASSWORD = "genomics-demo"
SECRET = "JBSWY3DPEHPK3PXP"

ANYBODY = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
ANYBODY += ["account_request_login_code", "account_email_verification_sent", "account_inactive"]
ANYBODY += ["socialaccount_login_cancelled"]
SIGNED_IN = ["account_email", "account_change_password", "account_logout", "account_reauthenticate", "mfa_index"]
SIGNED_IN += ["mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "usersessions_list"]
SIGNED_IN += ["socialaccount_connections"]
WITH_SECOND_FACTOR = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]
WITH_SECOND_FACTOR += ["mfa_reauthenticate"]


@pytest.fixture(autouse=True)
def site():
    home_page()
    cache.clear()  # attempts are counted there by person, whose number the next test's person has again


@pytest.fixture
def person():
    person = UserFactory(password=PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def signed_in(client, person):
    """A browser in which the person has signed in, and has just shown once more that it is they."""
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def with_second_factor(signed_in, person):
    """The same, the person having an authenticator app, a key, and recovery codes, one of which they have just used."""
    TOTP.activate(person, SECRET)
    codes = RecoveryCodes.activate(person)
    key = {"name": "Key <1>", "credential": {}}
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=key)
    signed_in.post(reverse("mfa_reauthenticate"), {"code": codes.get_unused_codes()[0]})
    return signed_in


def last_mail() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def check(answer, validate_html, *, status: int = 200) -> str:
    html = answer.content.decode()
    assert answer.status_code == status
    assert validate_html(html) == []
    assert len(re.findall("<h1", html)) == 1
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert f"<style>{style_of('form').text}</style>" in html
    return html


@pytest.mark.parametrize("name", ANYBODY)
def test_page_for_anybody_is_valid(client, validate_html, name):
    check(client.get(reverse(name)), validate_html)


def test_failure_of_another_service_is_told(client, validate_html):
    html = check(client.get(reverse("socialaccount_login_error")), validate_html, status=401)
    assert "The other service did not sign you in" in html


@pytest.mark.parametrize("name", SIGNED_IN)
def test_page_of_a_person_is_valid(signed_in, validate_html, name):
    check(signed_in.get(reverse(name)), validate_html)


@pytest.mark.parametrize("name", WITH_SECOND_FACTOR)
def test_page_of_a_person_with_a_second_factor_is_valid(with_second_factor, validate_html, name):
    check(with_second_factor.get(reverse(name)), validate_html)


def test_page_of_a_key_is_valid(with_second_factor, person, validate_html):
    key = Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
    assert "Key &lt;1&gt;" in check(with_second_factor.get(reverse("mfa_edit_webauthn", args=[key.pk])), validate_html)
    assert "Key &lt;1&gt;" in check(
        with_second_factor.get(reverse("mfa_remove_webauthn", args=[key.pk])), validate_html
    )


def test_second_step_offers_code_and_key(client, person, validate_html):
    TOTP.activate(person, SECRET)
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    html = check(client.get(reverse("mfa_authenticate")), validate_html)
    options = re.search(r'data-passkey-options="([^"]+)"', html)[1].replace("&quot;", '"')
    assert json.loads(options)["publicKey"]["challenge"]


def test_sign_up_links_to_what_is_accepted_and_asks_for_it(client, validate_html):
    html = check(client.get(reverse("account_signup")), validate_html)
    assert 'href="/terms/"' in html
    assert 'href="/privacy/"' in html
    sent = {"email": "new@example.org", "password1": "a short sentence"}
    html = check(client.post(reverse("account_signup"), sent), validate_html)
    assert "To make an account, accept the terms of use." in html


def test_sign_up_ends_with_a_mail_whose_link_confirms(client, validate_html):
    sent = {"email": "new@example.org", "password1": "a short sentence", "accepts_terms": "on"}
    answer = client.post(reverse("account_signup"), sent, follow=True)
    assert "Check your e-mail" in check(answer, validate_html)
    message = last_mail()
    assert message.subject == "Please confirm your e-mail address"
    link = re.search(r"https?://[^/]+(/\S*confirm-email/\S+)", message.text)[1]
    assert "new@example.org" in check(client.get(link), validate_html)
    client.post(link)
    assert EmailAddress.objects.get(email="new@example.org").verified
    assert "This link no longer works" in check(client.get(link), validate_html)


def test_wrong_password_is_told_and_valid(client, person, validate_html):
    answer = client.post(reverse("account_login"), {"login": person.email, "password": "wrong"})
    html = check(answer, validate_html)
    assert 'role="alert"' in html
    assert "do not belong together" in html


def test_too_many_attempts_are_told(client, person, validate_html):
    for _ in range(12):
        answer = client.post(reverse("account_reset_password"), {"email": person.email})
    html = answer.content.decode()
    assert answer.status_code == 429
    assert "Wait some minutes" in html
    assert validate_html(html) == []


@pytest.mark.parametrize(
    ("factory", "shown"),
    [
        (UserFactory, []),
        (InstructorFactory, ["/cms/", "/teach/"]),
        (ProgrammeLeadFactory, ["/cms/", "/insights/"]),
    ],
)
def test_staff_find_their_places_beside_their_own_pages(client, factory, shown):
    client.force_login(factory())
    html = client.get(reverse("profile")).content.decode()
    assert [path for path in ("/cms/", "/teach/", "/insights/") if f'href="{path}"' in html] == shown


def test_sign_in_goes_on_where_the_reader_was(client, validate_html):
    html = check(client.get(reverse("account_login") + "?next=/my/"), validate_html)
    assert '<input type="hidden" name="next" value="/my/">' in html


def test_new_password_by_mail(client, person, validate_html):
    client.post(reverse("account_reset_password"), {"email": person.email})
    message = last_mail()
    assert message.subject == "Choose a new password"
    link = re.search(r"https?://[^/]+(/\S*password/reset/key/\S+)", message.text)[1]
    answer = client.get(link, follow=True)
    html = check(answer, validate_html)
    assert "New password again" in html
    new = {"password1": "another short sentence", "password2": "another short sentence"}
    check(client.post(answer.request["PATH_INFO"], new, follow=True), validate_html)
    assert last_mail().subject == "Your password was changed"
    assert "This link no longer works" in check(client.get(link, follow=True), validate_html)


def test_sign_in_by_code(client, person, validate_html):
    answer = client.post(reverse("account_request_login_code"), {"email": person.email}, follow=True)
    assert person.email in check(answer, validate_html)
    message = last_mail()
    assert message.subject == "Your code to sign in"
    html = check(client.post(reverse("account_confirm_login_code"), {"code": "WRONG"}), validate_html)
    assert 'aria-invalid="true"' in html
    code = next(line for line in message.text.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,12}", line.strip()))
    assert client.post(reverse("account_confirm_login_code"), {"code": code}).status_code == 302
    assert client.get(reverse("account_email")).status_code == 200


def test_mail_about_a_change_says_when_from_where_and_what_to_do(signed_in, person, validate_html):
    new = {"oldpassword": PASSWORD, "password1": "a short sentence", "password2": "a short sentence"}
    answer = signed_in.post(reverse("account_change_password"), new, follow=True)
    assert "Your password is changed." in check(answer, validate_html)
    body = last_mail().text
    assert "The password of your account was changed." in body
    assert "network address 127.0.0.1" in body
    assert "http://testserver/accounts/password/reset/" in body
    assert "&" not in body


def test_mail_writes_what_people_typed_as_they_typed_it(client, validate_html):
    address = "o'brien&co@example.org"
    client.post(reverse("account_request_login_code"), {"email": address})
    assert address in last_mail().text


def test_no_page_shows_words_of_the_library(signed_in):
    """All templates of the library that a person can reach are ours."""
    for name in [*ANYBODY, *SIGNED_IN]:
        html = signed_in.get(reverse(name), follow=True).content.decode()
        for phrase in ("third-party", "Third-Party", "Two-Factor", "reauthenticate to", "Sign Up", "successfully"):
            assert phrase not in html, f"{name}: {phrase}"
