from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from courses.assessments.models import Question, QuizPage
from courses.assessments.queries import live_uses_in


@dataclass(frozen=True)
class Stock:
    """What a quiz draws its questions from.

    revisions: question id -> the revision that is asked; pools: question id -> name of its pool, or ""; draws: name of a
    pool -> how many.
    """

    questions: Sequence[Question]
    revisions: Mapping[int, int]
    pools: Mapping[int, str]
    draws: Mapping[str, int]


def stock_of(page: QuizPage) -> Stock:
    """Return what attempts at a quiz are drawn from today, each question with a revision, in order."""
    uses = list(live_uses_in(page))
    draws = {pool.name: pool.draws for pool in page.pools.all()} if any(use.pool for use in uses) else {}
    questions = [use.question for use in uses]
    ensure_revisions(questions)
    revisions = {question.pk: question.live_revision_id or 0 for question in questions}
    return Stock(questions, revisions, {use.question_id: use.pool if use.pool in draws else "" for use in uses}, draws)


def ensure_revisions(questions: Iterable[Question]) -> None:
    """Give each question a revision, so that what asks it can be shown for ever as it is."""
    for question in questions:
        if question.live_revision_id is None:  # published by code that keeps no revisions
            revision = Question.objects.get(pk=question.pk).save_revision(changed=False, clean=False)
            Question.objects.filter(pk=question.pk).update(live_revision=revision)
            question.live_revision_id = revision.pk
