"""Programme leads decide about one certificate; each decision says what follows before it is made."""

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.issuing.models import Certificate
from certificates.issuing.services import revoke_certificate
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.issuing import issued_certificate, waiting_certificate

pytestmark = pytest.mark.django_db
REASONS = {"public_reason": "Somebody else sat the assessment.", "private_reason": "Told by the hospital."}


def address(name: str, certificate: Certificate) -> str:
    return reverse(name, args=[certificate.serial])


def shown(lead, certificate: Certificate) -> str:
    return lead.get(address("certificate_in_register", certificate)).content.decode()


def test_a_certificates_page_shows_what_it_states_and_where_its_file_is(lead):
    certificate = issued_certificate(learner=UserFactory(name="Àma Mensah", email="ama@example.org"))
    page = shown(lead, certificate)
    for fact in ("Àma Mensah", "ama@example.org", certificate.file_sha256, str(certificate.status_position)):
        assert fact in page
    assert address("certificate_file", certificate) in page
    assert address("revoke_certificate", certificate) in page
    assert address("retry_certificate", certificate) not in page


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        ("needs-attention", "王 伟", "No font here draws these characters: 王 伟."),
        ("failed", "out of ink", "the last error was: out of ink."),
        ("waiting", "", "Ask whoever runs the academy whether a worker is running"),
    ],
)
def test_why_a_certificate_is_not_issued_is_said_with_what_to_do(lead, state, reason, said):
    certificate = waiting_certificate()
    Certificate.objects.filter(pk=certificate.pk).update(state=state, reason=reason)
    assert said in shown(lead, certificate)


def test_a_certificate_set_aside_is_made_again(lead):
    certificate = waiting_certificate()
    Certificate.objects.filter(pk=certificate.pk).update(state="failed", reason="out of ink", attempts=6)
    assert address("retry_certificate", certificate) in shown(lead, certificate)
    page = lead.post(address("retry_certificate", certificate), follow=True).content.decode()
    assert "It is being made again." in page
    certificate.refresh_from_db()
    assert (certificate.state, certificate.attempts) == ("waiting", 0)
    assert "somebody was first" in lead.post(address("retry_certificate", certificate), follow=True).content.decode()


def test_all_that_were_set_aside_for_one_cause_are_made_again(lead):
    for reason, number in (("out of ink", 2), ("no paper", 1)):
        for _ in range(number):
            one = waiting_certificate()
            Certificate.objects.filter(pk=one.pk).update(state="failed", reason=reason)
    page = lead.get(reverse("certificates_set_aside")).content.decode()
    assert page.index("out of ink") < page.index("no paper")
    answer = lead.post(reverse("certificates_set_aside"), {"state": "failed", "reason": "out of ink"}, follow=True)
    assert "2 certificates are being made again." in answer.content.decode()
    assert Certificate.objects.get(state="failed").reason == "no paper"


def test_what_is_held_up_goes_on_by_itself(lead):
    one = waiting_certificate(now=timezone.now())
    Certificate.objects.filter(pk=one.pk).update(reason="keys.json is missing.")
    page = lead.get(reverse("certificates_set_aside")).content.decode()
    assert "keys.json is missing." in page
    assert "By itself, once that is mended" in page
    assert "have waited" not in page
    waiting_certificate()
    assert (
        "1 certificate has waited for more than an hour."
        in lead.get(reverse("certificates_set_aside")).content.decode()
    )


def test_revoking_asks_for_both_reasons_and_warns_of_the_mail(lead, reviewer):
    certificate = issued_certificate(learner=UserFactory(name="Àma Mensah"))
    page = lead.get(address("revoke_certificate", certificate)).content.decode()
    assert "Àma Mensah is told by mail, with the same reason." in page
    page = lead.post(address("revoke_certificate", certificate), {"public_reason": "Kept as typed."}).content.decode()
    assert "This field is required." in page
    assert "Kept as typed." in page
    page = lead.post(address("revoke_certificate", certificate), REASONS, follow=True).content.decode()
    assert "Anyone reads: Somebody else sat the assessment." in page
    assert "Told by the hospital." in page
    assert "decided by Programme Lead" in page
    certificate.refresh_from_db()
    assert (certificate.state, certificate.ended_by) == ("revoked", reviewer)
    assert OutgoingMail.objects.filter(key=f"certificate-revoked:{certificate.pk}").count() == 1


def test_whoever_revokes_second_is_told_that_it_is_over(lead, reviewer):
    certificate = issued_certificate()
    revoke_certificate(certificate, **REASONS, by=reviewer, now=timezone.now())
    page = lead.post(address("revoke_certificate", certificate), REASONS).content.decode()
    assert "not in force any more" in page


def test_a_name_is_corrected_on_a_new_certificate_and_both_show_each_other(lead):
    certificate = issued_certificate(learner=UserFactory(name="Ama Mensa"))
    form = {"name": "Ama Mensa", "language": "en", "private_reason": "Passport seen."}
    refused = lead.post(address("reissue_certificate", certificate), form).content.decode()
    assert "This is what the certificate says already." in refused
    lead.post(address("reissue_certificate", certificate), form | {"name": "Ama Mensah"})
    again = Certificate.objects.get(replaces=certificate)
    assert again.award.name == "Ama Mensah"
    for one, other in ((certificate, again), (again, certificate)):
        assert address("certificate_in_register", other) in shown(lead, one)
    assert address("reissue_certificate", certificate) not in shown(lead, certificate)


def test_nobody_reissues_their_own_certificate(lead, reviewer):
    certificate = issued_certificate(learner=reviewer)
    form = {"name": "Another Name", "language": "en", "private_reason": "I asked myself."}
    page = lead.post(address("reissue_certificate", certificate), form).content.decode()
    assert "somebody else has to decide" in page
    assert not Certificate.objects.filter(replaces=certificate).exists()


def test_a_name_that_cannot_be_drawn_is_refused_at_the_form(lead):
    certificate = issued_certificate()
    form = {"name": "\U00013000", "language": "en", "private_reason": "Asked by mail."}
    page = lead.post(address("reissue_certificate", certificate), form).content.decode()
    assert "We have no font for these characters" in page
    assert not Certificate.objects.filter(replaces=certificate).exists()


def test_all_of_a_holder_are_withdrawn_once_their_address_was_typed(lead):
    holder = UserFactory(email="ama@example.org")
    certificate, other = issued_certificate(learner=holder), issued_certificate(learner=holder)
    page = lead.get(address("withdraw_certificates", certificate)).content.decode()
    assert "2 certificates are emptied" in page
    refused = lead.post(address("withdraw_certificates", certificate), {"email": "bea@example.org"}).content.decode()
    assert "This is not the holder’s address." in refused
    page = lead.post(address("withdraw_certificates", certificate), {"email": "AMA@example.org"}, follow=True)
    assert "Its holder asked to be forgotten." in page.content.decode()
    assert set(Certificate.objects.values_list("pk", "state")) == {
        (certificate.pk, "withdrawn"),
        (other.pk, "withdrawn"),
    }


def test_an_unknown_code_is_not_found(lead):
    assert lead.get(reverse("certificate_in_register", args=["NOTACODE"])).status_code == 404
