from dataclasses import asdict
from datetime import UTC, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from courses.catalogue.models import Course
from courses.enrolment.errors import CannotWithdraw, DetailsMissing, NothingToStudy
from courses.enrolment.models import Contract, CourseRun, Enrolment
from courses.enrolment.rules import Terms
from lms.accounts.models import User
from lms.measures.models import Milestone
from lms.measures.services import record_milestone


@transaction.atomic
def contract_for(course: Course, terms: Terms) -> Contract:
    """Return the contract with exactly these terms: the course's newest if nothing changed, else a new number."""
    newest = _newest_contract(course)
    if newest and _has_terms(newest, terms):
        return newest
    # Numbers are given out one at a time; whoever waited looks again.
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    newest = _newest_contract(course)
    if newest and _has_terms(newest, terms):
        return newest
    return Contract.objects.create(course=course, number=newest.number + 1 if newest else 1, **_fields_of(terms))


@transaction.atomic
def publish_contract(course: Course, terms: Terms, *, now: datetime) -> bool:
    """Make these terms the course's newest version and ease the earlier ones by them; say whether anything changed.

    Then a recount of those who study the course is due. The same terms again change nothing.
    """
    newest = _newest_contract(course)
    contract = contract_for(course, terms)
    eased = []
    for earlier in course.contracts.select_for_update(no_key=True).filter(number__lt=contract.number):
        easing = earlier.easing.eased_by(terms, of=earlier)
        if easing != earlier.easing:
            earlier.easing = easing
            eased.append(earlier)
    Contract.objects.bulk_update(
        eased, ["eased_lesson_ids", "eased_quiz_ids", "eased_recording_ids", "lowest_marks", "lowest_shares"]
    )
    has_changed = contract != newest or bool(eased)
    if has_changed:
        Contract.objects.filter(pk=contract.pk).update(recount_due_since=now)
    return has_changed


def _newest_contract(course: Course) -> Contract | None:
    return course.contracts.order_by("-number").first()


def _fields_of(terms: Terms) -> dict[str, object]:
    return {name: _as_stored(value) for name, value in asdict(terms).items()}


def _as_stored(value: object) -> object:
    return [_as_stored(one) for one in value] if isinstance(value, tuple) else value


def _has_terms(contract: Contract, terms: Terms) -> bool:
    return all(getattr(contract, name) == value for name, value in _fields_of(terms).items())


@transaction.atomic
def enrol_learner(learner: User, course: Course, terms: Terms, *, language: str, now: datetime) -> Enrolment:
    """Enrol a learner in the course's self-paced run; a second call returns the first enrolment.

    Somebody who had withdrawn comes back with their progress kept, under today's terms.
    Raises DetailsMissing, NothingToStudy.
    """
    if not learner.has_enrolment_details:
        raise DetailsMissing(
            _("Give your name and country of work first; the certificate and the statistics need them.")
        )
    if not (terms.lesson_ids or terms.quiz_ids):
        raise NothingToStudy(_("This course has no lessons yet. Come back when its authors have published some."))
    run, _created = CourseRun.objects.get_or_create(course=course, kind=CourseRun.Kind.SELF_PACED)
    contract = contract_for(course, terms)
    enrolment, is_new = Enrolment.objects.select_related("run", "contract").get_or_create(
        learner=learner,
        run=run,
        defaults={
            "contract": contract,
            "country": str(learner.country),
            "language": language,
            "enrolled_at": now,
            "last_active_on": now.date(),
        },
    )
    if is_new:
        record_milestone(Milestone.ENROLLED, course_id=course.pk, country=str(enrolment.country), at=now)
    elif enrolment.state == Enrolment.State.WITHDRAWN:
        _return_to_course(enrolment, contract, now=now)
    return enrolment


def _return_to_course(enrolment: Enrolment, contract: Contract, *, now: datetime) -> None:
    withdrawn = Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.WITHDRAWN)
    if withdrawn.update(state=Enrolment.State.ACTIVE, contract=contract, last_active_on=now.date()):
        # Leaving was the last thing they did; it is taken back in the month in which it was counted.
        left_at = datetime.combine(enrolment.last_active_on or now.date(), time(tzinfo=UTC))
        record_milestone(
            Milestone.WITHDRAWN,
            course_id=enrolment.run.course_id,
            country=str(enrolment.country),
            at=left_at,
            count=-1,
        )
    enrolment.refresh_from_db()


@transaction.atomic
def withdraw_learner(enrolment: Enrolment, *, now: datetime) -> None:
    """Take a learner out of a course; what they did is kept for their return. A second call changes nothing.

    Raises CannotWithdraw if the course is complete.
    """
    active = Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.ACTIVE)
    if active.update(state=Enrolment.State.WITHDRAWN, last_active_on=now.date()):
        record_milestone(Milestone.WITHDRAWN, course_id=enrolment.run.course_id, country=str(enrolment.country), at=now)
    enrolment.refresh_from_db()
    if enrolment.state == Enrolment.State.COMPLETED:
        raise CannotWithdraw(_("You have completed this course; it stays in your record."))
