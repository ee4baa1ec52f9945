from datetime import timedelta

import pytest

from certificates.issuing.models import Certificate
from certificates.issuing.services import (
    making,
    open_certificate,
    render_certificate,
    take_name_from_profile,
)
from lms.mail.models import OutgoingMail
from lms.measures.models import Milestone, MilestoneDelta
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate, text_of, waiting_certificate

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=121)
State = Certificate.State


def test_rendering_issues_once_with_file_mail_and_milestone():
    certificate = waiting_certificate()
    assert render_certificate(certificate.pk, now=NOW)
    assert not render_certificate(certificate.pk, now=NOW)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.issued_at) == (State.ISSUED, NOW)
    assert certificate.award.name in text_of(certificate)
    learner = certificate.completion.enrolment.learner
    mail = OutgoingMail.objects.get(key=f"certificate-issued:{certificate.pk}")
    assert mail.to == learner.email
    for text in (mail.text, mail.html):
        assert certificate.award.verification_url in text
        assert certificate.award.shown_serial in text
    milestone = MilestoneDelta.objects.get(milestone=Milestone.CERTIFIED)
    assert (milestone.course_id, milestone.country) == (certificate.completion.enrolment.run.course_id, "GH")


def test_a_certificate_another_worker_is_at_is_left_alone_until_the_lease_has_run_out():
    certificate = waiting_certificate()
    Certificate.objects.update(leased_until=NOW + timedelta(seconds=60), attempts=1)
    assert not render_certificate(certificate.pk, now=NOW)
    assert render_certificate(certificate.pk, now=NOW + LEASE)


def test_a_worker_that_was_overtaken_issues_nothing(monkeypatch):
    certificate = waiting_certificate()
    slow = making.render

    def overtaken(award, **more):
        pdf = slow(award, **more)
        monkeypatch.setattr(making, "render", slow)
        assert render_certificate(certificate.pk, now=NOW + LEASE)
        return pdf

    monkeypatch.setattr(making, "render", overtaken)
    assert not render_certificate(certificate.pk, now=NOW)
    assert OutgoingMail.objects.count() == 1
    assert MilestoneDelta.objects.filter(milestone=Milestone.CERTIFIED).count() == 1


def test_a_later_change_of_name_or_course_does_not_alter_what_was_issued():
    certificate = issued_certificate()
    before, text = certificate.facts, text_of(certificate)
    enrolment = certificate.completion.enrolment
    type(enrolment.learner).objects.update(name="Somebody Else")
    type(enrolment.contract).objects.update(title="Another title", minutes=5)
    again = open_certificate(certificate.completion_id, now=NOW + LEASE)
    assert (again.facts, text_of(again)) == (before, text)


def test_a_name_no_font_can_draw_is_set_aside_with_its_characters_and_goes_out_under_another():
    learner = UserFactory(name="ᏣᎳ Wen")
    certificate = waiting_certificate(learner=learner)
    assert not render_certificate(certificate.pk, now=NOW)
    certificate.refresh_from_db()
    assert certificate.state == State.NEEDS_ATTENTION
    assert sorted(certificate.reason.split()) == ["Ꮃ", "Ꮳ"]
    assert not OutgoingMail.objects.exists()
    learner.name = "Wen Example"
    learner.save()
    certificate = Certificate.objects.get(pk=certificate.pk)
    assert take_name_from_profile(certificate)
    assert render_certificate(certificate.pk, now=NOW)
    assert "Wen Example" in text_of(Certificate.objects.get(pk=certificate.pk))


def test_an_issued_certificate_does_not_take_another_name():
    certificate = issued_certificate()
    type(certificate.completion.enrolment.learner).objects.update(name="Somebody Else")
    assert not take_name_from_profile(Certificate.objects.get(pk=certificate.pk))
    assert Certificate.objects.get(pk=certificate.pk).facts == certificate.facts
