"""A year of plausible study, invented from a seed: plain values in, plain values out, the same every time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random

from courses.assessments import rules as marking

MONTHS = 12  # whole calendar months, this one included
MOST_ATTEMPTS = 4


@dataclass(frozen=True)
class QuestionShape:
    """A live choice question. key: its stable name, from which its difficulty follows; options: id -> is it right."""

    question_id: int
    key: str
    revision_id: int | None
    points: int
    options: Mapping[str, bool]

    @property
    def right_answer(self) -> tuple[str, ...]:
        return tuple(option for option, is_right in self.options.items() if is_right)


@dataclass(frozen=True)
class LessonStep:
    lesson_id: int
    minutes: int


@dataclass(frozen=True)
class QuizStep:
    quiz_id: int
    pass_mark_percent: int
    minutes: int
    questions: tuple[QuestionShape, ...]


@dataclass(frozen=True)
class CourseShape:
    """A course as a learner walks through it: lessons and quizzes in order."""

    code: str
    steps: tuple[LessonStep | QuizStep, ...]
    languages: frozenset[str] = frozenset({"en"})


@dataclass(frozen=True)
class PlannedResponse:
    question: QuestionShape
    answer: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class PlannedAttempt:
    quiz_id: int
    number: int
    submitted_at: datetime
    responses: tuple[PlannedResponse, ...]
    pass_mark_percent: int

    @property
    def points(self) -> float:
        return sum(response.score * response.question.points for response in self.responses)

    @property
    def points_possible(self) -> int:
        return sum(response.question.points for response in self.responses)

    @property
    def has_passed(self) -> bool:
        return marking.has_passed(self.points, self.points_possible, self.pass_mark_percent)


@dataclass
class History:
    """What one learner did in one course, in the order in which it happened.

    lessons: lesson id -> (first seen, done or None).
    """

    course_code: str
    enrolled_at: datetime
    last_active_at: datetime
    lessons: dict[int, tuple[datetime, datetime | None]] = field(default_factory=dict)
    attempts: list[PlannedAttempt] = field(default_factory=list)
    started_at: datetime | None = None
    completed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    resume_lesson_id: int | None = None

    @property
    def done_lesson_ids(self) -> set[int]:
        return {lesson_id for lesson_id, (_seen, done) in self.lessons.items() if done}

    @property
    def passed_quiz_ids(self) -> set[int]:
        return {attempt.quiz_id for attempt in self.attempts if attempt.has_passed}

    def half_at(self, asked: int) -> datetime | None:
        """Return when half of what is asked, lessons and quizzes, was done."""
        passed: dict[int, datetime] = {}
        for attempt in self.attempts:
            if attempt.has_passed:
                passed.setdefault(attempt.quiz_id, attempt.submitted_at)
        moments = sorted([*(done for _seen, done in self.lessons.values() if done), *passed.values()])
        half = -(-asked // 2)
        return moments[half - 1] if 0 < half <= len(moments) else None

    def best_fraction(self, quiz_id: int) -> float:
        return max(attempt.points / attempt.points_possible for attempt in self.attempts if attempt.quiz_id == quiz_id)


@dataclass(frozen=True)
class Study:
    """How somebody studies. steps: how many they mean to take; days: what lies between two, by turns.

    ability: on the scale of the questions' difficulty, where 0 is the middle; None answers everything right.
    """

    steps: int
    days: Sequence[float]
    ability: float | None = None
    looks_ahead: bool = False
    withdraws: bool = False


def first_moment(now: datetime) -> datetime:
    """Return when the demo's year began: the first day of the month eleven months ago."""
    months = now.year * 12 + now.month - MONTHS
    return datetime.combine(now.replace(year=months // 12, month=months % 12 + 1, day=1).date(), time(), UTC)


def difficulty(question: QuestionShape, seed: int) -> float:
    """Return how hard a question is, the same for everybody: most in the middle, a few that most people miss."""
    return Random(f"{seed}/difficulty/{question.key}").gauss(0, 0.9)


def answer(
    question: QuestionShape, *, ability: float | None, attempt: int, seed: int, chance: Random
) -> PlannedResponse:
    """Return an answer as somebody of this ability would give it; who tries again has learnt something.

    Wrong answers are not spread evenly: each question has a favourite wrong option.
    """
    right = question.right_answer
    if ability is None:
        given = right
    else:
        logit = 1.1 + ability - difficulty(question, seed) + 0.9 * (attempt - 1)
        knows = chance.random() < 1 / (1 + math.exp(-logit))
        given = right if knows else _wrong_answer(question, Random(f"{seed}/trap/{question.key}"), chance)
    item = {
        "options": [
            {"id": option, "is_correct": is_right, "feedback": ""} for option, is_right in question.options.items()
        ]
    }
    return PlannedResponse(question=question, answer=given, score=marking.mark("multiple", item, given).score)


def _wrong_answer(question: QuestionShape, trap: Random, chance: Random) -> tuple[str, ...]:
    right = question.right_answer
    wrong = [option for option, is_right in question.options.items() if not is_right]
    favourite = trap.choice(wrong)
    if len(right) == 1:
        return (favourite if chance.random() < 0.6 else chance.choice(wrong),)
    if chance.random() < 0.5:
        left_out = trap.choice(right)
        return tuple(option for option in right if option != left_out)
    return tuple(option for option in question.options if option in right or option == favourite)


def study_course(
    course: CourseShape, study: Study, *, enrolled_at: datetime, now: datetime, seed: int, chance: Random
) -> History:
    """Return what somebody did in a course between enrolling and now; nothing lies in the future."""
    history = History(course_code=course.code, enrolled_at=enrolled_at, last_active_at=enrolled_at)
    at = enrolled_at + timedelta(minutes=chance.randint(1, 20))
    for number, step in enumerate(course.steps[: study.steps]):
        if at > now:
            return history
        if isinstance(step, LessonStep):
            done_at = at + timedelta(minutes=step.minutes * chance.uniform(0.6, 1.6))
            _visit(history, step, at=at, done_at=done_at if done_at <= now else None)
            if done_at > now:
                return history
            at = done_at
        else:
            at = _take_quiz(history, step, study, at=at, now=now, seed=seed, chance=chance)
            if step.quiz_id not in history.passed_quiz_ids:
                return history
        at = _next_sitting(at, study.days[number % len(study.days)], chance)
    if study.steps >= len(course.steps):
        history.completed_at = history.last_active_at
        return history
    ahead = course.steps[study.steps]
    if study.steps and study.looks_ahead and isinstance(ahead, LessonStep) and at <= now:
        _visit(history, ahead, at=at, done_at=None)
    leaves_at = history.last_active_at + timedelta(days=3)
    if study.withdraws and leaves_at <= now:
        history.withdrawn_at = history.last_active_at = leaves_at
    return history


def _visit(history: History, step: LessonStep, *, at: datetime, done_at: datetime | None) -> None:
    history.lessons[step.lesson_id] = (at, done_at)
    history.resume_lesson_id = step.lesson_id
    history.started_at = history.started_at or at
    history.last_active_at = done_at or at


def _take_quiz(
    history: History, step: QuizStep, study: Study, *, at: datetime, now: datetime, seed: int, chance: Random
) -> datetime:
    """Add attempts until one passes, patience runs out or it is now; return when the last was handed in."""
    for number in range(1, MOST_ATTEMPTS + 1):
        submitted_at = at + timedelta(minutes=step.minutes * chance.uniform(0.5, 1.2))
        if submitted_at > now:
            return submitted_at
        attempt = PlannedAttempt(
            quiz_id=step.quiz_id,
            number=number,
            submitted_at=submitted_at,
            responses=tuple(
                answer(question, ability=study.ability, attempt=number, seed=seed, chance=chance)
                for question in step.questions
            ),
            pass_mark_percent=step.pass_mark_percent,
        )
        history.attempts.append(attempt)
        history.started_at = history.started_at or submitted_at
        history.last_active_at = at = submitted_at
        if attempt.has_passed:
            break
        at += timedelta(minutes=chance.choice([2, 5, 20, 1500, 3000]))
    return at


def _next_sitting(at: datetime, days: float, chance: Random) -> datetime:
    soon = at + timedelta(minutes=chance.randint(1, 6))
    if days < 1:
        return soon
    day = (at + timedelta(days=days)).date()
    return max(datetime.combine(day, time(chance.randint(5, 20), chance.randint(0, 59)), UTC), soon)


def study_year(
    courses: Sequence[CourseShape], *, now: datetime, seed: int, chance: Random
) -> tuple[datetime, list[History]]:
    """Return when a generated learner joined and what they did since, course by course."""
    joined_at = _joining_moment(now, chance)
    ability, pace, patience = chance.gauss(0, 0.8), chance.choice([0.5, 1, 1, 1.6, 2.5]), chance.random()
    wanted = chance.choices([1, 2, 3, 4], weights=[34, 33, 22, 11])[0]
    chosen = _choose_courses(courses, wanted, chance)
    histories, at = [], joined_at + timedelta(minutes=chance.randint(2, 90))
    for course in chosen:
        if at > now:
            break
        steps = _intended_steps(len(course.steps), patience, chance)
        study = Study(
            steps=steps,
            days=[pace * chance.choice([0, 0, 0, 1, 1, 2, 3, 6]) for _number in range(7)],
            ability=ability,
            looks_ahead=chance.random() < 0.6,
            withdraws=chance.random() < 0.12,
        )
        history = study_course(course, study, enrolled_at=at, now=now, seed=seed, chance=chance)
        histories.append(history)
        at = _next_sitting(history.last_active_at, chance.choice([1, 2, 5, 9, 20, 45]), chance)
    return joined_at, histories


def _joining_moment(now: datetime, chance: Random) -> datetime:
    # The academy grows; every day of the year is possible, the later ones more likely.
    start = first_moment(now)
    share = 1 - (1 - chance.random()) ** 0.85 if chance.random() < 0.5 else chance.random() ** 0.75
    day = (start + (now - start) * share).date()
    moment = datetime.combine(day, time(chance.randint(5, 20), chance.randint(0, 59)), UTC)
    return max(min(moment, now - timedelta(hours=3)), start)


def _choose_courses(courses: Sequence[CourseShape], wanted: int, chance: Random) -> list[CourseShape]:
    # The first course of the catalogue is where most people begin.
    left, chosen = list(courses), list[CourseShape]()
    while left and len(chosen) < wanted:
        weights = [3 if course is courses[0] and not chosen else 1 for course in left]
        chosen.append(left.pop(chance.choices(range(len(left)), weights=weights)[0]))
    return chosen


def _intended_steps(total: int, patience: float, chance: Random) -> int:
    if chance.random() < 0.09:
        return 0  # enrolled, never began
    if chance.random() < 0.2 + 0.4 * patience:
        return total
    return min(1 + int(total * chance.random() ** 1.3), max(total - 1, 1))
