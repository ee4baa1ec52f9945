import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from certificates.award import ACHIEVEMENT, PARTICIPATION, Award, name_for_award
from certificates.issuing import files, queries, rules
from certificates.issuing.models import Certificate
from certificates.rendering.pdf import MissingCharacters, missing_characters, render
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
    found = queries.certificate_in_force(completion_id)
    if found:
        return found
    completion = queries.completions_for_award([completion_id])[0]
    titles = queries.translated_titles([completion])
    try:
        with transaction.atomic():
            opened = _new_certificate(completion, titles, at=now)
            opened.save()
            return opened
    except IntegrityError:
        # Somebody else was first: the table has the last word, and theirs is the certificate.
        found = queries.certificate_in_force(completion_id)
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
    certificate = Certificate.objects.select_related(
        "completion__enrolment__run", "completion__enrolment__learner"
    ).get(pk=certificate_id)
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
        learner = certificate.completion.enrolment.learner
        queue_mail(key=f"certificate-issued:{certificate.pk}", to=learner.email, subject=subject, text=text, html=html)
    return True


def open_missing_certificates(limit: int = SWEEP_LIMIT, *, now: datetime) -> int:
    """Open certificates for completions whose event was lost; return how many."""
    lost = list(queries.completions_without_certificate().values_list("pk", flat=True)[:limit])
    for completion_id in lost:
        open_certificate(completion_id, now=now)
    return len(lost)


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
        [_new_certificate(completion, titles, at=at) for completion, at in zip(completions, moments, strict=True)],
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
    learner = certificate.completion.enrolment.learner
    facts = {**certificate.facts, "name": name_for_award(learner.name)}
    return bool(_let_wait_again(Certificate.objects.filter(pk=certificate.pk), facts=facts))


def retry_certificates() -> int:
    """Let all certificates that failed or need attention wait again, after their cause was mended; return how many."""
    return _let_wait_again(Certificate.objects.all())


def _let_wait_again(certificates: Any, **changes: Any) -> int:
    set_aside = certificates.filter(state__in=[State.NEEDS_ATTENTION, State.FAILED])
    return set_aside.update(state=State.WAITING, leased_until=None, attempts=0, reason="", **changes)


def _new_certificate(completion: Completion, titles: Mapping[tuple[str, str], str], *, at: datetime) -> Certificate:
    serial = rules.make_serial()
    facts = _award(completion, titles, serial=serial, at=at).to_json()
    return Certificate(completion=completion, serial=serial, facts=facts, opened_at=at)


def _award(completion: Completion, titles: Mapping[tuple[str, str], str], *, serial: str, at: datetime) -> Award:
    """Return the facts as they are at this moment; days are those of the learner's own time zone."""
    enrolment, contract = completion.enrolment, completion.contract
    learner, course = enrolment.learner, enrolment.run.course
    zone = ZoneInfo(learner.time_zone or "UTC")
    title = titles.get((str(course.translation_key), enrolment.language), contract.title)
    marks = [contract.mark_asked_of(quiz_id) for quiz_id in contract.quiz_ids]
    is_assessed = bool(marks) and completion.score_fraction is not None
    return Award(
        name=name_for_award(learner.name),
        # A title that no font here can draw would hold the certificate up; the first language's never does.
        course_title=contract.title if missing_characters(title) else title,
        course_version=contract.version_name,
        format=enrolment.run.kind,
        language=enrolment.language,
        completed_on=completion.completed_at.astimezone(zone).date(),
        issued_on=at.astimezone(zone).date(),
        minutes=completion.minutes,
        lessons=completion.lessons_count,
        lesson_minutes=tuple(contract.lesson_minutes),
        result=ACHIEVEMENT if is_assessed else PARTICIPATION,
        score_percent=round(100 * (completion.score_fraction or 0)) if is_assessed else None,
        pass_mark_percent=min(marks) if is_assessed else None,
        issuer=settings.CERTIFICATE_ISSUER,
        signatory=settings.CERTIFICATE_SIGNATORY,
        serial=serial,
        verification_url=f"{settings.SITE_URL}/v/{serial}",
    )


def _mark_issued(certificate: Certificate, *, sha256: str, size: int, at: datetime) -> int:
    """Change the state if nobody else has, and count the milestone; return 1 if this call did it, else 0."""
    won = Certificate.objects.filter(pk=certificate.pk, state=State.WAITING).update(
        state=State.ISSUED, issued_at=at, file_sha256=sha256, file_bytes=size, leased_until=None, reason=""
    )
    if won:
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
