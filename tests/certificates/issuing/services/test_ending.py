from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from certificates.credentials.addresses import STATUS_LIST_SIZE
from certificates.issuing import files, services
from certificates.issuing.errors import CannotBeDrawn, NotInForce, ReasonMissing, TooManyVersions
from certificates.issuing.models import Certificate, Credential
from certificates.issuing.rules import file_name
from certificates.issuing.services import (
    issue_missing_certificates,
    opening,
    reissue_certificate,
    render_certificate,
    revoke_certificate,
    withdraw_certificates,
)
from certificates.issuing.services.ending import MOST_VERSIONS
from certificates.issuing.signals import certificate_ended
from lms.lib.errors import Refusal
from lms.mail.models import OutgoingMail
from lms.measures.models import Milestone, MilestoneDelta
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate, text_of, waiting_certificate

pytestmark = pytest.mark.django_db

State = Certificate.State
LATER = NOW + timedelta(days=30)


def revoke(certificate: Certificate, why: str = "The assessment was another person's work") -> None:
    revoke_certificate(certificate, public_reason=why, private_reason="Case 7", by=UserFactory(), now=LATER)


def reissue(certificate: Certificate, **changes) -> Certificate:
    return reissue_certificate(certificate, by=UserFactory(), now=LATER, **changes)


def test_a_revoked_certificate_says_since_when_by_whom_and_why_and_its_holder_is_told():
    certificate = issued_certificate()
    revoke(certificate, "  Given by mistake ")
    certificate.refresh_from_db()
    assert (certificate.state, certificate.ended_at, certificate.public_reason) == (
        State.REVOKED,
        LATER,
        "Given by mistake",
    )
    assert certificate.ended_by
    mail = OutgoingMail.objects.get(key=f"certificate-revoked:{certificate.pk}")
    assert mail.to == certificate.holder.email
    assert "Given by mistake" in mail.text
    assert "Case 7" not in mail.text


def test_revoking_needs_a_reason_fit_for_anyone():
    certificate = issued_certificate()
    with pytest.raises(ReasonMissing):
        revoke(certificate, "  ")
    assert Certificate.objects.issued().get() == certificate


@pytest.mark.parametrize("act", [revoke, reissue])
def test_what_was_not_issued_or_is_over_is_neither_revoked_nor_replaced(act):
    waiting = waiting_certificate()
    with pytest.raises(NotInForce):
        act(waiting)
    gone = issued_certificate()
    withdraw_certificates(gone.holder, by=None, now=LATER)
    with pytest.raises(NotInForce):
        act(gone)
    assert not OutgoingMail.objects.filter(key__startswith="certificate-revoked").exists()


def test_a_revoked_certificate_is_not_issued_again_by_itself():
    revoke(issued_certificate())
    assert issue_missing_certificates(now=LATER) == 0
    assert Certificate.objects.count() == 1


def test_a_reissue_has_another_serial_and_points_to_the_old_one_which_keeps_all_it_said():
    old = issued_certificate()
    facts, text = old.facts, text_of(old)
    new = reissue(old, name="Corrected Name")
    assert render_certificate(new.pk, now=LATER)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.facts, text_of(old)) == (State.REPLACED, facts, text)
    assert (new.state, new.version, new.replaces) == (State.ISSUED, 2, old)
    assert (new.award.name, new.award.previous_serial) == ("Corrected Name", old.serial)
    assert new.serial not in (old.serial,)
    assert (new.award.score_percent, new.award.completed_on) == (old.award.score_percent, old.award.completed_on)
    assert new.award.issued_on == LATER.date()
    assert "Corrected Name" in text_of(new)


def test_a_reissue_is_mailed_and_counts_as_no_further_certificate():
    new = reissue(issued_certificate(), language="fr")
    render_certificate(new.pk, now=LATER)
    assert new.award.language == "fr"
    assert OutgoingMail.objects.filter(key__startswith="certificate-issued").count() == 2
    assert MilestoneDelta.objects.filter(milestone=Milestone.CERTIFIED).count() == 1


def test_a_replaced_certificate_is_not_replaced_again_but_its_successor_may_be():
    old = issued_certificate()
    new = reissue(old)
    with pytest.raises(NotInForce):
        reissue(old)
    render_certificate(new.pk, now=LATER)
    assert reissue(new).version == 3


def test_one_revoked_by_mistake_is_followed_by_one_new_one():
    old = issued_certificate()
    revoke(old)
    new = reissue(old)
    old.refresh_from_db()
    assert (old.state, new.replaces) == (State.REVOKED, old)
    with pytest.raises(NotInForce):
        reissue(old)


def test_a_name_that_no_font_draws_is_refused_and_nothing_changes():
    old = issued_certificate()
    with pytest.raises(CannotBeDrawn, match="\U0001f9ec"):
        reissue(old, name="Gene \U0001f9ec")
    assert Certificate.objects.get() == Certificate.objects.issued().get()


def test_corrections_come_to_an_end():
    certificate = issued_certificate()
    Certificate.objects.update(version=MOST_VERSIONS)
    with pytest.raises(TooManyVersions):
        reissue(certificate)


def test_withdrawing_leaves_the_code_and_nothing_else_and_none_is_issued_anew():
    certificate, another = issued_certificate(), issued_certificate()
    name = certificate.file_name
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "on_commit", lambda act: act())
        assert withdraw_certificates(certificate.holder, by=None, now=LATER) == 1
    certificate.refresh_from_db()
    assert (certificate.state, certificate.facts, certificate.file_sha256) == (State.WITHDRAWN, {}, "")
    assert not storages["private"].exists(name)
    assert storages["private"].exists(another.file_name)
    assert issue_missing_certificates(now=LATER) == 0
    assert withdraw_certificates(certificate.holder, by=None, now=LATER) == 0


def test_a_worker_at_a_certificate_that_is_withdrawn_issues_nothing(monkeypatch):
    certificate = waiting_certificate()
    whole = services.making.render

    def withdrawn_meanwhile(award, **more):
        withdraw_certificates(certificate.holder, by=None, now=NOW)
        return whole(award, **more)

    stored, store = [], files.store
    monkeypatch.setattr(services.making, "render", withdrawn_meanwhile)
    monkeypatch.setattr(files, "store", lambda pdf: stored.append(store(pdf)) or stored[-1])
    assert not render_certificate(certificate.pk, now=NOW)
    assert Certificate.objects.get().state == State.WITHDRAWN
    assert not OutgoingMail.objects.exists()
    assert not Credential.objects.exists()
    assert stored
    assert not storages["private"].exists(file_name(stored[0]))


@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.REVOKED, "ended_at": LATER},
        {"state": State.REPLACED},
        {"state": State.WITHDRAWN, "ended_at": LATER},
        {"ended_at": LATER},
    ],
)
def test_the_table_refuses_an_end_without_reason_or_day_or_with_facts_left(changes):
    issued_certificate()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.update(**changes)


def test_each_end_is_announced_after_the_commit(django_capture_on_commit_callbacks):
    heard: list[int] = []

    def hear(certificate_id: int, **kwargs) -> None:
        heard.append(certificate_id)

    certificates = [issued_certificate() for _ in range(3)]
    certificate_ended.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            revoke(certificates[0])
            reissue(certificates[1])
            withdraw_certificates(certificates[2].holder, by=None, now=LATER)
    finally:
        certificate_ended.disconnect(hear)
    assert heard == [certificate.pk for certificate in certificates]


ACTS = st.sampled_from(["revoke", "reissue", "render", "withdraw", "sweep"])


@given(acts=st.lists(ACTS, max_size=8))
def test_whatever_is_done_at_most_one_certificate_is_in_force_and_what_was_issued_keeps_its_facts(acts):
    with transaction.atomic():
        first = issued_certificate()
        said: dict[str, dict] = {}
        for n, act in enumerate(acts):
            last = Certificate.objects.filter(completion=first.completion).order_by("-version").first()
            at = LATER + timedelta(hours=n)
            try:
                if act == "revoke":
                    revoke(last)
                elif act == "reissue":
                    reissue(last)
                elif act == "render":
                    render_certificate(last.pk, now=at)
                elif act == "withdraw":
                    withdraw_certificates(first.holder, by=None, now=at)
                else:
                    issue_missing_certificates(now=at)
            except Refusal:
                pass
            versions = list(Certificate.objects.filter(completion=first.completion).order_by("version"))
            assert sum(one.state in Certificate.IN_FORCE for one in versions) <= 1
            assert [one.replaces_id for one in versions[1:]] == [one.pk for one in versions[:-1]]
            for one in versions:
                if one.state != State.WITHDRAWN:
                    assert one.facts == said.setdefault(one.serial, one.facts)
        transaction.set_rollback(True)


def test_places_on_status_lists_are_never_shared_and_a_full_list_is_left(monkeypatch):
    monkeypatch.setattr(opening, "STATUS_LIST_SIZE", 16)
    monkeypatch.setattr(services.opening.queries, "STATUS_LIST_SIZE", 16)
    places = []
    for _ in range(40):
        certificate = waiting_certificate()
        places.append(certificate.status_position)
    assert len(set(places)) == 40
    assert max(places) >= 32


def test_many_places_are_drawn_at_once():
    drawn = opening.draw_positions(1000)
    assert len(set(drawn)) == 1000
    assert max(drawn) < STATUS_LIST_SIZE
    assert drawn != sorted(drawn)
