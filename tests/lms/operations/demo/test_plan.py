from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.operations.demo.people import LEARNERS_BY_COUNTRY
from lms.operations.demo.plan import (
    CourseShape,
    History,
    LessonStep,
    QuestionShape,
    QuizStep,
    Study,
    answer,
    first_moment,
    study_course,
    study_year,
)

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
SEED = 5


def question(number: int, *, right: int = 1) -> QuestionShape:
    options = {f"{number}-{option}": option < right for option in range(4)}
    return QuestionShape(question_id=number, key=f"q{number}", revision_id=None, points=1, options=options)


def course(number: int) -> CourseShape:
    """A course of four modules: three lessons and a quiz of three questions each."""
    steps: list[LessonStep | QuizStep] = []
    for module in range(4):
        base = 100 * number + 10 * module
        steps += [LessonStep(base + lesson, minutes=20) for lesson in range(3)]
        questions = tuple(question(base + n, right=1 + n % 2) for n in range(3))
        steps.append(QuizStep(base, minutes=8, pass_mark_percent=70, questions=questions))
    return CourseShape(f"C{number}", tuple(steps))


COURSES = [course(number) for number in range(1, 5)]


def moments(history: History) -> list[datetime]:
    """Return every moment that a history tells."""
    lessons = [moment for pair in history.lessons.values() for moment in pair if moment]
    others = (history.started_at, history.completed_at, history.withdrawn_at)
    return [
        history.enrolled_at,
        *lessons,
        *(attempt.submitted_at for attempt in history.attempts),
        *(moment for moment in others if moment),
    ]


@given(seed=st.integers(0, 10_000), hours=st.integers(0, 50_000))
@settings(max_examples=150, deadline=None)
def test_a_learners_year_lies_within_the_year_and_in_order(seed, hours):
    now = NOW - timedelta(hours=hours)
    joined_at, histories = study_year(COURSES, now=now, seed=seed, chance=Random(seed))
    assert first_moment(now) <= joined_at <= max(now - timedelta(hours=3), first_moment(now))
    assert len({history.course_code for history in histories}) == len(histories)
    for history in histories:
        told = moments(history)
        assert joined_at <= min(told) == history.enrolled_at
        assert max(told) == history.last_active_at <= now
        assert history.resume_lesson_id in (None, *history.lessons)
        assert (history.started_at is None) == (not history.lessons and not history.attempts)


@given(st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_a_course_is_complete_exactly_when_nothing_is_missing(seed):
    for history in study_year(COURSES, now=NOW, seed=SEED, chance=Random(seed))[1]:
        shape = next(course for course in COURSES if course.code == history.course_code)
        lessons = {step.lesson_id for step in shape.steps if isinstance(step, LessonStep)}
        quizzes = {step.quiz_id for step in shape.steps if isinstance(step, QuizStep)}
        is_all_done = history.done_lesson_ids == lessons and history.passed_quiz_ids == quizzes
        assert (history.completed_at is not None) == is_all_done
        assert history.withdrawn_at is None or history.completed_at is None


def test_the_same_seed_tells_the_same_year():
    tell = lambda: study_year(COURSES, now=NOW, seed=SEED, chance=Random("learner 1"))  # noqa: E731
    assert tell() == tell()


def test_who_studies_without_fail_completes_everything_at_the_first_attempt():
    history = study_course(
        COURSES[0],
        Study(steps=16, days=(0, 1)),
        enrolled_at=NOW - timedelta(days=40),
        now=NOW,
        seed=SEED,
        chance=Random(1),
    )
    assert history.completed_at
    assert {attempt.number for attempt in history.attempts} == {1}
    assert all(attempt.points == attempt.points_possible for attempt in history.attempts)


@pytest.fixture(scope="module")
def year() -> dict[str, list[list[History]]]:
    """Everybody of the demo, by country."""
    countries = [country for country, number in LEARNERS_BY_COUNTRY.items() for _learner in range(number)]
    told: dict[str, list[list[History]]] = {}
    for number, country in enumerate(countries):
        histories = study_year(COURSES, now=NOW, seed=SEED, chance=Random(f"{SEED}/{number}"))[1]
        told.setdefault(country, []).append(histories)
    return told


def test_about_400_learners_in_40_countries_of_which_eight_have_20_enrolments(year):
    assert len(year) == 40
    assert 390 <= sum(map(len, year.values())) <= 410
    enrolments = Counter({country: sum(map(len, people)) for country, people in year.items()})
    assert sum(count >= 20 for count in enrolments.values()) >= 8
    assert sum(count < 10 for count in enrolments.values()) >= 8  # so that something is withheld


def test_every_month_has_its_enrolments_and_completions(year):
    histories = [history for people in year.values() for histories in people for history in histories]
    enrolled = Counter(f"{history.enrolled_at:%Y-%m}" for history in histories)
    completed = Counter(f"{history.completed_at:%Y-%m}" for history in histories if history.completed_at)
    assert len(enrolled) == 12
    assert min(enrolled.values()) >= 15
    assert len(completed) >= 11
    assert 0.2 <= completed.total() / enrolled.total() <= 0.45


def test_some_questions_are_harder_than_others_and_the_able_do_better():
    def facility(ability: float, n: int) -> float:
        chance = Random(f"{ability}/{n}")
        return mean(
            answer(question(n), ability=ability, attempt=1, seed=SEED, chance=chance).score for _person in range(200)
        )

    middling = [facility(0, n) for n in range(30)]
    assert min(middling) < 0.55
    assert max(middling) > 0.85
    assert mean(facility(1.5, n) for n in range(30)) > mean(middling) > mean(facility(-1.5, n) for n in range(30))


def test_each_question_has_a_favourite_wrong_answer():
    chance = Random(1)
    wrong = Counter(
        given.answer
        for given in (answer(question(3), ability=-3, attempt=1, seed=SEED, chance=chance) for _person in range(400))
        if given.score == 0
    )
    (_favourite, count), *_others = wrong.most_common()
    assert len(wrong) == 3
    assert count > wrong.total() / 2
