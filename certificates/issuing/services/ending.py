"""How a certificate stops being valid: revoked, replaced by another, or withdrawn when its holder is to be forgotten."""

from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from certificates.award import name_for_award
from certificates.issuing import files, queries, rules
from certificates.issuing.awards import award_again
from certificates.issuing.errors import CannotBeDrawn, NotInForce, ReasonMissing, TooManyVersions
from certificates.issuing.models import Certificate, CorrectionRequest, Credential
from certificates.issuing.services.opening import draw_position
from certificates.issuing.signals import certificate_ended
from certificates.rendering.typesetting import missing_characters
from lms.accounts.models import User
from lms.lib.events import announce
from lms.mail.services import queue_mail

State = Certificate.State
MOST_VERSIONS = 10  # of one certificate: more corrections than that are a mistake, or mischief
MOST_BY_HOLDER = 6  # what is left is for staff, who may have to correct the last one


def revoke_certificate(
    certificate: Certificate, *, public_reason: str, private_reason: str, by: User | None, now: datetime
) -> None:
    """Say of an issued certificate that it is not valid any more, and why; its holder is told by mail.

    Raises ReasonMissing, and NotInForce if it was not issued, or is over already.
    """
    if not public_reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        _end(
            certificate,
            State.REVOKED,
            ended_by=by,
            ended_at=now,
            public_reason=public_reason.strip(),
            private_reason=private_reason.strip(),
        )
        _tell_revoked(certificate, reason=public_reason.strip())


def reissue_certificate(
    certificate: Certificate,
    *,
    name: str = "",
    language: str = "",
    by: User,
    private_reason: str = "",
    now: datetime,
) -> Certificate:
    """Open the certificate that takes the place of an issued or revoked one, and return it; what was learned stays.

    name, language: "" for what the old one has. The old one says from now on that it was replaced, or revoked, and by
    which; the caller rings for the worker that makes the new file. Raises CannotBeDrawn, NotInForce, TooManyVersions.
    """
    with transaction.atomic():
        replaced = queries.certificates_for_award().select_for_update(of=("self",)).get(pk=certificate.pk)
        if replaced.state not in (State.ISSUED, State.REVOKED) or hasattr(replaced, "replaced_by"):
            raise NotInForce
        if replaced.version >= (MOST_BY_HOLDER if by == replaced.holder else MOST_VERSIONS):
            raise TooManyVersions
        award = replaced.award
        name = name_for_award(name) or award.name
        if missing := missing_characters(name):
            raise CannotBeDrawn(missing)
        if replaced.state == State.ISSUED:
            _end(replaced, State.REPLACED, ended_by=by, ended_at=now, private_reason=private_reason.strip())
        language = language or award.language
        title, zone = _title_and_zone(replaced, language)
        again = award_again(
            award,
            replaced.holder,
            name=name,
            title=title or award.course_title,
            language=language,
            serial=rules.make_serial(),
            zone=zone,
            at=now,
        )
        opened = Certificate.objects.create(
            holder=replaced.holder,
            completion=replaced.completion,
            attendance=replaced.attendance,
            version=replaced.version + 1,
            serial=again.serial,
            status_position=draw_position(),
            replaces=replaced,
            design_version_id=again.design,
            facts=again.to_json(),
            opened_at=now,
        )
        # What is still asked of the old one is asked of the new one.
        CorrectionRequest.objects.filter(certificate=replaced, state=CorrectionRequest.State.OPEN).update(
            certificate=opened
        )
        return opened


def withdraw_certificates(holder: User, *, by: User | None, now: datetime) -> int:
    """Empty every certificate of somebody who asks for that, their files and correction requests too; return how many.

    Their pages answer "withdrawn" from now on. The rows stay with their holder, so that none is issued anew.
    """
    with transaction.atomic():
        kept = Certificate.objects.filter(holder=holder).exclude(state=State.WITHDRAWN).select_for_update()
        emptied = list(kept.only("pk", "file_sha256"))
        files_of = (rules.names_of(certificate.file_sha256) for certificate in emptied if certificate.file_sha256)
        names = list(chain.from_iterable(files_of))
        kept.filter(pk__in=[certificate.pk for certificate in emptied]).update(
            state=State.WITHDRAWN,
            facts={},
            file_sha256="",
            file_bytes=0,
            reason="",
            public_reason="",
            private_reason="",
            leased_until=None,
            ended_at=now,
            ended_by=by,
        )
        CorrectionRequest.objects.filter(certificate__holder=holder).delete()
        Credential.objects.filter(certificate__in=[certificate.pk for certificate in emptied]).delete()
        transaction.on_commit(lambda: files.remove(names))
        for certificate in emptied:
            announce(certificate_ended, sender=Certificate, certificate_id=certificate.pk)
    return len(emptied)


def _end(certificate: Certificate, state: Certificate.State, **changes: Any) -> None:
    """End an issued certificate, within the caller's transaction, if nobody else has. Raises NotInForce."""
    if not Certificate.objects.filter(pk=certificate.pk, state=State.ISSUED).update(state=state, **changes):
        raise NotInForce
    announce(certificate_ended, sender=Certificate, certificate_id=certificate.pk)


def _title_and_zone(certificate: Certificate, language: str) -> tuple[str, ZoneInfo]:
    """Return what the course or webinar is called in a language, "" if it is not to be had in it, and whose days count."""
    if certificate.completion:
        course = certificate.completion.enrolment.run.course
        label = queries.course_labels([certificate.completion]).get((str(course.translation_key), language))
        return label.title if label else "", ZoneInfo("UTC")
    assert certificate.attendance
    webinar = certificate.attendance.registration.webinar
    return webinar.labels.get(language, {}).get("title", ""), webinar.zone


def _tell_revoked(certificate: Certificate, *, reason: str) -> None:
    award = certificate.award
    facts = {"award": award, "reason": reason, "site_url": settings.SITE_URL}
    with translation.override(award.language):
        subject = gettext("Your certificate was revoked: %(course)s") % {"course": award.course_title}
        text = render_to_string("emails/certificate_revoked.txt", facts)
        queue_mail(key=f"certificate-revoked:{certificate.pk}", to=certificate.holder.email, subject=subject, text=text)
