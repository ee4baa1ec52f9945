"""Signing up and in, by the pages that people see."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth import get_user
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

NEWCOMER = {"email": "New.Comer@example.org", "password1": "a-long-enough-sentence", "accepts_terms": "on"}


def confirmed(person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(client, person, **more):
    return client.post(
        reverse("account_login"), {"login": person.email, "password": "genomics-demo", **more}, follow=False
    )


def test_signing_up_and_opening_the_link_in_the_mail_signs_in(client, link_in_mail):
    answer = client.post("/accounts/signup/", NEWCOMER)
    assert answer.status_code == 302
    person = User.objects.get()
    assert person.email == "new.comer@example.org"
    assert person.accepted_terms_at <= timezone.now()
    assert not get_user(client).is_authenticated

    link = link_in_mail(person.email)
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified  # looking is not confirming: mail programs open links by themselves
    answer = client.post(link)
    assert answer["Location"] == "/my/"
    assert get_user(client) == person


def test_a_mail_of_signing_up_is_queued_not_sent_by_the_request(client):
    client.post("/accounts/signup/", NEWCOMER)
    assert outbox.outbox == []
    row = OutgoingMail.objects.get()
    assert row.to == "new.comer@example.org"
    assert row.expires_at > timezone.now()
    assert not row.subject.startswith("[")


def test_signing_up_in_french_writes_in_french_and_goes_on_in_french(client, link_in_mail):
    client.post("/fr/accounts/signup/", NEWCOMER)
    assert User.objects.get().language == "fr"
    assert OutgoingMail.objects.get().language == "fr"
    link = link_in_mail("new.comer@example.org")
    assert link.startswith("/fr/")
    assert client.post(link)["Location"] == "/fr/my/"


def test_without_consent_nobody_is_made(client):
    answer = client.post("/accounts/signup/", {**NEWCOMER, "accepts_terms": ""})
    assert "accept the terms of use" in answer.content.decode()
    assert not User.objects.exists()


def test_two_sign_ups_at_the_same_moment_make_one_person_and_no_error(client, monkeypatch):
    # What the second of two double clicks sees: nobody at the check, somebody at the insertion.
    User.objects.create_user("new.comer@example.org", "a-long-enough-sentence")
    monkeypatch.setattr(
        "allauth.account.forms.BaseSignupForm.validate_unique_email", lambda self, value: (value, False)
    )
    monkeypatch.setattr("allauth.account.forms.BaseSignupForm.clean_email", lambda self: self.cleaned_data["email"])
    assert client.post("/accounts/signup/", NEWCOMER).status_code == 302
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "email", ["a" * 300 + "@example.org", "two@example.org\nbcc: x@example.org", "x\0@example.org"]
)
def test_an_impossible_address_is_refused(client, email):
    assert client.post("/accounts/signup/", {**NEWCOMER, "email": email}).status_code == 200
    assert not User.objects.exists()
    assert not OutgoingMail.objects.exists()


# -- Nobody learns from the pages who has an account --------------------------------------------------------------


def seen(answer, email):
    """What the person sees, without their own address and tokens that differ anyway."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, answer.redirect_chain, text.replace(email, "ADDRESS")


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("account_signup", {"email": "{email}", "password1": "a-long-enough-sentence", "accepts_terms": "on"}),
        ("account_reset_password", {"email": "{email}"}),
        ("account_request_login_code", {"email": "{email}"}),
        ("account_login", {"login": "{email}", "password": "not-the-password"}),
    ],
)
def test_an_address_with_an_account_is_answered_like_one_without(page, fields):
    confirmed(UserFactory(email="known@example.org"))
    answers = []
    for email in ("known@example.org", "other@example.org"):
        data = {name: value.format(email=email) for name, value in fields.items()}
        answers.append(seen(Client().post(reverse(page), data, follow=True), email))
    assert answers[0] == answers[1]
    if page != "account_login":  # both are written to, so the time taken tells nothing either
        assert set(OutgoingMail.objects.values_list("to", flat=True)) == {"known@example.org", "other@example.org"}


# -- Ways in ------------------------------------------------------------------------------------------------------


def test_signing_in_by_password_goes_where_one_was_going(client):
    person = confirmed(UserFactory(password="genomics-demo"))
    assert sign_in(client, person, next="/courses/")["Location"] == "/courses/"
    assert get_user(client) == person


def test_signing_in_never_leads_to_another_site(client):
    person = confirmed(UserFactory())
    assert sign_in(client, person, next="https://example.com/")["Location"] == "/my/"


def test_signing_in_by_a_mailed_code(client):
    person = confirmed(UserFactory())
    client.post(reverse("account_request_login_code"), {"email": person.email})
    row = OutgoingMail.objects.get()
    assert row.expires_at - row.created_at <= timezone.timedelta(minutes=15, seconds=1)
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", row.text, re.MULTILINE)[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert get_user(client) == person


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_mail(client, link_in_mail):
    person = confirmed(UserFactory())
    client.post(reverse("account_reset_password"), {"email": person.email})
    form = client.get(link_in_mail(person.email), follow=True)
    client.post(
        form.redirect_chain[-1][0], {"password1": "another-long-sentence", "password2": "another-long-sentence"}
    )
    assert (
        client.post(reverse("account_login"), {"login": person.email, "password": "another-long-sentence"})["Location"]
        == "/my/"
    )


def test_an_unconfirmed_address_does_not_let_in(client):
    person = UserFactory()
    answer = sign_in(client, person)
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert not get_user(client).is_authenticated


def test_a_second_factor_is_asked_for_after_the_password_and_after_a_code(client):
    person = confirmed(UserFactory())
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    assert sign_in(client, person)["Location"].startswith(reverse("mfa_authenticate"))
    assert not get_user(client).is_authenticated
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", counter))
    assert client.post(reverse("mfa_authenticate"), {"code": code})["Location"] == "/my/"
    assert get_user(client) == person


def test_guessing_passwords_is_stopped():
    person = confirmed(UserFactory())
    for _ in range(5):
        Client().post(reverse("account_login"), {"login": person.email, "password": "guess-the-password"})
    client = Client()
    answer = sign_in(client, person)
    assert "There were too many attempts" in answer.content.decode()
    assert not get_user(client).is_authenticated


def test_one_sees_where_one_is_signed_in_and_can_end_it(client):
    person = confirmed(UserFactory())
    other = Client()
    sign_in(other, person)
    sign_in(client, person)
    assert client.get(reverse("usersessions_list")).content.decode().count("127.0.0.1") >= 2
    client.post(reverse("usersessions_list"))
    assert not get_user(other).is_authenticated
    assert get_user(client) == person


def test_passkeys_and_recovery_codes_are_offered(client):
    person = confirmed(UserFactory())
    sign_in(client, person)
    for page in ("mfa_index", "mfa_add_webauthn", "mfa_activate_totp"):
        assert client.get(reverse(page), follow=True).status_code == 200
    assert reverse("mfa_login_webauthn") in Client().get(reverse("account_login")).content.decode()


# -- Other services -----------------------------------------------------------------------------------------------

APP = {"APPS": [{"client_id": "id-of-ours", "secret": "secret-of-ours"}]}


def test_no_other_service_is_offered_unless_it_is_set_up(client):
    page = client.get(reverse("account_login")).content.decode()
    assert "google" not in page.lower()
    assert "orcid" not in page.lower()


@pytest.mark.parametrize("provider", ["google", "orcid"])
def test_a_service_that_is_set_up_is_offered_and_leads_there(client, settings, provider):
    settings.SOCIALACCOUNT_PROVIDERS = {provider: APP}
    page = client.get(reverse("account_login")).content.decode()
    assert reverse(f"{provider}_login") in page
    answer = client.post(reverse(f"{provider}_login"))
    assert answer.status_code == 302
    leads_to = urlsplit(answer["Location"])
    assert f"{leads_to.scheme}://{leads_to.netloc}" == settings.PROVIDER_ORIGINS[provider]
    assert parse_qs(leads_to.query)["client_id"] == ["id-of-ours"]


def test_coming_from_another_service_one_is_asked_for_consent_too(client, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {"google": APP}
    email = "new.comer@example.org"
    google = SocialAccount(provider="google", uid="1", extra_data={})
    known_by_google = SocialLogin(
        user=User(email=email),
        account=google,
        provider=get_adapter().get_provider(None, "google"),
        email_addresses=[EmailAddress(email=email, verified=True, primary=True)],
    )
    session = client.session
    session["socialaccount_sociallogin"] = known_by_google.serialize()
    session.save()
    page = client.get(reverse("socialaccount_signup"))
    assert "accepts_terms" in page.content.decode()
    client.post(reverse("socialaccount_signup"), {"email": email})
    assert not User.objects.exists()
    client.post(reverse("socialaccount_signup"), {"email": email, "accepts_terms": "on"})
    person = User.objects.get()
    assert person.accepted_terms_at
    assert get_user(client) == person


def test_a_password_longer_than_anybody_types_is_refused(client):
    longest = "a sentence " * 30
    answer = client.post("/accounts/signup/", {**NEWCOMER, "password1": longest[:257]})
    assert "at most 256 characters" in answer.content.decode()
    assert client.post("/accounts/signup/", {**NEWCOMER, "password1": longest[:256]}).status_code == 302
