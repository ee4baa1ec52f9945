"""A learner says that something is wrong on a certificate, and staff replace it or say why it stays."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from certificates.award import name_for_award
from certificates.issuing.errors import (
    AlreadyAsked,
    AlreadyDecided,
    AnswerMissing,
    CannotBeDrawn,
    NotInForce,
    OwnCertificate,
)
from certificates.issuing.models import Certificate, CorrectionRequest
from certificates.issuing.services.ending import reissue_certificate
from certificates.rendering.pdf import missing_characters
from lms.accounts.models import User
from lms.mail.services import queue_mail

State = CorrectionRequest.State


def ask_correction(certificate: Certificate, *, name: str, problem: str, now: datetime) -> CorrectionRequest:
    """Record what the holder of an issued certificate says is wrong. name: as it should stand.

    Raises AlreadyAsked while an earlier request is open, CannotBeDrawn and NotInForce.
    """
    name = name_for_award(name) or certificate.award.name
    if missing := missing_characters(name):
        raise CannotBeDrawn(missing)
    try:
        with transaction.atomic():
            if not Certificate.objects.issued().filter(pk=certificate.pk).select_for_update().exists():
                raise NotInForce
            return CorrectionRequest.objects.create(certificate=certificate, name=name, problem=problem, asked_at=now)
    except IntegrityError as error:
        raise AlreadyAsked from error


@transaction.atomic
def grant_correction(request: CorrectionRequest, *, by: User, now: datetime, answer: str = "") -> Certificate:
    """Replace the certificate by one with the name asked for, and return it; the caller rings for the worker.

    Its learner is sent the new one when it is made. Raises AlreadyDecided, OwnCertificate, and what `reissue_certificate` raises.
    """
    _decide(request, State.GRANTED, answer=answer.strip(), by=by, now=now)
    return reissue_certificate(request.certificate, name=request.name, by=by, private_reason=request.problem, now=now)


@transaction.atomic
def refuse_correction(request: CorrectionRequest, *, answer: str, by: User, now: datetime) -> None:
    """Leave the certificate as it is and tell the learner why. Raises AlreadyDecided, AnswerMissing, OwnCertificate."""
    if not answer.strip():
        raise AnswerMissing
    _decide(request, State.REFUSED, answer=answer.strip(), by=by, now=now)
    _tell_refused(request)


def _decide(request: CorrectionRequest, state: State, *, by: User, now: datetime, **changes: Any) -> None:
    if request.certificate.holder_id == by.pk:
        raise OwnCertificate
    still_open = CorrectionRequest.objects.filter(pk=request.pk, state=State.OPEN)
    if not still_open.update(state=state, decided_by=by, decided_at=now, **changes):
        raise AlreadyDecided
    request.refresh_from_db()


def _tell_refused(request: CorrectionRequest) -> None:
    award, holder = request.certificate.award, request.certificate.holder
    with translation.override(holder.language or settings.LANGUAGE_CODE):
        facts = {"award": award, "request": request, "name": holder.name or award.name, "site_url": settings.SITE_URL}
        queue_mail(
            key=f"correction-refused:{request.pk}",
            to=holder.email,
            subject=gettext("Your certificate stays as it is: %(course)s") % {"course": award.course_title},
            text=render_to_string("emails/correction_refused.txt", facts),
        )
