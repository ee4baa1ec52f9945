from dataclasses import asdict
from datetime import datetime

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
    Course.objects.select_for_update().get(pk=course.pk)  # numbers are given out one at a time
    fields = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(terms).items()}
    newest = course.contracts.order_by("-number").first()
    if newest and all(getattr(newest, name) == value for name, value in fields.items()):
        return newest
    return Contract.objects.create(course=course, number=newest.number + 1 if newest else 1, **fields)


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
    if not terms.lesson_ids:
        raise NothingToStudy(_("This course has no lessons yet. Come back when its authors have published some."))
    run, _created = CourseRun.objects.get_or_create(course=course, kind=CourseRun.Kind.SELF_PACED)
    contract = contract_for(course, terms)
    facts = {
        "contract": contract,
        "country": learner.country.code,
        "language": language,
        "enrolled_at": now,
        "last_active_on": now.date(),
    }
    enrolment, is_new = Enrolment.objects.get_or_create(learner=learner, run=run, defaults=facts)
    if is_new:
        record_milestone(Milestone.ENROLLED, course_id=course.pk, country=enrolment.country.code, at=now)
    else:
        _return_to_course(enrolment, contract, course=course, now=now)
    return enrolment


def _return_to_course(enrolment: Enrolment, contract: Contract, *, course: Course, now: datetime) -> None:
    withdrawn = Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.WITHDRAWN)
    if withdrawn.update(state=Enrolment.State.ACTIVE, contract=contract, last_active_on=now.date()):
        record_milestone(Milestone.WITHDRAWN, course_id=course.pk, country=enrolment.country.code, at=now, count=-1)
        enrolment.refresh_from_db()


@transaction.atomic
def withdraw_learner(enrolment: Enrolment, *, now: datetime) -> None:
    """Take a learner out of a course; what they did is kept for their return. A second call changes nothing.

    Raises CannotWithdraw if the course is complete.
    """
    active = Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.ACTIVE)
    if active.update(state=Enrolment.State.WITHDRAWN):
        record_milestone(Milestone.WITHDRAWN, course_id=enrolment.run.course_id, country=enrolment.country.code, at=now)
        return
    enrolment.refresh_from_db()
    if enrolment.state == Enrolment.State.COMPLETED:
        raise CannotWithdraw(_("You have completed this course; it stays in your record."))
