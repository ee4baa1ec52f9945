"""Questions that went wrong are put right: a ruling is made once, and each attempt is then marked again by it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from wagtail.actions.unpublish import UnpublishAction

from courses.assessments import queries, rules
from courses.assessments.errors import AlreadyDecided, NothingToRule
from courses.assessments.models import Appeal, Attempt, Question, QuizStanding, Response, Ruling
from courses.assessments.services.appeals import decide
from courses.assessments.signals import ruling_made
from courses.enrolment.models import Enrolment
from lms.accounts.models import User
from lms.lib.events import announce
from lms.measures.models import Milestone
from lms.measures.services import record_milestone

Strategy = Ruling.Strategy
RULED = ("ruling", "first_fraction", "is_removed")  # what a ruling writes to a response, beside its score
SETTLED_AFTER = timedelta(minutes=5)  # no handing in that had read the rulings before this one is still under way


@transaction.atomic
def make_ruling(question: Question, strategy: str, *, reason: str, by: User, now: datetime) -> Ruling:
    """Decide how the answers to a question are put right. Attempts are marked again after the commit, one by one.

    Giving points and removing hold for the question in every language; a key is proven in its own. Raises NothingToRule.
    """
    rulings = [
        Ruling(question=one, strategy=strategy, revision_id=revision_id, reason=reason, decided_by=by, decided_at=now)
        for one in (question, *(() if strategy == Strategy.NEW_KEY else question.get_translations()))
        if (revision_id := one.live_revision_id or _last_revision_asked(one)) or one == question
    ]
    ruling = rulings[0]
    asked = Response.objects.filter(question=question)
    if strategy == Strategy.NEW_KEY and not (question.live and asked.filter(queries.covered_by(ruling)).exists()):
        raise NothingToRule(
            _("Nobody was asked an earlier version of this question. Mend it and have it published, then mark again.")
        )
    if not asked.exists():
        raise NothingToRule(_("Nobody has been asked this question yet. Mend it in the question bank instead."))
    for one in rulings:
        one.save()
        announce(ruling_made, sender=Ruling, ruling_id=one.pk)
        if strategy == Strategy.REMOVE:
            # Whoever teaches the course decides this; publishing is otherwise an editor's.
            UnpublishAction(one.question, user=by).execute(skip_permission_checks=True)
    return ruling


@transaction.atomic
def uphold_appeal(appeal: Appeal, strategy: str, *, answer: str, by: User, now: datetime) -> Ruling:
    """Agree with a learner: a ruling on the question, with the answer as its reason. Raises NothingToRule, AlreadyDecided."""
    response = appeal.response
    ruling = make_ruling(response.question, strategy, reason=answer, by=by, now=now)
    if not ruling.covers(response.revision_id):
        raise NothingToRule(_("This answer was given to the question as it now stands. Publish the mended one first."))
    if strategy == Strategy.NEW_KEY and ruled_fraction(response, ruling) <= response.score_fraction:
        raise NothingToRule(_("By the question as it now stands this answer earns no more than it has."))
    if not decide(appeal, answer=answer, ruling=ruling, by=by, now=now):
        raise AlreadyDecided(_("This appeal was decided meanwhile."))
    return ruling


def _last_revision_asked(question: Question) -> int | None:
    return Response.objects.filter(question=question).aggregate(last=Max("revision"))["last"]


def mark_by_ruling(response: Response, ruling: Ruling) -> None:
    """Set what a response earns by a ruling; what it had earned before the first one is kept. Nothing is saved."""
    if response.first_fraction is None:
        response.first_fraction = response.score_fraction
    response.ruling = ruling
    response.is_removed = ruling.strategy == Strategy.REMOVE
    response.score_fraction = ruled_fraction(response, ruling)


def ruled_fraction(response: Response, ruling: Ruling) -> float:
    """Return what an answer earns by a ruling; taken out of its attempt, it still shows what it had earned."""
    match ruling.strategy:
        case Strategy.GIVE:
            return 1.0
        case Strategy.NEW_KEY if ruling.revision and response.answer:
            question = response.question.at(ruling.revision)
            return rules.mark(question.kind, question.item, response.answer).score
        case Strategy.NEW_KEY:
            return 0.0  # left open
    return response.score_fraction if response.first_fraction is None else response.first_fraction


@transaction.atomic
def mark_again(enrolment: Enrolment, attempt: Attempt, *, now: datetime) -> bool:
    """Mark an attempt that was handed in by the rulings on its questions; say whether its quiz is now passed by that.

    A second call changes nothing. An attempt that had passed keeps its result where the new one is lower, and the best
    result of the quiz never falls. The caller holds the enrolment's lock.
    """
    responses = [asked.response for asked in queries.asked_in(attempt)]
    rulings = queries.rulings_over(responses)
    waiting = [one for one in responses if one.pk in rulings and one.ruling_id != rulings[one.pk].pk]
    if not waiting:
        return False
    was = {one.pk: (one.is_removed, one.score_fraction) for one in waiting}
    for response in waiting:
        mark_by_ruling(response, rulings[response.pk])
    Response.objects.bulk_update(waiting, ["score_fraction", *RULED])
    before = rules.Result(attempt.points, attempt.points_possible)
    result = rules.after_ruling(before, rules.result_of(responses), had_passed=attempt.has_passed)
    mark = min(attempt.pass_mark_percent, enrolment.contract.mark_asked_of(attempt.quiz_id))
    passes = not attempt.has_passed and result.passes(mark)
    attempt.points, attempt.points_possible = result.points, result.possible
    attempt.has_passed = attempt.has_passed or passes
    attempt.save(update_fields=["points", "points_possible", "has_passed"])
    changed = [one for one in waiting if was[one.pk] != (one.is_removed, one.score_fraction)]
    _count((rulings[one.pk].pk for one in changed), passes=passes)
    raised = [one.pk for one in changed if (one.is_removed, one.score_fraction) > was[one.pk]]
    _uphold_appeals({pk: rulings[pk] for pk in raised})
    return _raise_standing(enrolment, attempt, now=now)


def _raise_standing(enrolment: Enrolment, attempt: Attempt, *, now: datetime) -> bool:
    standing = QuizStanding.objects.get(enrolment=enrolment, quiz=attempt.quiz_id)
    passes = standing.passed_at is None and attempt.has_passed
    standing.best_fraction = max(standing.best_fraction, attempt.score_fraction)
    if passes:
        standing.passed_at = now
        record_milestone(Milestone.PASSED, enrolment.subject, at=now)
    standing.save(update_fields=["best_fraction", "passed_at"])
    return passes


def _count(ruling_ids: Iterable[int], *, passes: bool) -> None:
    """Note with each ruling what it changed, in the transaction that changes it; in one order, so that none waits in a ring."""
    counts = sorted(Counter(ruling_ids).items())
    for place, (ruling_id, number) in enumerate(counts, start=1):
        Ruling.objects.filter(pk=ruling_id).update(
            responses_changed=F("responses_changed") + number,
            attempts_passed=F("attempts_passed") + int(passes and place == len(counts)),
        )


def _uphold_appeals(ruling_by_response: Mapping[int, Ruling]) -> None:
    """Uphold what was still open against answers that a ruling on somebody else's appeal has raised."""
    if not ruling_by_response:
        return
    for appeal in Appeal.objects.filter(response__in=ruling_by_response, state=Appeal.State.OPEN):
        ruling = ruling_by_response[appeal.response_id]
        decide(appeal, answer=ruling.reason, ruling=ruling, by=ruling.decided_by, now=ruling.decided_at)


def settle_ruling(ruling: Ruling, *, now: datetime) -> bool:
    """Note that a ruling is applied, if nothing is left to be marked by it nor can come to be; say whether that is so."""
    if now < ruling.decided_at + SETTLED_AFTER or queries.attempts_awaiting(ruling).exists():
        return False
    return bool(queries.unapplied_rulings().filter(pk=ruling.pk).update(applied_at=now))
