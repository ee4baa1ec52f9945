"""Appeals as those who decide them see them: the answer and the key, and nothing of whose answer it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.assessments.models import Appeal, Question, Response, Ruling
from courses.assessments.queries import Asked
from courses.assessments.reviews import Review, review_of
from courses.assessments.rules import mark
from courses.progress.overviews import MarkedQuestion, marked_question
from lms.dashboards.teaching.queries import titles_of


@dataclass(frozen=True)
class AppealRow:
    """An appeal and what it is about: the question as it was asked, with the answer and its mark."""

    appeal: Appeal
    quiz: str
    question: MarkedQuestion

    @property
    def language(self) -> str:
        return self.appeal.response.question.locale.language_code


@dataclass(frozen=True)
class AsItStands:
    """A question that has changed since it was asked, and what the answer would earn by its key of today."""

    stem: str
    review: Review
    points: float


def appeal_rows(appeals: Iterable[Appeal]) -> list[AppealRow]:
    """Return what is shown of appeals as courses.assessments.queries.appeals_in reads them; one query more."""
    appeals = list(appeals)
    quizzes = [appeal.response.attempt.quiz for appeal in appeals]
    titles = titles_of(quiz.translation_key for quiz in quizzes)
    return [
        AppealRow(
            appeal=appeal,
            quiz=titles.get(quiz.translation_key, quiz.title),
            question=marked_question(
                Asked(appeal.response, appeal.response.question.at(appeal.response.revision)),
                ruling=appeal.response.ruling,
                appeal=appeal,
            ),
        )
        for appeal, quiz in zip(appeals, quizzes, strict=True)
    ]


def as_it_stands(response: Response) -> AsItStands | None:
    """Return the question of a response as it is asked today; None if that is how it was asked, or it is not any more."""
    question = response.question
    is_changed = question.live and response.revision_id != question.live_revision_id
    if not is_changed or question.kind != question.at(response.revision).kind:
        return None
    fraction = mark(question.kind, question.item, response.answer).score if response.answer else 0.0
    review = review_of(question.kind, question.item, response.answer)
    return AsItStands(stem=question.stem, review=review, points=fraction * response.points)


def rulings_on(question: Question) -> list[Ruling]:
    """Return the rulings made on a question, the newest first."""
    return list(question.rulings.select_related("decided_by").order_by("-pk"))


def attempts_that_asked(question: Question) -> int:
    """Return how many attempts handed in have asked a question, in its language."""
    return question.responses.filter(attempt__submitted_at__isnull=False).count()
