from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count
from django.utils.translation import get_language

from courses.assessments.models import Question
from courses.assessments.queries import open_appeals_by
from courses.catalogue.models import Course, CoursePage
from courses.enrolment.models import Contract
from courses.progress.queries import Step, Syllabus, syllabuses_of
from courses.webinars.models import Feedback
from lms.dashboards.course import rules
from lms.dashboards.course.rules import Measure, Pace, count_told
from lms.dashboards.rules import LEAST
from lms.dashboards.teaching.item_analysis import HardestQuestion, QuizFigures, figures_of, hardest_questions, newest_at
from lms.dashboards.webinars.feedback import FEWEST
from lms.measures.cuts import Dimension, Facet, cut_by
from lms.measures.models import Milestone, month_of
from lms.measures.queries import (
    Counts,
    add,
    count_of,
    days_to_complete,
    lesson_counts,
    minutes_by_lesson,
    monthly_sums,
    sums,
)


@dataclass(frozen=True)
class Learners:
    """Whose figures are asked for: everybody's, or those of a country, a tier or an institution."""

    facet: Facet = Facet.ALL
    value: str = ""


EVERYBODY = Learners()


@dataclass(frozen=True)
class LessonFigures:
    """A lesson, and how many per cent of those who began opened and finished it; None where that is not told.

    number: such as "2.3", as learners see it; page_id: of its page, None for one that is not read any more.
    change: in points, from the lesson before that all were asked for; to the first from those who began.
    is_new: added after people had begun. language: what the title is written in, where that is not the reader's.
    """

    lesson_id: int
    title: str
    number: str = ""
    page_id: int | None = None
    language: str = ""
    planned_minutes: int = 0
    is_optional: bool = False
    is_new: bool = False
    opened: int | None = None
    finished: int | None = None
    change: int | None = None
    is_fall: bool = False

    @property
    def label(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def is_compared(self) -> bool:
        """Say whether everybody was asked for it, so that fewer people at it are people lost."""
        return self.page_id is not None and not self.is_optional and not self.is_new


@dataclass(frozen=True)
class LessonTime:
    """How long a lesson takes, in minutes from first opening it until it was done. quartiles: None of too few."""

    lesson: LessonFigures
    quartiles: tuple[int, int, int] | None
    people: int | None
    pace: Pace | None


@dataclass(frozen=True)
class PassedOver:
    """A lesson that fewer people opened than the one after it."""

    lesson: LessonFigures
    following: LessonFigures


@dataclass(frozen=True)
class QuizLine:
    """How first attempts at a quiz go, in per cent: of people who passed, of points earned, on the hardest question too.

    None where it is withheld or too few have tried.
    """

    quiz_id: int
    title: str
    learners: int | None
    passed: int | None = None
    mean: int | None = None
    hardest: Question | None = None
    hardest_mean: int | None = None


@dataclass(frozen=True)
class Opinion:
    """How useful people found the webinars that belong to a course, from 1 to 5, and how many said so."""

    mean: float
    people: int


@dataclass(frozen=True)
class Totals:
    """How many began a course, finished it and have its certificate; None where that is withheld."""

    began: int | None
    finished: int | None
    certified: int | None
    finished_percent: int | None


@dataclass(frozen=True)
class OfEverybody:
    """What is counted for all learners of a course together, never for some of them."""

    times: Sequence[LessonTime]
    quizzes: Sequence[QuizLine]
    days: tuple[int, int, int] | None
    days_people: int | None
    open_appeals: int | None
    opinion: Opinion | None


@dataclass(frozen=True)
class CourseInsights:
    """How a course is doing. retired: lessons that are not read any more; whole: what is told of everybody alone.

    page: in the reader's language, else in the first, else None. step: the per cent in which shares are told, None if
    they are not.
    """

    course: Course
    title: str
    page: CoursePage | None
    learners: Learners
    is_exact: bool
    step: int | None
    totals: Totals
    lessons: Sequence[LessonFigures]
    retired: Sequence[LessonFigures]
    passed_over: Sequence[PassedOver]
    whole: OfEverybody | None


def course_insights(course: Course, learners: Learners, *, is_exact: bool) -> CourseInsights:
    """Return how a course is doing, as of now; the same number of queries however many learners and lessons.

    is_exact: for who teaches the course; to others figures are told so that no few people can be told apart.
    """
    page = _page_of(course)
    syllabus = syllabuses_of([page]).get(page.pk) if page else None
    counts, first_month = _counts_of(course, learners)
    measure = Measure(count_of(Milestone.STARTED, counts), is_exact)
    lessons, retired = _lessons_of(course, syllabus, learners, measure, first_month=first_month)
    return CourseInsights(
        course=course,
        title=page.title if page else course.title,
        page=page,
        learners=learners,
        is_exact=is_exact,
        step=measure.step,
        totals=_totals(counts, measure),
        lessons=lessons,
        retired=retired,
        passed_over=_passed_over(lessons, measure),
        whole=_of_everybody(course, syllabus, lessons, is_exact=is_exact) if learners == EVERYBODY else None,
    )


def _page_of(course: Course) -> CoursePage | None:
    pages = CoursePage.objects.live().filter(translation_key=course.translation_key).select_related("locale")
    by_language = {page.locale.language_code: page for page in pages}
    return by_language.get(get_language() or "") or by_language.get(settings.LANGUAGE_CODE)


# -- Counts -------------------------------------------------------------------------------------------------------

BY_COURSE = cut_by(Dimension.COURSE)
BY_COURSE_AND = {
    Facet.COUNTRY: cut_by(Dimension.COURSE, Dimension.COUNTRY),
    Facet.TIER: cut_by(Dimension.COURSE, Dimension.TIER),
    Facet.INSTITUTION: cut_by(Dimension.COURSE, Dimension.INSTITUTION),
}


def _counts_of(course: Course, learners: Learners) -> tuple[Counts, date | None]:
    """Return what these learners reached in a course, and the month in which the first of them enrolled; one query."""
    cut = BY_COURSE_AND.get(learners.facet, BY_COURSE)
    wanted = {
        Dimension.COURSE: str(course.pk),
        **({Dimension(learners.facet): learners.value} if learners.facet else {}),
    }
    key = tuple(wanted[dimension] for dimension in cut.dimensions)
    months = monthly_sums([cut], keys=[key[0]])[cut]
    found = {month: counts for (month, cell), counts in months.items() if cell == key}
    began = [month for month, counts in found.items() if count_of(Milestone.STARTED, counts)]
    return add(found.values()), min(began, default=None)


def began_by_country(course: Course) -> Mapping[str, int]:
    """Return how many began a course, by country; one query."""
    cut = BY_COURSE_AND[Facet.COUNTRY]
    cells = sums([cut], keys=[str(course.pk)])[cut]
    return {country: count_of(Milestone.STARTED, counts) for (_course, country), counts in cells.items()}


def _totals(counts: Counts, measure: Measure) -> Totals:
    finished = count_of(Milestone.COMPLETED, counts)
    return Totals(
        began=count_told(measure.whole, is_exact=measure.is_exact),
        finished=count_told(finished, is_exact=measure.is_exact),
        certified=count_told(count_of(Milestone.CERTIFIED, counts), is_exact=measure.is_exact),
        finished_percent=measure.percent(finished),
    )


# -- Lessons ------------------------------------------------------------------------------------------------------


def _lessons_of(
    course: Course, syllabus: Syllabus | None, learners: Learners, measure: Measure, *, first_month: date | None
) -> tuple[list[LessonFigures], list[LessonFigures]]:
    """Return the lessons of a course in order, and those that are not read any more; three queries."""
    rows = {str(row.translation_key): row for row in course.lessons.all()}
    counts = lesson_counts([row.pk for row in rows.values()], learners.facet, learners.value)
    added = _added_later(course, first_month=first_month)
    shown = []
    for number, step in _numbered_lessons(syllabus):
        if row := rows.pop(step.translation_key, None):
            facts: dict[str, Any] = {"number": number, "page_id": step.page_id, "language": step.language}
            facts |= {"planned_minutes": step.minutes, "is_optional": not step.is_required}
            opened, finished = counts.get(row.pk, (0, 0))
            shown.append(
                LessonFigures(
                    row.pk,
                    step.title,
                    **facts,
                    is_new=row.pk in added,
                    opened=measure.percent(opened),
                    finished=measure.percent(finished),
                )
            )
    retired = [
        LessonFigures(row.pk, row.title, opened=measure.percent(opened), finished=measure.percent(finished))
        for row in rows.values()
        for opened, finished in [counts.get(row.pk, (0, 0))]
        if opened
    ]
    return _with_changes(shown, measure), sorted(retired, key=lambda lesson: lesson.lesson_id)


def _numbered_lessons(syllabus: Syllabus | None) -> Iterator[tuple[str, Step]]:
    for module_number, module in enumerate(syllabus.modules if syllabus else (), start=1):
        for number, step in enumerate(module.steps, start=1):
            if step.kind == "lesson":
                yield f"{module_number}.{number}", step


def _added_later(course: Course, *, first_month: date | None) -> set[int]:
    """Return the lessons that were not asked for yet when the first people began; one query."""
    if first_month is None:
        return set()
    known: set[int] = set()
    later: set[int] = set()
    contracts = Contract.objects.filter(course=course).order_by("number")
    for lesson_ids, created_at in contracts.values_list("lesson_ids", "created_at"):
        if known and month_of(created_at) > first_month:
            later |= set(lesson_ids) - known
        known |= set(lesson_ids)
    return later


def _with_changes(lessons: Sequence[LessonFigures], measure: Measure) -> list[LessonFigures]:
    """Return the lessons with the change from each to the next of those that everybody was asked for."""
    before: int | None = 100
    changes: list[int | None] = []
    for lesson in lessons:
        change = None
        if lesson.is_compared:
            if lesson.finished is not None and before is not None:
                change = lesson.finished - before
            before = lesson.finished
        changes.append(change)
    is_enough = measure.whole >= LEAST
    fallen = rules.falls(changes, least=measure.least_fall) if is_enough else frozenset()
    return [
        replace(lesson, change=change, is_fall=place in fallen)
        for place, (lesson, change) in enumerate(zip(lessons, changes, strict=True))
    ]


def _passed_over(lessons: Sequence[LessonFigures], measure: Measure) -> list[PassedOver]:
    if measure.whole < LEAST:
        return []
    read = [lesson for lesson in lessons if not lesson.is_new]
    places = rules.passed_over([lesson.opened for lesson in read], least=max(2, measure.step or 0))
    return [PassedOver(read[place], read[place + 1]) for place in places]


# -- What is counted for everybody together -----------------------------------------------------------------------


def _of_everybody(
    course: Course, syllabus: Syllabus | None, lessons: Sequence[LessonFigures], *, is_exact: bool
) -> OfEverybody:
    days = days_to_complete(Facet.COURSE, values=[str(course.pk)]).get(str(course.pk), {})
    appeals = open_appeals_by("course", Course.objects.filter(pk=course.pk)).get(course.pk, 0)
    return OfEverybody(
        times=_times_of(lessons, is_exact=is_exact),
        quizzes=_quizzes_of(course, is_exact=is_exact),
        days=rules.quartiles(days),
        days_people=count_told(sum(days.values()), is_exact=is_exact),
        open_appeals=count_told(appeals, is_exact=is_exact),
        opinion=_opinion_of(syllabus, least=FEWEST if is_exact else LEAST),
    )


def _times_of(lessons: Sequence[LessonFigures], *, is_exact: bool) -> list[LessonTime]:
    minutes = minutes_by_lesson([lesson.lesson_id for lesson in lessons])
    found = []
    for lesson in lessons:
        histogram = minutes.get(lesson.lesson_id, {})
        quartiles = rules.quartiles(histogram)
        found.append(
            LessonTime(
                lesson,
                quartiles,
                people=count_told(sum(histogram.values()), is_exact=is_exact),
                pace=rules.pace(quartiles[1], lesson.planned_minutes) if quartiles else None,
            )
        )
    return found


def _quizzes_of(course: Course, *, is_exact: bool) -> list[QuizLine]:
    quizzes = list(course.quizzes.all())
    newest = newest_at(quizzes)
    hardest = hardest_questions(newest)
    return [_quiz_line(quiz, hardest.get(quiz.quiz_id), is_exact=is_exact) for quiz in figures_of(quizzes, newest)]


def _quiz_line(quiz: QuizFigures, hardest: HardestQuestion | None, *, is_exact: bool) -> QuizLine:
    measure = Measure(quiz.attempts, is_exact)
    line = QuizLine(quiz.quiz_id, quiz.title, count_told(quiz.attempts, is_exact=is_exact))
    if quiz.mean is None or quiz.passed_share is None:
        return line
    line = replace(line, passed=_share(quiz.passed_share, measure), mean=_share(quiz.mean, measure))
    told = _share(hardest.mean, Measure(hardest.answers, is_exact)) if hardest else None
    return replace(line, hardest=hardest.question, hardest_mean=told) if hardest and told is not None else line


def _share(fraction: float, measure: Measure) -> int | None:
    return measure.percent(round(fraction * measure.whole))


def _opinion_of(syllabus: Syllabus | None, *, least: int) -> Opinion | None:
    """Return what people said of the webinars that count as lessons of a course; None of fewer than so many."""
    keys = [step.translation_key for step in syllabus.lessons] if syllabus else []
    given = Feedback.objects.filter(registration__webinar__lesson_key__in=keys)
    found = given.aggregate(mean=Avg("useful"), people=Count("pk"))
    return Opinion(found["mean"], found["people"]) if found["people"] >= least else None
