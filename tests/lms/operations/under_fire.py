"""Everything that is counted, done at once by processes that know nothing of each other, while others are killed.

Run as `python -m tests.lms.operations.under_fire SEED SECONDS`; what was done, and what went wrong, is printed as JSON.
"""

import json
import multiprocessing
import os
import random
import secrets
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import django

django.setup()

from django.core.exceptions import ObjectDoesNotExist  # noqa: E402
from django.db import IntegrityError, OperationalError, connection, transaction  # noqa: E402

from certificates.issuing.models import Certificate  # noqa: E402
from certificates.issuing.queries import (  # noqa: E402
    attendances_without_certificate,
    completions_without_certificate,
)
from certificates.issuing.services import open_attendance_certificate, open_certificate  # noqa: E402
from certificates.issuing.services.making import mark_issued  # noqa: E402
from courses.assessments.models import QuizPage  # noqa: E402
from courses.catalogue.models import CoursePage  # noqa: E402
from courses.enrolment.models import Enrolment  # noqa: E402
from courses.enrolment.services import withdraw_learner  # noqa: E402
from courses.lessons.models import LessonPage  # noqa: E402
from courses.progress.models import Completion  # noqa: E402
from courses.progress.services import enrol_in_course, mark_lesson_done, record_visit  # noqa: E402
from courses.webinars.models import Presence, Registration, Webinar  # noqa: E402
from courses.webinars.services.attendance import fix_attendances, settle_attendance  # noqa: E402
from courses.webinars.services.registrations import cancel, register  # noqa: E402
from lms.access.rules.decisions import Review  # noqa: E402
from lms.access.services.decisions import record_decision  # noqa: E402
from lms.accounts.models import Institution, User  # noqa: E402
from lms.lib.errors import Refusal  # noqa: E402
from lms.measures.cuts import CUTS, Axis, Dimension, cut_by  # noqa: E402
from lms.measures.models import Milestone  # noqa: E402
from lms.measures.queries import add, count_of, sums  # noqa: E402
from lms.measures.services import fold_lessons, fold_milestones  # noqa: E402
from lms.operations.erasing import erase_person  # noqa: E402
from lms.operations.milestones import move  # noqa: E402
from lms.operations.services import recount_everything  # noqa: E402
from tests.factories.accounts import UserFactory  # noqa: E402
from tests.factories.progress import right_answers, take_quiz  # noqa: E402

FORK = multiprocessing.get_context("fork")
FOLDERS, KILLED_AFTER = 2, (0.1, 0.6)  # seconds
MOST_TIMES = 8  # so long a busy machine may take
ACTIONS = (
    *("enrol", "visit", "do_lesson", "take", "withdraw", "come", "stay_away", "attend", "settle", "fix"),
    *("open_one", "open_attended", "issue", "decide", "change", "replace_somebody"),
    *("compare", "count", "recount", "rebuild", "kill"),
)
DAYS_A_SECOND = 6
COUNTRIES = ("GH", "NP", "BR", "DE")
OF_COURSES = [*Milestone][: [*Milestone].index(Milestone.REGISTERED)]
Work = Callable[[], object]
NOTHING = "nothing to be done"


class Fire:
    """What every process shares: its clock, whether it goes on, and of what it may choose. begun: what was done first."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.began = time.monotonic()
        self.is_dying, self.is_out = FORK.Event(), FORK.Event()
        self.begun, self.said = FORK.SimpleQueue(), FORK.SimpleQueue()
        self.base = datetime.fromisoformat(os.environ["FIRE_BEGINS"])
        self.done: Counter[str] = Counter()

    @property
    def now(self) -> datetime:
        return self.base + timedelta(days=DAYS_A_SECOND * (time.monotonic() - self.began))

    def note(self, action: str) -> None:
        if not self.done[action]:
            self.begun.put(action)
        self.done[action] += 1

    def somebody(self) -> User:
        """Return mostly the one whom all others have at this moment as well."""
        people = list(User.objects.filter(is_stand_in=False, is_superuser=False).order_by("pk"))
        place = int(time.monotonic()) if self.chance.random() < 0.8 else self.chance.randrange(len(people))
        return people[place % len(people)]

    def enrolment(self) -> Enrolment:
        held = list(Enrolment.objects.filter(learner=self.somebody()).select_related("run", "contract", "learner"))
        if not held:
            return enrol_in_course(self.somebody(), self.chance.choice(list(CoursePage.objects.all())), now=self.now)
        return self.chance.choice(held)

    def page_of(self, kind: type, enrolment: Enrolment):
        course = CoursePage.objects.get(translation_key=enrolment.run.course.translation_key)
        return self.chance.choice(list(kind.objects.descendant_of(course)))


# -- What people do ---------------------------------------------------------------------------------------------------


def learn(fire: Fire) -> list[Work]:
    def enrol() -> None:
        enrol_in_course(fire.somebody(), fire.chance.choice(list(CoursePage.objects.all())), now=fire.now)

    def visit() -> None:
        enrolment = fire.enrolment()
        record_visit(enrolment, fire.page_of(LessonPage, enrolment), now=fire.now)

    def do_lesson() -> None:
        enrolment = fire.enrolment()
        mark_lesson_done(enrolment, fire.page_of(LessonPage, enrolment), now=fire.now)

    def take() -> None:
        enrolment = fire.enrolment()
        quiz = fire.page_of(QuizPage, enrolment)
        take_quiz(enrolment, quiz, right_answers(quiz) if fire.chance.random() < 0.7 else {}, now=fire.now)

    def withdraw() -> None:
        withdraw_learner(fire.enrolment(), now=fire.now)

    return [enrol, enrol, visit, visit, do_lesson, do_lesson, do_lesson, take, withdraw]


def meet(fire: Fire) -> list[Work]:
    def come() -> object:
        ahead = list(Webinar.objects.filter(ends_at__gt=fire.now))
        return register(fire.chance.choice(ahead), fire.somebody(), now=fire.now) if ahead else NOTHING

    def stay_away() -> object:
        held = list(Registration.objects.live().filter(person=fire.somebody()).select_related("webinar"))
        if not held:
            return NOTHING
        registration = fire.chance.choice(held)
        return cancel(registration.webinar, registration.person, now=fire.now)

    def attend() -> object:
        over = list(Registration.objects.live().of_people().filter(webinar__ends_at__lt=fire.now, presences=None))
        if not over:
            return NOTHING
        registration = fire.chance.choice(over)
        starts_at, _ends_at = registration.webinar.when
        left_at = starts_at + timedelta(minutes=fire.chance.randint(40, 60))
        return Presence.objects.create(
            webinar=registration.webinar,
            registration=registration,
            name=secrets.token_hex(8),
            joined_at=starts_at,
            left_at=left_at,
        )

    def settle() -> None:
        for webinar in Webinar.objects.filter(ends_at__lt=fire.now):
            settle_attendance(webinar, now=fire.now)

    def fix() -> object:
        return fix_attendances(now=fire.now) or NOTHING

    return [come, come, come, stay_away, attend, attend, settle, fix]


def certify(fire: Fire) -> list[Work]:
    def open_one() -> object:
        completion = completions_without_certificate().first()
        return open_certificate(completion.pk, now=fire.now) if completion else NOTHING

    def open_attended() -> object:
        attendance = attendances_without_certificate().first()
        return open_attendance_certificate(attendance.pk, now=fire.now) if attendance else NOTHING

    def issue() -> object:
        waiting = Certificate.objects.filter(state__in=Certificate.UNFINISHED)
        waiting = waiting.select_related("completion__enrolment__run", "attendance", "holder")
        certificate = waiting.filter(holder=fire.somebody()).first() or waiting.order_by("?").first()
        if certificate is None:
            return NOTHING
        time.sleep(fire.chance.random() / 50)  # drawing takes its time
        return mark_issued_once(certificate, fire) or NOTHING

    return [open_one, open_attended, issue, issue]


@transaction.atomic
def mark_issued_once(certificate: Certificate, fire: Fire) -> int:
    won = mark_issued(certificate, sha256=secrets.token_hex(32), size=1, at=fire.now)
    time.sleep(fire.chance.random() / 5)  # credential and mail are written in the same transaction
    return won


def reclassify(fire: Fire) -> list[Work]:
    reviewer = User.objects.get(is_superuser=True)

    def decide() -> None:
        review = fire.chance.choice([Review.APPROVE, Review.APPROVE, Review.DECLINE])
        record_decision(fire.somebody(), country="DE", review=review, review_code="rural", by=reviewer, now=fire.now)

    def change() -> None:
        person = fire.somebody()
        move(
            Enrolment.objects.filter(learner=person),
            Registration.objects.filter(person=person),
            tier=fire.chance.choice("PS"),
            country=fire.chance.choice(COUNTRIES),
            institution_id=fire.chance.choice([None, *Institution.objects.values_list("pk", flat=True)]),
        )

    return [decide, change, change]


def erase(fire: Fire) -> list[Work]:
    def replace_somebody() -> None:
        time.sleep(fire.chance.random() / 2)
        erase_person(fire.somebody(), now=fire.now)
        UserFactory(email=f"{secrets.token_hex(8)}@example.org", country=fire.chance.choice(COUNTRIES))

    return [replace_somebody]


# -- Who looks meanwhile ----------------------------------------------------------------------------------------------


def read(fire: Fire) -> list[Work]:
    whole = [cut for cut in CUTS if Dimension.INSTITUTION not in cut.dimensions]
    everybody = cut_by(Dimension.TIER)

    def compare() -> None:
        found = {cut: add(cells.values()) for cut, cells in sums(whole).items() if cells}
        for cut, counts in found.items():
            for milestone in Milestone:
                theirs = Dimension.COURSE if milestone in OF_COURSES else Dimension.WEBINAR
                others = {Dimension.COURSE, Dimension.WEBINAR} - {theirs}
                expected = 0 if others & {*cut.dimensions} else count_of(milestone, found[everybody])
                assert count_of(milestone, counts) == expected, (cut, milestone, counts, found[everybody])

    @transaction.atomic
    def count() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        counts = add(sums([cut_by(Dimension.TIER, axis=Axis.EVENT)]).popitem()[1].values())
        for milestone, rows in {
            Milestone.ENROLLED: Enrolment.objects.all(),
            Milestone.COMPLETED: Completion.objects.all(),
            Milestone.WITHDRAWN: Enrolment.objects.filter(state=Enrolment.State.WITHDRAWN),
            Milestone.ERASED: Enrolment.objects.exclude(erased_at=None),
            Milestone.REGISTERED: Registration.objects.live(),
        }.items():
            assert count_of(milestone, counts) == rows.count(), (milestone, counts)

    return [compare, count]


def check(fire: Fire) -> list[Work]:
    def recount() -> None:
        time.sleep(1)
        found = [str(one) for finding in recount_everything() for one in finding.named]
        assert not found, found[:5]

    def rebuild() -> None:
        time.sleep(1)
        found = [str(one) for finding in recount_everything(repair=True) for one in finding.named]
        assert not found, found[:5]

    return [recount, rebuild]


ROLES = (learn, learn, learn, learn, meet, meet, certify, reclassify, erase, read, check)
PAUSES = {certify: 0.05, read: 0.1, reclassify: 0.02}  # so that all come to their turn


def play(role: Callable[[Fire], list[Work]], fire: Fire, seed: int) -> None:
    fire.chance = random.Random(seed)
    fault, pause = "", PAUSES.get(role, 0.0)
    try:
        works = role(fire)
        while not fire.is_out.is_set():
            work = fire.chance.choice(works)
            try:
                if work() is not NOTHING:
                    fire.note(work.__name__)
                time.sleep(pause)
            except (Refusal, ObjectDoesNotExist, IntegrityError) as refusal:  # such as: erased meanwhile
                fire.done[f"{work.__name__}: {type(refusal).__name__}"] += 1
            except OperationalError as error:
                if role is check or "deadlock" not in str(error):
                    raise
                fire.done[f"{work.__name__}: deadlock"] += 1
    except BaseException:
        fault = traceback.format_exc()
    fire.said.put((dict(fire.done), fault))


def fold(seed: int) -> None:
    chance = random.Random(seed)
    while True:
        fold_milestones(chance.randint(1, 60))
        fold_lessons(chance.randint(1, 30))
        time.sleep(chance.random() / 20)


def keep_folding(fire: Fire, seed: int) -> None:
    """Kill a folder every few tenths of a second, wherever it is, and start the next."""
    number = seed
    while not fire.is_dying.is_set():  # before the others end, so that something is left that is not folded
        number += 1
        folder = FORK.Process(target=fold, args=(number,))
        folder.start()
        time.sleep(fire.chance.uniform(*KILLED_AFTER))
        if folder.is_alive():
            os.kill(folder.pid, signal.SIGKILL)
            fire.note("kill")
        folder.join()
    fire.said.put((dict(fire.done), ""))


def burn(fire: Fire, seconds: float) -> None:
    """Return when the time is over and everything was done at least once, or as many times that time is over."""
    missing = {*ACTIONS}
    while time.monotonic() < fire.began + seconds * (MOST_TIMES if missing else 1):
        while not fire.begun.empty():
            missing.discard(fire.begun.get())
        time.sleep(0.1)


def main(seed: int, seconds: float) -> None:
    fire = Fire(seed)  # before anybody has a connection
    processes = [
        *(FORK.Process(target=play, args=(role, fire, seed * 100 + n)) for n, role in enumerate(ROLES)),
        *(FORK.Process(target=keep_folding, args=(fire, seed * 100_000 + n * 10_000)) for n in range(FOLDERS)),
    ]
    for process in processes:
        process.start()
    burn(fire, seconds)
    fire.is_dying.set()
    time.sleep(1.5)
    fire.is_out.set()
    answers = [fire.said.get() for _process in processes]
    for process in processes:
        process.join()
    done = sum((Counter(counts) for counts, _fault in answers), Counter())
    faults = [fault for _counts, fault in answers if fault]
    json.dump({"done": done, "missing": sorted({*ACTIONS} - done.keys()), "faults": faults}, sys.stdout)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(int(sys.argv[1]), float(sys.argv[2]))
