"""Issuing all that a course or a webinar lacks: what has no certificate yet, and what was set aside."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_attendance_certificate, open_certificate, retry_certificates
from certificates.oversight import candidates, queries
from certificates.oversight.errors import NothingToIssue, UnderWay
from certificates.oversight.models import BulkIssue, BulkIssueItem
from certificates.oversight.services.leases import lease_on
from courses.catalogue.models import Course
from courses.webinars.models import Webinar
from lms.accounts.models import User

logger = logging.getLogger(__name__)

AT_ONCE = 50  # certificates opened in one task


@dataclass(frozen=True)
class Step:
    """What one task of a bulk issue did: certificates that now wait to be made, and whether there is more to do."""

    certificate_ids: tuple[int, ...] = ()
    has_more: bool = False


def ask_bulk_issue(subject: Course | Webinar, *, by: User, now: datetime) -> BulkIssue:
    """Have a worker issue what is lacking; the caller rings for it. Raises NothingToIssue, UnderWay."""
    expected = sum(count for verdict, count in candidates.counts(subject).items() if verdict.would_be_issued)
    if not expected:
        raise NothingToIssue
    of = {"course": subject} if isinstance(subject, Course) else {"webinar": subject}
    try:
        with transaction.atomic():
            return BulkIssue.objects.create(**of, asked_by=by, asked_at=now, expected=expected)
    except IntegrityError as error:
        raise UnderWay from error


def issue_next(bulk_id: int, *, now: datetime) -> Step:
    """Open the next few certificates that are lacking, or let those set aside wait again.

    Safe to run twice and side by side: opening one twice gives the first, and each is taken up once.
    """
    with lease_on(queries.bulk_issues_under_way(), bulk_id, now=now) as is_ours:
        if not is_ours:
            return Step()
        bulk = BulkIssue.objects.get(pk=bulk_id)
        taken_up = _open_next(bulk, now=now) or _retry_next(bulk)
        if taken_up:
            return Step(tuple(pk for pk in taken_up if pk is not None), has_more=True)
        queries.bulk_issues_under_way().filter(pk=bulk_id).update(ended_at=now)
    return Step()


def _open_next(bulk: BulkIssue, *, now: datetime) -> list[int | None]:
    """Return the certificates that were opened; None for one that could not be."""
    name, lacking = queries.lacking(bulk)
    verb: Callable[..., Certificate] = open_certificate if name == "completion" else open_attendance_certificate
    return [_open(bulk, name, ground_id, verb, now=now) for ground_id in lacking[:AT_ONCE]]


def _open(bulk: BulkIssue, name: str, ground_id: int, verb: Callable[..., Any], *, now: datetime) -> int | None:
    try:
        certificate = verb(ground_id, now=now)
    except Exception as error:  # it is written down, and the others do not wait for it
        logger.exception("The certificate of %s %s could not be opened", name, ground_id)
        fault = {"fault": repr(error)[:300]}
        BulkIssueItem.objects.get_or_create(bulk=bulk, **{f"{name}_id": ground_id}, defaults=fault)
        return None
    BulkIssueItem.objects.get_or_create(bulk=bulk, certificate=certificate)
    return certificate.pk


def _retry_next(bulk: BulkIssue) -> list[int | None]:
    taken_up: list[int | None] = []
    for certificate_id in queries.set_aside_of(bulk).values_list("pk", flat=True)[:AT_ONCE]:
        with transaction.atomic():
            BulkIssueItem.objects.get_or_create(
                bulk=bulk, certificate_id=certificate_id, defaults={"was_set_aside": True}
            )
            retry_certificates(Certificate.objects.filter(pk=certificate_id))
        taken_up.append(certificate_id)
    return taken_up
