"""What a class sends back, taken in person by person: each one's work and what is told of it are one transaction."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from courses.catalogue.models import Course, CoursePage
from courses.enrolment.errors import DetailsMissing
from courses.enrolment.queries import enrolment_in
from courses.offline.classroom import rules
from courses.offline.classroom.errors import TooManyUnfinished
from courses.offline.classroom.models import ClassroomFile, ClassroomReturn, ReturnedPerson
from courses.offline.classroom.queries import file_for_return, packed_in, person_with, published_in
from courses.offline.classroom.returns import read_return
from courses.offline.classroom.rules import Packed, Pupil, Return
from courses.offline.classroom.services.leases import LEASE, Clock, Lease, State, attend, take_next
from courses.offline.classroom.services.telling import tell_of_return
from courses.offline.rules import MOST_EVENTS, Batch
from courses.offline.services import Answer, take_batch
from courses.progress.services import enrol_in_course
from lms.accounts.models import User
from lms.lib.errors import Refusal
from lms.lib.kept_files import keep_whole
from lms.lib.private_files import PrivateFolder

logger = logging.getLogger(__name__)
files = PrivateFolder("classroom-returns")

Outcome = ReturnedPerson.Outcome
MOST_UNFINISHED = 3  # of one person
AT_ONCE = 25  # people taken in by one task, so that others have their turn
MOST_REFUSALS = 50  # told of one person


@dataclass(frozen=True)
class Taken:
    """What became of somebody's work: how many events were accepted, had before and refused just now, lessons seen apart.

    refusals: (what it was, why it does not count) of those refused now; known_refusals: of those refused before.
    """

    outcome: str
    person: User | None = None
    accepted: int = 0
    known: int = 0
    refusals: Sequence[tuple[str, str]] = ()
    known_refusals: Sequence[tuple[str, str]] = ()


def bring_return(data: bytes, course: Course, *, by: User, now: datetime) -> ClassroomReturn:
    """Keep what a class sends back, for a worker to take in; whoever brings it vouches for whose work it is.

    The same file may be brought any number of times. Raises Malformed, naming the place, TooManyUnfinished.
    """
    found: list[ClassroomFile] = []

    def packed_as(key: UUID) -> Packed | None:
        found.extend(filter(None, [file_for_return(key, course, now=now)]))
        return packed_in(found[0]) if found else None

    brought = read_return(data, packed_as)
    name = f"{files.folder}/{uuid4()}.genomed"
    keep_whole(storages["private"], name, data)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # lock first, then count
        unfinished = ClassroomReturn.objects.filter(brought_by=by, state__in=ClassroomReturn.UNFINISHED)
        if unfinished.count() >= MOST_UNFINISHED:
            raise TooManyUnfinished(
                _("Three files that you brought are not taken in yet. Wait until one of them is, then bring this one.")
            )
        return ClassroomReturn.objects.create(
            file=found[0],
            brought_by=by,
            brought_at=now,
            made_at=brought.made_at,
            digest=hashlib.sha256(data).hexdigest(),
            stored_name=name,
            total=len(brought.people),
        )


def take_next_return(*, clock: Clock) -> bool:
    """Take in some people of the return that has waited longest; say whether there was one.

    May run twice, late, or side by side: where it stopped, it goes on.
    """
    taken = take_next(ClassroomReturn.objects.select_related("file__course", "brought_by"), clock=clock)
    if taken is None:
        return False
    attend(*taken, _take_some)
    return True


def _take_some(job: ClassroomReturn, lease: Lease) -> None:
    with storages["private"].open(job.stored_name) as stored:
        data = stored.read()
    packed = packed_in(job.file)
    brought = read_return(data, lambda key: packed if key == job.file.key else None)
    page = published_in(job.file.course).filter(locale__language_code=job.file.language).first()
    end = min(job.done + AT_ONCE, len(brought.people))
    for position in range(job.done, end):
        _take_one(job, brought, position, page, lease)
    if end == len(brought.people):
        lease.end(State.READY, reason="", ended_at=lease.clock())
    else:
        lease.end(State.WAITING, attempts=0)


@transaction.atomic
def _take_one(job: ClassroomReturn, brought: Return, position: int, page: CoursePage | None, lease: Lease) -> None:
    """Take in one person's work, and note what became of it, unless somebody else is at the return by now."""
    now = lease.clock()
    lease.change(done=position + 1, leased_until=now + LEASE, attempts=0)
    pupil = brought.people[position]
    try:
        with transaction.atomic():
            taken = _taken_in(job, brought, pupil, page, now=now)
    except Exception:  # the others do not wait for it; it comes again with the file
        logger.exception("Person %s of classroom return %s could not be taken in", position, job.pk)
        taken = Taken(Outcome.FAULT)
    row = ReturnedPerson.objects.create(
        brought_in=job,
        position=position,
        email=pupil.email,
        name=pupil.name,
        person=taken.person,
        outcome=taken.outcome,
        accepted=taken.accepted,
        known=taken.known,
        refused=len(taken.refusals),
        refusals=[list(one) for one in (*taken.refusals, *taken.known_refusals)][:MOST_REFUSALS],
    )
    tell_of_return(row, taken.refusals, now=now)


def _taken_in(job: ClassroomReturn, brought: Return, pupil: Pupil, page: CoursePage | None, *, now: datetime) -> Taken:
    person = person_with(pupil.email)
    if person is None:
        return Taken(Outcome.NO_ACCOUNT)
    if person.pk == job.brought_by_id:
        return Taken(Outcome.ONESELF, person)
    language = person.language or job.file.language or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            _ensure_enrolled(person, job.file.course, page, now=now)
        except DetailsMissing:
            return Taken(Outcome.NO_DETAILS, person)
        except Refusal:
            return Taken(Outcome.CLOSED, person)
        sent_at = rules.sent_at_of(brought, packed_at=job.file.packed_at or now, now=now)
        answers = _answers_to(person, pupil, sent_at=sent_at, now=now)
    looked = {event.event_id for event in pupil.events if event.kind == "seen"}  # counted, and nothing to tell of
    answers = [one for one in answers if one.event_id not in looked or one.state == "later"]
    titles = {event.event_id: job.file.titles.get(str(event.page_id), "") for event in pupil.events}

    def reasons(state: str) -> list[tuple[str, str]]:
        return [(titles[one.event_id], one.reason) for one in answers if one.state == state and one.reason]

    return Taken(
        Outcome.FAULT if any(one.state == "later" for one in answers) else Outcome.TAKEN,
        person,
        accepted=sum(one.state == "accepted" for one in answers),
        known=sum(one.state == "known" for one in answers),
        refusals=reasons("refused"),
        known_refusals=reasons("known"),
    )


def _ensure_enrolled(person: User, course: Course, page: CoursePage | None, *, now: datetime) -> None:
    """Enrol somebody who does not study the course, as their click would: at their own pace, which is open to all."""
    if enrolment_in(person, course.translation_key):
        return
    if page is None:
        raise Refusal(_("This course is closed to new learners."))
    enrol_in_course(person, page, now=now)


def _answers_to(person: User, pupil: Pupil, *, sent_at: datetime, now: datetime) -> list[Answer]:
    """Count what somebody did through the one path that all work from elsewhere takes, in the order in which it was done."""
    events = sorted(pupil.events, key=lambda event: event.at)
    answers: list[Answer] = []
    for start in range(0, len(events), MOST_EVENTS):
        batch = Batch(person="", sent_at=sent_at, events=events[start : start + MOST_EVENTS])
        answers += take_batch(person, batch, now=now)
    return answers
