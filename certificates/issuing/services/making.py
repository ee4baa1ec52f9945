"""Making the file of a certificate, and issuing it."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from certificates.award import name_for_award
from certificates.credentials.services import sign_file
from certificates.designs.queries import design_of
from certificates.issuing import files, queries, rules
from certificates.issuing.models import Certificate, CertificateQuerySet
from certificates.issuing.services.signing import Signed, keys_to_sign_with, sign, store_credential
from certificates.rendering.pdf import Attachment, render
from certificates.rendering.typesetting import MissingCharacters
from certificates.rendering.words import in_words
from courses.enrolment.queries.subjects import locked_subject
from courses.webinars.models import Registration
from lms.mail.services import queue_mail
from lms.measures.models import Milestone
from lms.measures.services import record_milestone

logger = logging.getLogger(__name__)

State = Certificate.State
MAX_ATTEMPTS = 5


def render_certificate(certificate_id: int, *, now: datetime) -> bool:
    """Make the file of a waiting certificate and issue it; say whether this call issued it.

    May run twice, late, or side by side: one worker at a time holds the lease, and only one can change the state.
    """
    keys = keys_to_sign_with(now=now)
    if keys is None:
        return False  # before anything is counted: it is no fault of the certificate
    lease = now + timedelta(seconds=settings.CERTIFICATE_LEASE_SECONDS)
    free = queries.unfinished_certificates(now).filter(pk=certificate_id)
    if not free.update(state=State.RENDERING, leased_until=lease, attempts=F("attempts") + 1):
        return False
    certificate = Certificate.objects.select_related("completion__enrolment__run", "holder").get(pk=certificate_id)
    if certificate.attempts > MAX_ATTEMPTS:
        set_aside(certificate, State.FAILED, certificate.reason or "Workers took it up and never came back.")
        return False
    try:
        signed = sign(certificate, keys, now=now)
        pdf = sign_file(draw(certificate, signed), keys)
    except MissingCharacters as missing:
        set_aside(certificate, State.NEEDS_ATTENTION, " ".join(missing.characters))
        return False
    except Exception as error:
        # Kept for whoever looks into it; the lease runs out and the sweep tries again.
        Certificate.objects.filter(pk=certificate_id, state=State.RENDERING).update(reason=repr(error)[:300])
        raise
    sha256 = files.store(pdf)
    subject, text, html = _issued_mail(certificate, size=len(pdf))
    with transaction.atomic(), translation.override(certificate.award.language):
        if not mark_issued(certificate, sha256=sha256, size=len(pdf), at=now):
            if not Certificate.objects.filter(file_sha256=sha256).exists():
                files.remove([rules.file_name(sha256)])  # withdrawn meanwhile, or another worker made another file
            return False
        store_credential(certificate, signed)
        to = certificate.holder.email
        queue_mail(key=f"certificate-issued:{certificate.pk}", to=to, subject=subject, text=text, html=html)
    return True


def draw(certificate: Certificate, signed: Signed) -> bytes:
    """Return the file of a certificate, with its credential inside. Raises MissingCharacters."""
    attached = Attachment(name="credential.json", mime="application/json", data=signed.document.encode())
    award = certificate.award
    return render(award, design=design_of(award.design), statement=signed.statement, attachments=[attached])


def take_name_from_profile(certificate: Certificate) -> bool:
    """Let a certificate that could not be drawn wait again, with the name its learner's profile has now; say if it does.

    Nothing was issued yet, so nothing that anybody has seen changes.
    """
    facts = {**certificate.facts, "name": name_for_award(certificate.holder.name)}
    return bool(_let_wait_again(Certificate.objects.filter(pk=certificate.pk), facts=facts))


def retry_certificates(certificates: CertificateQuerySet | None = None) -> int:
    """Let those of these (of all) that failed or need attention wait again, after their cause was mended; return how many."""
    return _let_wait_again(Certificate.objects.all() if certificates is None else certificates)


def _let_wait_again(certificates: Any, **changes: Any) -> int:
    return certificates.filter(state__in=Certificate.SET_ASIDE).update(
        state=State.WAITING, leased_until=None, attempts=0, reason="", **changes
    )


def mark_issued(certificate: Certificate, *, sha256: str, size: int, at: datetime) -> int:
    """Change the state if nobody else has, and count the milestone of a course; return 1 if this call did it, else 0."""
    won = Certificate.objects.filter(pk=certificate.pk, state__in=Certificate.UNFINISHED).update(
        state=State.ISSUED, issued_at=at, file_sha256=sha256, file_bytes=size, leased_until=None, reason=""
    )
    if won and not certificate.replaces_id:
        if certificate.completion:
            record_milestone(Milestone.CERTIFIED, locked_subject(certificate.completion.enrolment_id), at=at)
        elif certificate.attendance:
            record_milestone(
                Milestone.ATTESTED, Registration.objects.locked_subject(certificate.attendance.registration_id), at=at
            )
    return won


def set_aside(certificate: Certificate, state: Certificate.State, reason: str) -> None:
    Certificate.objects.filter(pk=certificate.pk, state__in=Certificate.UNFINISHED).update(
        state=state, reason=reason[:300], leased_until=None
    )
    # An error and not a warning: somebody has to do something, and the learner is told that we know.
    logger.error("Certificate %s is now %s: %s", certificate.pk, state, reason)


def _issued_mail(certificate: Certificate, *, size: int) -> tuple[str, str, str]:
    """Return subject, text and HTML in the language of the award."""
    award = certificate.award
    with translation.override(award.language):
        facts = {
            "award": award,
            "facts": in_words(award),
            "kilobytes": rules.kilobytes(size),
            "site_url": settings.SITE_URL,
            "address": award.verification_url.partition("://")[2],
        }
        subject = gettext("Your certificate is ready: %(course)s") % {"course": award.course_title}
        text = render_to_string("emails/certificate_issued.txt", facts)
        return subject, text, render_to_string("emails/certificate_issued.html", facts)
