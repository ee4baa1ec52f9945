"""Freezing an award in a waiting certificate."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from certificates.credentials.addresses import STATUS_LIST_SIZE
from certificates.designs.queries import Look, look_of
from certificates.issuing import queries, rules
from certificates.issuing.awards import award_of_attendance, award_of_completion
from certificates.issuing.models import Certificate
from certificates.issuing.queries import CourseLabel
from courses.progress.models import Completion

DRAWN_FOR_ONE = 8  # places tried on a status list for each certificate: one is free unless the list is well filled
MOST_DRAWN = 5000  # in one query
TRIES = 3


def open_certificate(completion_id: int, *, now: datetime) -> Certificate:
    """Freeze the award of a completion in a waiting certificate; a second call returns the first."""

    def make() -> Certificate:
        completion = queries.completions_for_award([completion_id])[0]
        labels = queries.course_labels([completion])
        look = look_of(completion.enrolment.run.course)
        return of_completion(completion, labels, look, position=draw_position(), at=now)

    return _open(make, completion=completion_id)


def open_attendance_certificate(attendance_id: int, *, now: datetime) -> Certificate:
    """Freeze the award of a fixed attendance in a waiting certificate; a second call returns the first."""

    def make() -> Certificate:
        attendance = queries.attendances_for_award().get(pk=attendance_id)
        serial, look = rules.make_serial(), look_of(attendance.registration.webinar)
        return Certificate(
            holder=attendance.registration.person,
            attendance=attendance,
            serial=serial,
            status_position=draw_position(),
            facts=award_of_attendance(attendance, look, serial=serial, at=now).to_json(),
            design_version_id=look.version,
            opened_at=now,
        )

    return _open(make, attendance=attendance_id)


def of_completion(
    completion: Completion, labels: Mapping[tuple[str, str], CourseLabel], look: Look, *, position: int, at: datetime
) -> Certificate:
    """Return a waiting certificate of a completion, not yet saved."""
    serial = rules.make_serial()
    return Certificate(
        holder=completion.enrolment.learner,
        completion=completion,
        serial=serial,
        status_position=position,
        facts=award_of_completion(completion, labels, look, serial=serial, at=at).to_json(),
        design_version_id=look.version,
        opened_at=at,
    )


def draw_position() -> int:
    """Return a place that is free on the status lists."""
    return draw_positions(1)[0]


def draw_positions(count: int) -> list[int]:
    """Return so many places that are free on the status lists. Drawn, since an order would tell who was certified when.

    A list on which less than an eighth of what is drawn is free counts as full, and the next is begun.
    """
    number, found = queries.newest_status_list(), dict[int, None]()
    while len(found) < count:
        wanted = min(DRAWN_FOR_ONE * (count - len(found)), MOST_DRAWN)
        drawn = [number * STATUS_LIST_SIZE + secrets.randbelow(STATUS_LIST_SIZE) for _ in range(wanted)]
        free = queries.free_positions(drawn)
        found |= dict.fromkeys(free)
        if len(free) < wanted / DRAWN_FOR_ONE:
            number += 1
    return list(found)[:count]


def _open(make: Callable[[], Certificate], **ground: int) -> Certificate:
    """Return the certificate of this ground, whatever became of it, made if there is none."""
    for tries_left in reversed(range(TRIES)):
        if found := queries.newest_certificate(**ground):
            return found
        try:
            with transaction.atomic():
                opened = make()
                opened.save()
                return opened
        except IntegrityError:
            # Somebody was first with this ground, and theirs is the certificate; or, once in a long time, with its place.
            if not tries_left:
                raise
    raise AssertionError  # the last try returned or raised
