"""The rows of simulated learners, block by block, as lines of text that both databases read. Knows no database.

A block is the same whoever makes it and whenever: it draws from the seed and its own number alone.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from certificates.award import ACHIEVEMENT, ATTENDANCE, WEBINAR, Award
from certificates.issuing.rules import ALPHABET, LENGTH, check_character
from lms.operations.simulation import studying
from lms.operations.simulation.people import DOMAIN, Person, draw_person
from lms.operations.simulation.studying import DAY, QUIZZES, Path, study

MONTHS = 34
BLOCK = 500  # learners
MOST_COURSES = 12
MOST_WEBINARS = 3  # that somebody registers for
FAILED = 0.002  # share of certificates whose file could not be made
NULL = r"\N"

PEOPLE, ENROLMENTS, PROGRESS, STANDINGS = "people", "enrolments", "progress", "standings"
COMPLETIONS, CERTIFICATES, REGISTRATIONS, ATTENDANCES = "completions", "certificates", "registrations", "attendances"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    PEOPLE: (
        *("id", "password", "is_superuser", "email", "name", "country", "profession", "institution_id", "language"),
        *("time_zone", "lite_pages", "wants_reminders", "accepted_terms_at", "is_active", "is_demo", "date_joined"),
    ),
    ENROLMENTS: (
        *("id", "learner_id", "run_id", "contract_id", "state", "country", "language", "enrolled_at", "started_at"),
        *("half_at", "lessons_done", "quizzes_passed", "resume_lesson_id", "last_active_on", "was_self_paced"),
        *("tier", "profession", "device", "institution_id"),
    ),
    PROGRESS: ("enrolment_id", "lesson_id", "first_seen_at", "done_at"),
    STANDINGS: ("id", "enrolment_id", "quiz_id", "attempts", "best_fraction", "passed_at"),
    COMPLETIONS: (
        *("id", "enrolment_id", "contract_id", "completed_at", "lessons_count", "minutes", "days", "score_fraction"),
    ),
    REGISTRATIONS: (
        *("id", "webinar_id", "person_id", "made_at", "turn", "country", "language"),
        *("tier", "profession", "device", "institution_id"),
    ),
    ATTENDANCES: ("id", "registration_id", "minutes", "met_at", "updated_at", "fixed_at"),
    CERTIFICATES: (
        *(
            "id",
            "holder_id",
            "completion_id",
            "attendance_id",
            "version",
            "serial",
            "status_position",
            "facts",
            "state",
        ),
        *("opened_at", "attempts", "reason", "issued_at", "file_sha256", "file_bytes", "public_reason"),
        "private_reason",
    ),
}
Lines = dict[str, list[str]]


@dataclass(frozen=True)
class SimulatedCourse:
    """The rows of a course that its learners' rows name."""

    title: str
    run_id: int
    contract_id: int
    lesson_ids: tuple[int, ...]
    quiz_ids: tuple[int, ...]
    minutes: int


@dataclass(frozen=True)
class SimulatedWebinar:
    """A webinar that is over. starts_at: seconds since the world began."""

    pk: int
    title: str
    starts_at: int
    minutes: int


@dataclass(frozen=True)
class World:
    """All that blocks are made from. today: nothing has happened on it yet. first: table -> the lowest free id."""

    seed: int
    today: date
    learners: int
    enrolments: int
    courses: tuple[SimulatedCourse, ...]
    webinars: tuple[SimulatedWebinar, ...]
    institutions: Mapping[str, tuple[int, ...]]
    first: Mapping[str, int]

    @property
    def began_on(self) -> date:
        return began_on(self.today)

    @property
    def seconds(self) -> int:
        return (self.today - self.began_on).days * DAY

    @property
    def blocks_count(self) -> int:
        return -(-self.learners // BLOCK)


def began_on(today: date) -> date:
    """Return the first day of the MONTHS that a world has lasted today, this month included."""
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def lines_of_block(world: World, number: int) -> Lines:
    """Return the lines of a block's learners, by table."""
    return _Block(world, number).lines()


class _Block:
    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.chance = Random(f"{world.seed}/block/{number}")
        self.learners = range(number * BLOCK, min((number + 1) * BLOCK, world.learners))
        self.made: Lines = defaultdict(list)
        self.days = day_names(world.began_on, world.today)
        self.clock = clock_times()

    def lines(self) -> Lines:
        world = self.world
        enrolment = world.enrolments * self.learners.start // world.learners
        until = world.enrolments * self.learners.stop // world.learners
        wanted = shared_out(until - enrolment, len(self.learners), chance=self.chance)
        for learner, count in zip(self.learners, wanted, strict=True):
            person = draw_person(self.chance, institutions=world.institutions, seconds=world.seconds)
            self._add_person(learner, person)
            name = name_of(learner)
            for course in self._chosen_courses(count):
                self._add_enrolment(enrolment, learner, course, person, name)
                enrolment += 1
            self._add_registrations(learner, person, name)
        return dict(self.made)

    def _add(self, table: str, *values: object) -> None:
        self.made[table].append("\t".join([NULL if value is None else str(value) for value in values]))

    def _id(self, table: str, number: int) -> int:
        return self.world.first[table] + number

    def _moment(self, at: int | None) -> str:
        return NULL if at is None else self.days[at // DAY] + self.clock[at % DAY]

    def _add_person(self, learner: int, person: Person) -> None:
        joined = self._moment(person.joined_at)
        self._add(
            PEOPLE,
            *(self._id(PEOPLE, learner), "!simulated", 0, email_of(learner), name_of(learner), person.country),
            *(person.profession, person.institution_id, person.language, "", int(person.device == "lite"), 0),
            *(joined, 1, 0, joined),
        )

    def _chosen_courses(self, count: int) -> list[int]:
        chosen: dict[int, None] = {}
        weights = popularity(len(self.world.courses))
        while len(chosen) < min(count, len(self.world.courses)):
            chosen.update(dict.fromkeys(self.chance.choices(range(len(weights)), cum_weights=weights, k=count)))
        return list(chosen)[:count]

    def _add_enrolment(self, number: int, learner: int, course: int, person: Person, name: str) -> None:
        world, chance, rows = self.world, self.chance, self.world.courses[course]
        at = person.joined_at + int(chance.expovariate(1 / 55) * DAY)
        if at >= world.seconds:
            at = person.joined_at + int(chance.random() * (world.seconds - person.joined_at))
        month = at // (30 * DAY)
        shares = studying.staying(world.seed, course, person.tier, person.device, month, MONTHS)
        reach = studying.steps_taken(shares, chance)
        path = study(reach, enrolled_at=at, now=world.seconds, seed=world.seed, chance=chance)
        pk = self._id(ENROLMENTS, number)
        self._add_path(pk, number, rows, path)
        state, last_at = "active", path.last_at
        if path.completed_at is not None:
            state = "completed"
            self._add_completion(pk, number, learner, rows, path, at, person, name)
        elif chance.random() < 0.06 and (left_at := (last_at or at) + int(chance.random() * 40 * DAY)) < world.seconds:
            state, last_at = "withdrawn", left_at
        started_at = path.lessons[0][1] if path.lessons else None
        self._add(
            ENROLMENTS,
            *(pk, self._id(PEOPLE, learner), rows.run_id, rows.contract_id, state, person.country, person.language),
            *(self._moment(at), self._moment(started_at), self._moment(path.half_at)),
            *(path.lessons_done, path.quizzes_passed, rows.lesson_ids[path.lessons[-1][0]] if path.lessons else None),
            *(None if last_at is None else self.days[last_at // DAY].rstrip(), 0),
            *(person.tier, person.profession, person.device, person.institution_id),
        )

    def _add_path(self, pk: int, number: int, course: SimulatedCourse, path: Path) -> None:
        days, clock, ids, add = self.days, self.clock, course.lesson_ids, self.made[PROGRESS].append
        for lesson, seen, done in path.lessons:  # by far the most rows: written out
            done_at = NULL if done is None else days[done // DAY] + clock[done % DAY]
            add(f"{pk}\t{ids[lesson]}\t{days[seen // DAY]}{clock[seen % DAY]}\t{done_at}")
        for quiz, attempts, best, passed_at in path.standings:
            row = self._id(STANDINGS, number * QUIZZES + quiz)
            self._add(STANDINGS, row, pk, course.quiz_ids[quiz], attempts, best, self._moment(passed_at))

    def _add_completion(
        self,
        pk: int,
        number: int,
        learner: int,
        course: SimulatedCourse,
        path: Path,
        at: int,
        person: Person,
        name: str,
    ) -> None:
        completed_at = path.completed_at or 0
        score = sum(best for _quiz, _attempts, best, _passed in path.standings) / QUIZZES
        completion, days = self._id(COMPLETIONS, number), completed_at // DAY - at // DAY
        self._add(
            COMPLETIONS,
            *(completion, pk, course.contract_id, self._moment(completed_at), path.lessons_done, course.minutes),
            *(days, round(score, 4)),
        )
        facts = _course_facts(course, person.language)
        stated = {"score_percent": int(100 * score)}
        self._add_certificate(number, learner, name, completed_at, facts, stated, completion=completion)

    def _add_registrations(self, learner: int, person: Person, name: str) -> None:
        chance, world = self.chance, self.world
        open_ones = [webinar for webinar in world.webinars if webinar.starts_at > person.joined_at]
        wanted = min(int(chance.expovariate(1.6)), MOST_WEBINARS, len(open_ones))
        for place, webinar in enumerate(chance.sample(open_ones, wanted)):
            number = learner * MOST_WEBINARS + place
            earlier = min(webinar.starts_at - person.joined_at, 30 * DAY)
            pk = self._id(REGISTRATIONS, number)
            self._add(
                REGISTRATIONS,
                *(pk, webinar.pk, self._id(PEOPLE, learner)),
                *(self._moment(webinar.starts_at - int(chance.random() * earlier)), 1),
                *(person.country, person.language, person.tier, person.profession, person.device),
                person.institution_id,
            )
            if chance.random() < (0.4 if person.device == "lite" else 0.52):
                self._add_attendance(pk, number, learner, webinar, person, name)

    def _add_attendance(
        self, registration: int, number: int, learner: int, webinar: SimulatedWebinar, person: Person, name: str
    ) -> None:
        minutes = webinar.minutes - int(webinar.minutes * 0.2 * self.chance.random() ** 2)
        known_at = webinar.starts_at + 2 * 3600 + webinar.minutes * 60
        attendance, known = self._id(ATTENDANCES, number), self._moment(known_at)
        self._add(ATTENDANCES, attendance, registration, minutes, known, known, known)
        facts = _webinar_facts(webinar, person.language)
        number += self.world.enrolments
        self._add_certificate(number, learner, name, known_at, facts, {"minutes": minutes}, attendance=attendance)

    def _add_certificate(
        self,
        number: int,
        learner: int,
        name: str,
        at: int,
        facts: Mapping[str, object],
        stated: Mapping[str, object],
        *,
        completion: int | None = None,
        attendance: int | None = None,
    ) -> None:
        serial, moment = serial_of(number), self._moment(at)
        day = self.days[at // DAY].rstrip()
        has_failed = self.chance.random() < FAILED
        said = json.dumps(
            {**facts, **stated, "name": name, "completed_on": day, "issued_on": day, "serial": serial},
            separators=(",", ":"),
        )
        digest = "" if has_failed else hashlib.sha256(serial.encode()).hexdigest()
        self._add(
            CERTIFICATES,
            *(self._id(CERTIFICATES, number), self._id(PEOPLE, learner), completion, attendance, 1, serial, number),
            *(said, "failed" if has_failed else "issued", moment, int(has_failed)),
            *("Simulated." if has_failed else "", None if has_failed else moment, digest, 0, "", ""),
        )


def name_of(learner: int) -> str:
    return f"Simulated learner {learner + 1}"


def email_of(learner: int) -> str:
    return f"learner-{learner + 1}@{DOMAIN}"


def serial_of(number: int) -> str:
    """Return a serial that no other number gives: the factor is odd, so multiplying by it loses nothing modulo 32^11."""
    value, body = number * 0x5DEECE66D % 32 ** (LENGTH - 1), ""
    for _place in range(LENGTH - 1):
        value, digit = divmod(value, 32)
        body += ALPHABET[digit]
    return body + check_character(body)


def shared_out(total: int, people: int, *, chance: Random) -> list[int]:
    """Return how many courses each of so many people takes: total in all, one each as far as that reaches, few take many."""
    counts = [int(place < total) for place in range(people)]
    left = min(total, people * MOST_COURSES) - sum(counts)
    eagerness = list(accumulate(chance.random() ** 2 + 0.05 for _person in range(people)))
    while left:
        for place in chance.choices(range(people), cum_weights=eagerness, k=left):
            if counts[place] < MOST_COURSES:
                counts[place] += 1
                left -= 1
    return counts


@cache
def popularity(courses: int) -> tuple[float, ...]:
    """Return running weights of so many courses, of which the first are chosen most."""
    return tuple(accumulate((place + 4) ** -0.8 for place in range(courses)))


@cache
def day_names(first: date, last: date) -> tuple[str, ...]:
    """Return the days from the first to the last as databases read them, each with a space behind."""
    return tuple(f"{first + timedelta(days=number)} " for number in range((last - first).days + 1))


@cache
def clock_times() -> tuple[str, ...]:
    """Return the seconds of a day as databases read them."""
    return tuple(f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(DAY))


@cache
def _course_facts(course: SimulatedCourse, language: str) -> Mapping[str, object]:
    award = _award(course.title, language, lesson_minutes=(15,) * len(course.lesson_ids), minutes=course.minutes)
    return {**award, "format": "self-paced", "result": ACHIEVEMENT, "pass_mark_percent": 70}


@cache
def _webinar_facts(webinar: SimulatedWebinar, language: str) -> Mapping[str, object]:
    award = _award(webinar.title, language, lesson_minutes=(webinar.minutes,), minutes=webinar.minutes)
    return {**award, "format": WEBINAR, "result": ATTENDANCE}


def _award(title: str, language: str, *, lesson_minutes: tuple[int, ...], minutes: int) -> Mapping[str, object]:
    """Return the facts that certificates of one thing share; they say themselves that they are simulated."""
    some_day = date(2000, 1, 1)
    return Award(
        name="",
        course_title=title,
        course_version="1.0",
        format="",
        language=language,
        completed_on=some_day,
        issued_on=some_day,
        minutes=minutes,
        lessons=len(lesson_minutes),
        lesson_minutes=lesson_minutes,
        result="",
        score_percent=None,
        pass_mark_percent=None,
        issuer="Simulated",
        signatory="Simulated",
        serial="",
        verification_url="",
    ).to_json()


def as_text(lines: Iterable[str]) -> bytes:
    """Return lines as COPY reads them."""
    return ("\n".join(lines) + "\n").encode()
