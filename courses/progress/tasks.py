from functools import partial

from celery import shared_task
from django.utils import timezone

from courses.assessments.models import Ruling
from courses.assessments.queries import attempts_awaiting, overdue_attempts, unapplied_rulings
from courses.assessments.services import settle_ruling
from courses.enrolment.queries.cohorts import cohorts, cohorts_to_follow
from courses.progress import services
from courses.progress.cohorts.services import follow_seats
from courses.progress.queries import attended_and_not_done
from lms.lib.sweeps import one_by_one

MOST_AT_ONCE = 1000  # the rest a minute later
MARKED_AT_ONCE = 500  # attempts, so that a task ends well within its time


@shared_task(ignore_result=True)
def recount_course(course_id: int) -> None:
    services.recount_course(course_id, clock=timezone.now)


@shared_task(ignore_result=True)
def publish_missed_terms() -> None:
    """The sweep, each quarter of an hour: a process may die between a publication and its events, or a message be lost."""
    for course_id in services.publish_missed_terms(now=timezone.now()):
        recount_course.delay(course_id)


@shared_task(ignore_result=True)
def hand_in_overdue_attempts() -> None:
    """Hand in, as they were saved, the attempts whose time is up; each in a transaction of its own."""
    attempts = overdue_attempts(now=timezone.now()).select_related("enrolment")[:MOST_AT_ONCE]
    one_by_one(attempts, services.hand_in_overdue, failed="Attempt %s is overdue and could not be handed in.")


@shared_task(ignore_result=True)
def enrol_learners_of_pool(pool_id: int) -> None:
    """Let enrolments and charges follow the seats of a cohort; of a pool that is none's, do nothing."""
    for run in cohorts().filter(pool=pool_id):
        follow_seats(run, now=timezone.now())


@shared_task(ignore_result=True)
def enrol_seated_learners() -> None:
    """Each minute: the sweep for seats that no enrolment or charge has followed, or whose enrolment has outlived them."""
    now = timezone.now()
    runs = cohorts_to_follow(now=now)[:MOST_AT_ONCE]
    one_by_one(runs, partial(follow_seats, now=now), failed="The seats of cohort %s could not be followed.")


@shared_task(ignore_result=True)
def record_attended_lessons() -> None:
    """Each minute, and when attendance is fixed: let lessons be done by who attended the webinar that counts as them."""
    one_by_one(
        attended_and_not_done(at_most=MOST_AT_ONCE),
        lambda due: services.record_attended(*due, now=timezone.now()),
        failed="The attended lesson %s could not be recorded.",
    )


@shared_task(ignore_result=True)
def apply_ruling(ruling_id: int, after: int = 0) -> None:
    """Mark attempts again by a ruling, those after one of this id; it rings for itself until it has seen all."""
    ruling = unapplied_rulings().filter(pk=ruling_id).first()
    if ruling and (last := _mark_some_again(ruling, after=after)):
        apply_ruling.delay(ruling_id, last)


@shared_task(ignore_result=True)
def apply_waiting_rulings() -> None:
    """Mark again what a lost message, a dead worker or a form that was under way has left."""
    for ruling in unapplied_rulings()[:MOST_AT_ONCE]:
        _mark_some_again(ruling)
        settle_ruling(ruling, now=timezone.now())


def _mark_some_again(ruling: Ruling, *, after: int = 0) -> int | None:
    """Mark the next attempts, each in a transaction of its own; return the last one's id if there may be more."""
    waiting = attempts_awaiting(ruling).filter(pk__gt=after).order_by("pk")
    chunk = list(waiting.values_list("pk", flat=True)[:MARKED_AT_ONCE])
    failed = f"Attempt %s could not be marked again by ruling {ruling.pk}."
    one_by_one(chunk, lambda attempt_id: services.mark_attempt_again(attempt_id, now=timezone.now()), failed=failed)
    return chunk[-1] if len(chunk) == MARKED_AT_ONCE else None
