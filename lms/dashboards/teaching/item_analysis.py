"""What the answers to a course's quizzes say about their questions, read from each learner's first attempt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import itemgetter, or_
from statistics import median
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Avg, Case, Count, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, NullIf
from django.utils.translation import get_language

from courses.assessments.models import Attempt, Question, Quiz, QuizPage, Response, Ruling
from courses.assessments.queries import live_uses, open_appeals_by
from courses.assessments.rules import percent_of
from courses.catalogue.models import Course
from lms.dashboards.teaching import rules
from lms.dashboards.teaching.queries import titles_of
from lms.dashboards.teaching.rules import Answer, ItemFigures, OptionFigures

MOST_ATTEMPTS = 1_000  # the newest; a correlation is then known to about 0.03, and more would not change what is said
# Points given to everybody say nothing of the question: there, what the answer had earned counts.
EARNED = Case(When(ruling__strategy=Ruling.Strategy.GIVE, then=F("first_fraction")), default=F("score_fraction"))
CHOICES = (Question.Kind.SINGLE, Question.Kind.MULTIPLE)


@dataclass(frozen=True)
class QuizFigures:
    """How first attempts at a quiz went. passed_share and mean are fractions, None under rules.LEAST_ANSWERS attempts."""

    quiz_id: int
    title: str
    attempts: int
    passed_share: float | None
    mean: float | None

    @property
    def passed_percent(self) -> int | None:
        return None if self.passed_share is None else percent_of(self.passed_share)

    @property
    def mean_percent(self) -> int | None:
        return None if self.mean is None else percent_of(self.mean)


@dataclass(frozen=True)
class OptionRow:
    """An option and how it was used."""

    text: str
    figures: OptionFigures
    is_flagged: bool

    @property
    def percent(self) -> int:
        return percent_of(self.figures.share)

    @property
    def rest_percent(self) -> int | None:
        return None if self.figures.rest is None else percent_of(self.figures.rest)


@dataclass(frozen=True)
class QuestionRow:
    """A question of a quiz and what its answers say.

    unknown: answers that chose an option the question no longer has; earlier: answers given to an earlier wording of it;
    is_asked: whether the quiz still asks it; open_appeals: against answers to it, waiting for a decision.
    """

    question: Question
    figures: ItemFigures
    options: tuple[OptionRow, ...]
    unknown: int
    earlier: int
    is_asked: bool
    open_appeals: int

    @property
    def percent(self) -> int | None:
        return None if self.figures.facility is None else percent_of(self.figures.facility)


@dataclass(frozen=True)
class HardestQuestion:
    """The question of a quiz that earned least. mean: of what answers to it earned, a fraction; answers: how many."""

    question: Question
    mean: float
    answers: int


def first_attempts(**among: Course | Quiz) -> QuerySet[Attempt]:
    """Return each learner's first attempt at each quiz; who took the course twice is counted by the first time alone.

    among: whose attempts are asked for, such as quiz=quiz; only those are looked through.
    """
    firsts = Attempt.objects.handed_in().filter(number=1)
    theirs = firsts.filter(quiz=OuterRef("quiz"), enrolment__learner=OuterRef("enrolment__learner"))
    before = Q(submitted_at__lt=OuterRef("submitted_at")) | Q(
        submitted_at=OuterRef("submitted_at"), pk__lt=OuterRef("pk")
    )
    return firsts.filter(~Exists(theirs.filter(before)), **among)


def newest_at(quizzes: Iterable[Quiz]) -> Q:
    """Return the condition that a first attempt is among the newest MOST_ATTEMPTS at one of these quizzes; one query.

    Several of one moment count as one, so they may be a few more.
    """
    handed_in = Attempt.objects.handed_in().filter(quiz=OuterRef("pk"), number=1).order_by("-submitted_at")
    last_of_them = Subquery(handed_in.values("submitted_at")[MOST_ATTEMPTS - 1 : MOST_ATTEMPTS])
    wanted = Quiz.objects.filter(pk__in=[quiz.pk for quiz in quizzes]).annotate(since=last_of_them)
    # With the moment beside each quiz an index finds them all: no attempt is read that is not wanted.
    return reduce(
        or_,
        (
            Q(quiz=pk, submitted_at__gte=since) if since else Q(quiz=pk)
            for pk, since in wanted.values_list("pk", "since")
        ),
        Q(pk=None),
    )


def quizzes_of(course: Course) -> list[QuizFigures]:
    """Return the figures of a course's quizzes, as figures_of; six queries."""
    quizzes = list(course.quizzes.all())
    return figures_of(quizzes, newest_at(quizzes))


def figures_of(quizzes: Sequence[Quiz], newest: Q) -> list[QuizFigures]:
    """Return the figures of the quizzes of a course, in its order; those no longer read and never tried are left out.

    newest: of newest_at. Four queries, however many attempts: all are counted, and the newest MOST_ATTEMPTS of each quiz
    are judged.
    """
    keys = [quiz.translation_key for quiz in quizzes]
    titles = titles_of(keys)
    pages = QuizPage.objects.filter(translation_key__in=keys, locale__language_code=settings.LANGUAGE_CODE)
    places = {key: place for place, key in enumerate(pages.order_by("path").values_list("translation_key", flat=True))}
    result = Cast(F("points"), FloatField()) / NullIf(F("points_possible"), 0)  # 0: rulings have removed every question
    sums = {
        row["quiz"]: row
        for row in first_attempts()
        .filter(newest)
        .values("quiz")
        .annotate(judged=Count("pk"), passed=Count("pk", filter=Q(has_passed=True)), mean=Avg(result))
        .order_by()
    }
    numbers = _numbers_of_first_attempts(quizzes, sums)
    in_order = sorted(quizzes, key=lambda quiz: (places.get(quiz.translation_key, len(places)), quiz.pk))
    return [
        _quiz_figures(
            quiz, titles.get(quiz.translation_key, quiz.title), sums.get(quiz.pk), number=numbers.get(quiz.pk, 0)
        )
        for quiz in in_order
        if quiz.pk in sums or quiz.translation_key in places
    ]


def _numbers_of_first_attempts(quizzes: Iterable[Quiz], judged: Mapping[int, Any]) -> dict[int, int]:
    """Return quiz id -> how many learners tried it. Where more than are judged have, those who came twice count twice."""
    large = [pk for pk, row in judged.items() if row["judged"] >= MOST_ATTEMPTS]
    counted = Attempt.objects.handed_in().filter(number=1, quiz__in=large).values_list("quiz")
    return {pk: row["judged"] for pk, row in judged.items()} | dict(counted.annotate(number=Count("*")).order_by())


def _quiz_figures(quiz: Quiz, title: str, sums: Mapping[str, Any] | None, *, number: int) -> QuizFigures:
    if sums is None or sums["judged"] < rules.LEAST_ANSWERS:
        return QuizFigures(quiz.pk, title, number, None, None)
    return QuizFigures(quiz.pk, title, number, sums["passed"] / sums["judged"], sums["mean"])


def hardest_questions(newest: Q) -> dict[int, HardestQuestion]:
    """Return quiz id -> the question of which answers in the newest first attempts earned least; two queries.

    newest: of newest_at.

    Translations of a question are one question; under rules.LEAST_ANSWERS answers nothing is said of one.
    """
    attempts = first_attempts().filter(newest)
    asked = Response.objects.filter(attempt__in=attempts.values("pk")).annotate(earned=EARNED).order_by()
    rows = asked.values_list("attempt__quiz", "question__translation_key").annotate(mean=Avg("earned"), n=Count("pk"))
    found: dict[int, tuple[float, int, UUID]] = {}
    for quiz_id, key, mean, answers in rows:
        if answers >= rules.LEAST_ANSWERS:
            found[quiz_id] = min(found.get(quiz_id, (2.0, 0, key)), (mean, answers, key))
    questions = _in_readers_language(key for _mean, _answers, key in found.values())
    return {quiz_id: HardestQuestion(questions[key], mean, answers) for quiz_id, (mean, answers, key) in found.items()}


def questions_of(quiz: Quiz) -> list[QuestionRow]:
    """Return the questions of a quiz, as asked and then those it asked before, with what first attempts say of them.

    Translations of a question are one question. The newest MOST_ATTEMPTS attempts are read, one after another; five
    queries.
    """
    answers, earlier = _answers_to(quiz)
    uses = live_uses().filter(page__translation_key=quiz.translation_key).order_by("page__locale", "sort_order")
    asked = list(dict.fromkeys(uses.values_list("question__translation_key", flat=True)))
    keys = [*asked, *(key for key in answers if key not in asked)]
    questions = _in_readers_language(keys)
    appeals = open_appeals_by("translation_key", Course.objects.filter(pk=quiz.course_id))
    return [
        _question_row(
            questions[key],
            answers.get(key, []),
            earlier=earlier.get(key, 0),
            is_asked=key in asked,
            open_appeals=appeals.get(key, 0),
        )
        for key in keys
    ]


def median_minutes(quiz: Quiz) -> float | None:
    """Return the minutes from opening to handing in, of half the first attempts fewer; None under rules.LEAST_ANSWERS.

    Of the newest MOST_ATTEMPTS whose opening was noted; one query.
    """
    timed = first_attempts(quiz=quiz).filter(opened_at__isnull=False).order_by("-submitted_at", "-pk")
    moments = timed.values_list("opened_at", "submitted_at")[:MOST_ATTEMPTS]
    taken = [
        (submitted_at - opened_at).total_seconds() / 60
        for opened_at, submitted_at in moments
        if opened_at and submitted_at
    ]
    return median(taken) if len(taken) >= rules.LEAST_ANSWERS else None


def _question_row(
    question: Question, answers: Sequence[Answer], *, earlier: int, is_asked: bool, open_appeals: int
) -> QuestionRow:
    options = question.item.get("options", []) if question.kind in CHOICES else []
    figures = rules.analyse(answers, {option["id"]: option["is_correct"] for option in options})
    texts = {option["id"]: option["text"] for option in options}
    flagged = {flag.option_id for flag in figures.flags}
    return QuestionRow(
        question=question,
        figures=figures,
        options=tuple(
            OptionRow(texts[option.option_id], option, option.option_id in flagged) for option in figures.options
        ),
        unknown=sum(not answer.chosen <= texts.keys() for answer in answers) if texts else 0,
        earlier=earlier,
        is_asked=is_asked,
        open_appeals=open_appeals,
    )


def _answers_to(quiz: Quiz) -> tuple[dict[UUID, list[Answer]], dict[UUID, int]]:
    """Return translation key -> answers, and translation key -> how many of them were to an earlier wording."""
    newest = first_attempts(quiz=quiz).order_by("-submitted_at", "-pk").values("pk")[:MOST_ATTEMPTS]
    responses = Response.objects.filter(attempt__in=newest)
    # Questions are wide rows: read once each, not joined to every answer.
    asked = Question.objects.filter(pk__in=responses.order_by().values("question"))
    known = asked.values_list("pk", "translation_key", "kind", "live_revision_id")
    facts = {pk: (key, kind, live_revision_id) for pk, key, kind, live_revision_id in known}
    columns = ("attempt_id", "question_id", "earned", "answer", "revision_id")
    rows = responses.annotate(earned=EARNED).order_by("attempt_id", "position").values_list(*columns)
    answers: dict[UUID, list[Answer]] = defaultdict(list)
    earlier: dict[UUID, int] = defaultdict(int)
    for _attempt, of_attempt in groupby(rows.iterator(), key=itemgetter(0)):
        given = list(of_attempt)
        rests = rules.rests([score for _id, _question, score, _answer, _revision in given])
        for (_id, question_id, score, answer, revision_id), rest in zip(given, rests, strict=True):
            key, kind, live_revision_id = facts[question_id]
            answers[key].append(Answer(score, rest, _chosen(answer) if kind in CHOICES else frozenset()))
            earlier[key] += revision_id != live_revision_id
    return answers, earlier


def _chosen(answer: Any) -> frozenset[str]:
    given = [answer] if isinstance(answer, str) else answer
    return frozenset(choice for choice in given if isinstance(choice, str)) if isinstance(given, list) else frozenset()


def _in_readers_language(keys: Iterable[UUID]) -> dict[UUID, Question]:
    """Return the question of each translation key in the reader's language, else in the first, else in any."""
    preferred = [settings.LANGUAGE_CODE, get_language()]
    found: dict[UUID, Question] = {}
    questions = Question.objects.filter(translation_key__in=list(keys)).select_related("locale")
    for question in sorted(questions, key=lambda one: _rank(one.locale.language_code, preferred)):
        found[question.translation_key] = question
    return found


def _rank(language: str, preferred: Sequence[str | None]) -> int:
    return max((place + 1 for place, wanted in enumerate(preferred) if wanted == language), default=0)
