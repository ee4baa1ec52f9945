"""Finishing what lost messages and killed workers left, and many certificates at once."""

import logging
from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction

from certificates.credentials.services import sign_file, signing_keys
from certificates.designs.queries import looks_of_courses
from certificates.issuing import files, queries
from certificates.issuing.models import Certificate
from certificates.issuing.services.making import draw, mark_issued, render_certificate, set_aside
from certificates.issuing.services.opening import (
    draw_positions,
    of_completion,
    open_attendance_certificate,
    open_certificate,
)
from certificates.issuing.services.signing import (
    keys_to_sign_with,
    sign,
    sign_missing_credentials,
    store_credential,
)
from certificates.rendering.typesetting import MissingCharacters
from lms.lib.sweeps import one_by_one

logger = logging.getLogger(__name__)

State = Certificate.State
SWEEP_LIMIT = 500
NOT_OPENED = "The certificate of %s could not be opened; it is tried again later"


def open_missing_certificates(limit: int = SWEEP_LIMIT, *, now: datetime) -> int:
    """Open certificates for completions and attendances whose event was lost; return how many."""
    completed = list(queries.completions_without_certificate().values_list("pk", flat=True)[:limit])
    one_by_one(completed, partial(open_certificate, now=now), failed=NOT_OPENED)
    rest = limit - len(completed)
    attended = list(queries.attendances_without_certificate().values_list("pk", flat=True)[:rest])
    one_by_one(attended, partial(open_attendance_certificate, now=now), failed=NOT_OPENED)
    return len(completed) + len(attended)


def issue_missing_certificates(limit: int = SWEEP_LIMIT, *, now: datetime) -> int:
    """Finish what a lost message or a killed worker left, at most `limit` certificates; return how many were issued."""
    open_missing_certificates(limit, now=now)
    keys = keys_to_sign_with(now=now)
    if keys is None:
        return 0
    issued = 0
    for certificate_id in list(queries.unfinished_certificates(now).values_list("pk", flat=True)[:limit]):
        try:
            issued += render_certificate(certificate_id, now=now)
        except Exception:  # whatever is wrong with one certificate, the others do not wait for it
            logger.exception("Certificate %s could not be made; it is tried again later", certificate_id)
    sign_missing_credentials(limit, keys, now=now)
    return issued


def issue_in_bulk(completion_ids: Collection[int], *, now: datetime) -> int:
    """Issue the certificates of seeded completions here and now, without mail; return how many were issued.

    Each is dated as if it had been issued when its course was completed. Completions that have one are left alone.
    Raises KeysUnusable.
    """
    keys = signing_keys(now=now)
    issued = 0
    wanted = queries.completions_without_certificate().filter(pk__in=completion_ids).values_list("pk", flat=True)
    completions = queries.completions_for_award(list(wanted))
    labels = queries.course_labels(completions)
    looks = looks_of_courses({completion.enrolment.run.course_id for completion in completions})
    moments = [min(completion.completed_at, now) for completion in completions]
    opened = Certificate.objects.bulk_create(
        [
            of_completion(completion, labels, looks[completion.enrolment.run.course_id], position=position, at=at)
            for completion, position, at in zip(completions, draw_positions(len(completions)), moments, strict=True)
        ],
        batch_size=500,
    )
    for certificate in opened:
        signed = sign(certificate, keys, now=now)
        try:
            pdf = sign_file(draw(certificate, signed), keys)
        except MissingCharacters as missing:
            set_aside(certificate, State.NEEDS_ATTENTION, " ".join(missing.characters))
            continue
        sha256 = files.store(pdf)
        with transaction.atomic():
            issued += mark_issued(certificate, sha256=sha256, size=len(pdf), at=certificate.opened_at)
            store_credential(certificate, signed)
    return issued
