import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from certificates.award import name_for_award
from certificates.issuing import files, queries, rules
from certificates.issuing.awards import award_of_attendance, award_of_completion
from certificates.issuing.models import Certificate
from certificates.rendering.pdf import render
from certificates.rendering.typesetting import MissingCharacters
from certificates.rendering.words import in_words
from courses.enrolment.models import Enrolment
from courses.progress.models import Completion
from lms.mail.services import queue_mail
from lms.measures.models import Milestone
from lms.measures.services import record_milestone

logger = logging.getLogger(__name__)

State = Certificate.State
MAX_ATTEMPTS = 5
SWEEP_LIMIT = 500


def open_certificate(completion_id: int, *, now: datetime) -> Certificate:
    """Freeze the award of a completion in a waiting certificate; a second call returns the first."""

    def make() -> Certificate:
        completion = queries.completions_for_award([completion_id])[0]
        return _of_completion(completion, queries.translated_titles([completion]), at=now)

    return _open(make, completion=completion_id)


def open_attendance_certificate(attendance_id: int, *, now: datetime) -> Certificate:
    """Freeze the award of a fixed attendance in a waiting certificate; a second call returns the first."""

    def make() -> Certificate:
        attendance = queries.attendances_for_award().get(pk=attendance_id)
        serial = rules.make_serial()
        return Certificate(
            holder=attendance.registration.person,
            attendance=attendance,
            serial=serial,
            facts=award_of_attendance(attendance, serial=serial, at=now).to_json(),
            opened_at=now,
        )

    return _open(make, attendance=attendance_id)


def _open(make: Callable[[], Certificate], **ground: int) -> Certificate:
    """Return the certificate of this ground that is in force, made if there is none."""
    found = queries.certificate_in_force(**ground)
    if found:
        return found
    try:
        with transaction.atomic():
            opened = make()
            opened.save()
            return opened
    except IntegrityError:
        # Somebody else was first: the table has the last word, and theirs is the certificate.
        found = queries.certificate_in_force(**ground)
        if found is None:
            raise
        return found


def render_certificate(certificate_id: int, *, now: datetime) -> bool:
    """Make the file of a waiting certificate and issue it; say whether this call issued it.

    May run twice, late, or side by side: one worker at a time holds the lease, and only one can change the state.
    """
    lease = now + timedelta(seconds=settings.CERTIFICATE_LEASE_SECONDS)
    free = queries.unfinished_certificates(now).filter(pk=certificate_id)
    if not free.update(leased_until=lease, attempts=F("attempts") + 1):
        return False
    certificate = Certificate.objects.select_related("completion__enrolment__run", "holder").get(pk=certificate_id)
    if certificate.attempts > MAX_ATTEMPTS:
        _set_aside(certificate, State.FAILED, certificate.reason or "Workers took it up and never came back.")
        return False
    try:
        pdf = render(certificate.award)
    except MissingCharacters as missing:
        _set_aside(certificate, State.NEEDS_ATTENTION, " ".join(missing.characters))
        return False
    except Exception as error:
        # Kept for whoever looks into it; the lease runs out and the sweep tries again.
        Certificate.objects.filter(pk=certificate_id, state=State.WAITING).update(reason=repr(error)[:300])
        raise
    sha256 = files.store(pdf)
    subject, text, html = _issued_mail(certificate, size=len(pdf))
    with transaction.atomic(), translation.override(certificate.award.language):
        if not _mark_issued(certificate, sha256=sha256, size=len(pdf), at=now):
            return False
        to = certificate.holder.email
        queue_mail(key=f"certificate-issued:{certificate.pk}", to=to, subject=subject, text=text, html=html)
    return True


def open_missing_certificates(limit: int = SWEEP_LIMIT, *, now: datetime) -> int:
    """Open certificates for completions and attendances whose event was lost; return how many."""
    completed = list(queries.completions_without_certificate().values_list("pk", flat=True)[:limit])
    for completion_id in completed:
        open_certificate(completion_id, now=now)
    rest = limit - len(completed)
    attended = list(queries.attendances_without_certificate().values_list("pk", flat=True)[:rest])
    for attendance_id in attended:
        open_attendance_certificate(attendance_id, now=now)
    return len(completed) + len(attended)


def issue_missing_certificates(limit: int = SWEEP_LIMIT, *, now: datetime) -> int:
    """Finish what a lost message or a killed worker left, at most `limit` certificates; return how many were issued."""
    open_missing_certificates(limit, now=now)
    issued = 0
    for certificate_id in list(queries.unfinished_certificates(now).values_list("pk", flat=True)[:limit]):
        try:
            issued += render_certificate(certificate_id, now=now)
        except Exception:  # whatever is wrong with one certificate, the others do not wait for it
            logger.exception("Certificate %s could not be made; it is tried again later", certificate_id)
    return issued


def issue_in_bulk(completion_ids: Collection[int], *, now: datetime) -> int:
    """Issue the certificates of seeded completions here and now, without mail; return how many were issued.

    Each is dated as if it had been issued when its course was completed. Completions that have one are left alone.
    """
    issued = 0
    wanted = queries.completions_without_certificate().filter(pk__in=completion_ids).values_list("pk", flat=True)
    completions = queries.completions_for_award(list(wanted))
    titles = queries.translated_titles(completions)
    moments = [min(completion.completed_at, now) for completion in completions]
    opened = Certificate.objects.bulk_create(
        [_of_completion(completion, titles, at=at) for completion, at in zip(completions, moments, strict=True)],
        batch_size=500,
    )
    for certificate in opened:
        try:
            pdf = render(certificate.award)
        except MissingCharacters as missing:
            _set_aside(certificate, State.NEEDS_ATTENTION, " ".join(missing.characters))
            continue
        sha256 = files.store(pdf)
        with transaction.atomic():
            issued += _mark_issued(certificate, sha256=sha256, size=len(pdf), at=certificate.opened_at)
    return issued


def take_name_from_profile(certificate: Certificate) -> bool:
    """Let a certificate that could not be drawn wait again, with the name its learner's profile has now; say if it does.

    Nothing was issued yet, so nothing that anybody has seen changes.
    """
    facts = {**certificate.facts, "name": name_for_award(certificate.holder.name)}
    return bool(_let_wait_again(Certificate.objects.filter(pk=certificate.pk), facts=facts))


def retry_certificates() -> int:
    """Let all certificates that failed or need attention wait again, after their cause was mended; return how many."""
    return _let_wait_again(Certificate.objects.all())


def _let_wait_again(certificates: Any, **changes: Any) -> int:
    set_aside = certificates.filter(state__in=[State.NEEDS_ATTENTION, State.FAILED])
    return set_aside.update(state=State.WAITING, leased_until=None, attempts=0, reason="", **changes)


def _of_completion(completion: Completion, titles: Mapping[tuple[str, str], str], *, at: datetime) -> Certificate:
    serial = rules.make_serial()
    facts = award_of_completion(completion, titles, serial=serial, at=at).to_json()
    holder = completion.enrolment.learner
    return Certificate(holder=holder, completion=completion, serial=serial, facts=facts, opened_at=at)


def _mark_issued(certificate: Certificate, *, sha256: str, size: int, at: datetime) -> int:
    """Change the state if nobody else has, and count the milestone of a course; return 1 if this call did it, else 0."""
    won = Certificate.objects.filter(pk=certificate.pk, state=State.WAITING).update(
        state=State.ISSUED, issued_at=at, file_sha256=sha256, file_bytes=size, leased_until=None, reason=""
    )
    if won and certificate.completion:
        enrolment: Enrolment = certificate.completion.enrolment
        record_milestone(Milestone.CERTIFIED, course_id=enrolment.run.course_id, country=str(enrolment.country), at=at)
    return won


def _set_aside(certificate: Certificate, state: Certificate.State, reason: str) -> None:
    Certificate.objects.filter(pk=certificate.pk, state=State.WAITING).update(
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
