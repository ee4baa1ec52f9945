from datetime import UTC, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from courses.catalogue.models import Course
from courses.enrolment.errors import CannotWithdraw, DetailsMissing, NothingToStudy
from courses.enrolment.models import Contract, CourseRun, Enrolment
from courses.enrolment.queries.subjects import locked_subject
from courses.enrolment.rules import Terms
from courses.enrolment.services.contracts import contract_for
from lms.access.queries.circumstances import circumstances_of
from lms.access.services.seats import give_up_seat
from lms.accounts.models import User
from lms.measures.models import Milestone
from lms.measures.services import record_milestone

State = Enrolment.State


@transaction.atomic
def enrol_learner(
    learner: User, course: Course, terms: Terms, *, language: str, now: datetime, cohort: CourseRun | None = None
) -> Enrolment:
    """Enrol a learner in a cohort, or at their own pace where none is named; a second call returns the first enrolment.

    Whoever studies the course already goes on in the cohort with the enrolment they have, and whoever had withdrawn
    comes back with their progress kept, under today's terms. Only who has completed the course begins it anew in a
    cohort. Raises DetailsMissing, NothingToStudy.
    """
    if not learner.has_enrolment_details:
        raise DetailsMissing(
            _("Give your name and country of work first; the certificate and the statistics need them.")
        )
    if not (terms.lesson_ids or terms.quiz_ids):
        raise NothingToStudy(_("This course has no lessons yet. Come back when its authors have published some."))
    # One enrolment at a time, so that a click and a seat do not make two.
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if cohort is None and (studied := _studied(learner, course)):
        return studied
    run = cohort or _self_paced_run(course)
    contract = contract_for(course, terms)
    enrolment = _to_go_on_with(learner, run)
    if enrolment is None:
        enrolment = Enrolment.objects.create(
            learner=learner,
            run=run,
            contract=contract,
            country=str(learner.country),
            language=language,
            enrolled_at=now,
            last_active_on=now.date(),
            **circumstances_of([learner], now=now)[learner.pk],
        )
        record_milestone(Milestone.ENROLLED, enrolment.subject, at=now)
        return enrolment
    _move(enrolment, run)
    if enrolment.state == State.WITHDRAWN:
        _return_to_course(enrolment, contract, now=now)
    return enrolment


def _studied(learner: User, course: Course) -> Enrolment | None:
    mine = Enrolment.objects.select_related("run", "contract").filter(learner=learner, run__course=course)
    return mine.exclude(state=State.WITHDRAWN).order_by("state", "-enrolled_at").first()


def _to_go_on_with(learner: User, run: CourseRun) -> Enrolment | None:
    """Return the enrolment in the run itself, else the one in the course that is not completed."""
    mine = Enrolment.objects.select_related("run", "contract").filter(learner=learner, run__course=run.course_id)
    found = list(mine.order_by("-enrolled_at", "-pk"))
    in_run = next((one for one in found if one.run_id == run.pk), None)
    return in_run or next((one for one in found if one.state != State.COMPLETED), None)


def _self_paced_run(course: Course) -> CourseRun:
    return CourseRun.objects.get_or_create(course=course, kind=CourseRun.Kind.SELF_PACED)[0]


def _move(enrolment: Enrolment, run: CourseRun) -> None:
    """Let an enrolment go on in another run: progress, contract and all."""
    if enrolment.run_id == run.pk:
        return
    if run.kind == CourseRun.Kind.SELF_PACED:
        enrolment.was_self_paced = False
    elif enrolment.run.kind == CourseRun.Kind.SELF_PACED:
        enrolment.was_self_paced = enrolment.state == State.ACTIVE
    enrolment.run = run
    enrolment.save(update_fields=["run", "was_self_paced"])


def _return_to_course(enrolment: Enrolment, contract: Contract, *, now: datetime) -> None:
    withdrawn = Enrolment.objects.filter(pk=enrolment.pk, state=State.WITHDRAWN)
    if withdrawn.update(state=State.ACTIVE, contract=contract, last_active_on=now.date()):
        # Leaving was the last thing they did; it is taken back in the month in which it was counted.
        left_at = datetime.combine(enrolment.last_active_on or now.date(), time(tzinfo=UTC))
        record_milestone(Milestone.WITHDRAWN, locked_subject(enrolment.pk), at=left_at, count=-1)
    enrolment.refresh_from_db()


@transaction.atomic
def withdraw_learner(enrolment: Enrolment, *, now: datetime) -> None:
    """Take a learner out of a course; what they did is kept for their return. A second call changes nothing.

    Raises CannotWithdraw if the course is complete.
    """
    active = Enrolment.objects.filter(pk=enrolment.pk, state=State.ACTIVE)
    if active.update(state=State.WITHDRAWN, last_active_on=now.date()):
        record_milestone(Milestone.WITHDRAWN, locked_subject(enrolment.pk), at=now)
    enrolment.refresh_from_db()
    if enrolment.state == State.COMPLETED:
        raise CannotWithdraw(_("You have completed this course; it stays in your record."))
    if enrolment.run.pool_id is not None:
        give_up_seat(enrolment.run.pool_id, enrolment.learner, now=now)


@transaction.atomic
def leave_cohort(enrolment_id: int, *, now: datetime) -> None:
    """Take a learner out of a cohort in which they have no seat any more.

    Whoever had studied at their own pace before goes on so; others are withdrawn. Nothing that they did is lost, and a
    completed course is left as it is.
    """
    enrolment = Enrolment.objects.select_related("run__course", "learner").get(pk=enrolment_id)
    User.objects.select_for_update(no_key=True).get(pk=enrolment.learner_id)
    enrolment.refresh_from_db(fields=["state", "was_self_paced"])
    if enrolment.state != State.ACTIVE:
        return
    if enrolment.was_self_paced:
        _move(enrolment, _self_paced_run(enrolment.run.course))
    else:
        withdraw_learner(enrolment, now=now)
