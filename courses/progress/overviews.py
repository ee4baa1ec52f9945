"""What the learner's own pages show: where they stand in a course, all their courses, a marked quiz."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page

from courses.assessments.exhibits import Exhibit, exhibit_of
from courses.assessments.models import Appeal, Attempt, QuizPage, Response, Ruling
from courses.assessments.queries import Asked, asked_in, attempts_left, standing_in
from courses.assessments.reviews import Review, review_of
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import Person, enrolments_of
from courses.lessons.queries import Sources, sources_in
from courses.progress import queries
from courses.progress.models import Completion
from courses.progress.queries import Step, Syllabus, SyllabusModule

# -- A lesson or quiz in its course -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a lesson or quiz stands in its course, and what this reader has done of the course.

    number: such as "2.3", the third step of the second module; empty if the syllabus does not list the page.
    """

    syllabus: Syllabus
    module: SyllabusModule | None
    number: str
    step: Step | None
    previous: Step | None
    following: Step | None

    @property
    def enrolment(self) -> Enrolment | None:
        return self.syllabus.enrolment

    @property
    def is_completed(self) -> bool:
        return self.enrolment is not None and self.enrolment.state == Enrolment.State.COMPLETED

    @property
    def trail(self) -> list[tuple[str, str]]:
        """Return what stands above the page, as crumbs."""
        trail = [(self.syllabus.url, self.syllabus.title)]
        return [*trail, (self.module.url, self.module.title)] if self.module else trail


def place_of(page: Page, enrolment: Enrolment | None) -> Place:
    """Return where a page stands in its course; three queries for a learner, one for anybody else."""
    key = str(page.translation_key)
    syllabus = queries.syllabus_around(page) or Syllabus(title="", url="", modules=())
    if enrolment:
        record = queries.records_of([enrolment])[enrolment.pk]
        syllabus = queries.ticked(syllabus, enrolment, record, current_key=key)
    here = next((n for n, step in enumerate(syllabus.steps) if step.translation_key == key), None)
    if here is None:
        return Place(syllabus=syllabus, module=None, number="", step=None, previous=None, following=None)
    step = syllabus.steps[here]
    number, module = syllabus.numbered(step)
    return Place(
        syllabus=syllabus,
        module=module,
        number=number,
        step=step,
        previous=syllabus.steps[here - 1] if here else None,
        following=syllabus.steps[here + 1] if here + 1 < len(syllabus.steps) else None,
    )


# -- All of somebody's courses ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LearnersCourse:
    """A course that somebody is enrolled in: what it holds, what they have done, what is missing."""

    enrolment: Enrolment
    syllabus: Syllabus
    completion: Completion | None = None
    page_id: int | None = None

    @property
    def is_offered(self) -> bool:
        """Say whether the course can still be opened."""
        return bool(self.syllabus.url)


@dataclass(frozen=True)
class Learning:
    """Everything somebody is learning: what they are in the middle of, the other courses, those completed."""

    current: LearnersCourse | None
    under_way: tuple[LearnersCourse, ...]
    completed: tuple[LearnersCourse, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.current or self.under_way or self.completed)


def learning_of(person: Person) -> Learning:
    """Return what somebody is learning, the course last touched first; the same few queries for two courses or twenty."""
    enrolments = list(
        enrolments_of(person)
        .exclude(state=Enrolment.State.WITHDRAWN)
        .select_related("completion")
        .order_by("-last_active_on", "-enrolled_at")
    )
    pages = _course_pages(enrolments)
    syllabuses = queries.syllabuses_of(pages.values())
    records = queries.records_of(enrolments)
    courses = []
    for enrolment in enrolments:
        page, record = pages.get(enrolment.pk), records[enrolment.pk]
        away = Syllabus(title=enrolment.contract.title, url="", modules=())
        syllabus = syllabuses.get(page.pk, away) if page else away
        resumed = queries.ticked(syllabus, enrolment, record, current_key=queries.resume_key(enrolment))
        ahead = resumed.next_step  # in a list, the place to go on is what comes next, not what was open last
        courses.append(
            LearnersCourse(
                enrolment=enrolment,
                syllabus=queries.ticked(
                    syllabus, enrolment, record, current_key=ahead.translation_key if ahead else ""
                ),
                completion=getattr(enrolment, "completion", None),
                page_id=page.pk if page else None,
            )
        )
    under_way = [course for course in courses if not course.completion]
    current = next((course for course in under_way if course.syllabus.next_step), None)
    return Learning(
        current=current,
        under_way=tuple(course for course in under_way if course is not current),
        completed=tuple(course for course in courses if course.completion),
    )


def _course_pages(enrolments: list[Enrolment]) -> dict[int, CoursePage]:
    """Return each enrolment's course page in the language of the page being made, of the enrolment, or any; one query."""
    keys = [enrolment.run.course.translation_key for enrolment in enrolments]
    found: dict[Any, dict[str, CoursePage]] = {}
    for page in CoursePage.objects.live().filter(translation_key__in=keys).select_related("locale"):
        found.setdefault(page.translation_key, {})[page.locale.language_code] = page
    pages = {}
    for enrolment in enrolments:
        versions = found.get(enrolment.run.course.translation_key, {})
        preferred = [get_language(), enrolment.language, settings.LANGUAGE_CODE, *versions]
        page = next((versions[code] for code in preferred if code in versions), None)
        if page:
            pages[enrolment.pk] = page
    return pages


# -- A quiz, marked -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MarkedQuestion:
    """A question as it was asked and answered. points: earned; said: what its author says to this answer.

    own_fraction: what the answer is worth by its key, whatever points everybody was given.

    ruling: by which it was marked, if one was made; appeal: what its learner has told the course's team of the mark.
    """

    response: Response
    number: int
    kind: str
    stem: str
    exhibit: Exhibit | None
    review: Review
    points: float
    points_possible: int
    own_fraction: float
    is_open: bool
    said: str
    ruling: Ruling | None = None
    appeal: Appeal | None = None

    @property
    def is_removed(self) -> bool:
        return self.response.is_removed

    @property
    def may_be_appealed(self) -> bool:
        lacks_points = self.points < self.points_possible
        return self.appeal is None and lacks_points and not (self.is_removed or self.is_open)

    @property
    def is_right(self) -> bool:
        """Say whether the answer is right; points given to everybody do not make it so."""
        return self.own_fraction == 1

    @property
    def is_partly_right(self) -> bool:
        return 0 < self.own_fraction < 1


@dataclass(frozen=True)
class MarkedQuiz:
    """A marked attempt with everything its page says.

    questions: none while they must not be shown yet; left: how many more attempts may be begun, None without a limit;
    sources: what is cited in what is said to the answers.
    """

    attempt: Attempt
    page: QuizPage | None
    place: Place | None
    questions: tuple[MarkedQuestion, ...]
    shows: bool
    left: int | None
    sources: Sources

    @property
    def title(self) -> str:
        return self.page.title if self.page else self.attempt.quiz.title

    @property
    def open_count(self) -> int:
        return sum(question.is_open for question in self.questions)

    @property
    def may_try_again(self) -> bool:
        return self.page is not None and self.left != 0


def marked_attempt(attempt: Attempt) -> MarkedQuiz:
    """Return a marked attempt, its questions as they stood when it was begun."""
    page = _quiz_page(attempt)
    left = attempts_left(attempt.enrolment, page, max_attempts=page.deciding.max_attempts) if page else 0
    shows = page is None or left == 0 or page.deciding.feedback == QuizPage.Feedback.AT_ONCE
    if page and not shows:
        standing = standing_in(attempt.enrolment, page)
        shows = standing is not None and standing.passed_at is not None
    asked = asked_in(attempt) if shows else []
    rulings = Ruling.objects.select_related("revision").in_bulk({one.response.ruling_id for one in asked} - {None})
    appeals = {appeal.response_id: appeal for appeal in Appeal.objects.filter(response__attempt=attempt)}
    questions = [
        marked_question(one, ruling=rulings.get(one.response.ruling_id or 0), appeal=appeals.get(one.response.pk))
        for one in asked
    ]
    return MarkedQuiz(
        attempt=attempt,
        page=page,
        place=place_of(page, attempt.enrolment) if page else None,
        questions=tuple(questions),
        shows=shows,
        left=left,
        sources=sources_in(question.said for question in questions),
    )


def marked_question(asked: Asked, *, ruling: Ruling | None = None, appeal: Appeal | None = None) -> MarkedQuestion:
    """Return a question as it was asked, beside the key that its mark was made with."""
    question, response = asked.question, asked.response
    keyed = question
    if ruling and ruling.revision and ruling.strategy == Ruling.Strategy.NEW_KEY:
        by_ruling = response.question.at(ruling.revision)
        keyed = by_ruling if by_ruling.kind == question.kind else question
    is_given = ruling is not None and ruling.strategy == Ruling.Strategy.GIVE
    own_fraction = (response.first_fraction or 0.0) if is_given else response.score_fraction
    return MarkedQuestion(
        response=response,
        number=response.position + 1,
        kind=question.kind,
        stem=question.stem,
        exhibit=exhibit_of(question.kind, question.item),
        review=review_of(keyed.kind, keyed.item, response.answer),
        points=response.score_fraction * response.points,
        points_possible=response.points,
        own_fraction=own_fraction,
        is_open=not response.answer,
        said=keyed.feedback_right if own_fraction == 1 else keyed.feedback_wrong,
        ruling=ruling,
        appeal=appeal,
    )


def _quiz_page(attempt: Attempt) -> QuizPage | None:
    """Return the quiz's page in the language of the page being made, else in any."""
    versions = {
        page.locale.language_code: page
        for page in QuizPage.objects.live()
        .filter(translation_key=attempt.quiz.translation_key)
        .select_related("locale")
    }
    preferred = [get_language(), attempt.enrolment.language, settings.LANGUAGE_CODE, *versions]
    return next((versions[code] for code in preferred if code in versions), None)
