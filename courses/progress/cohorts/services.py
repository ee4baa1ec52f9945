import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from courses.catalogue.models import CoursePage
from courses.enrolment.errors import NothingToStudy
from courses.enrolment.models import CourseRun, Enrolment
from courses.enrolment.queries.cohorts import enrolments_without_seat, seats_to_charge, seats_to_enrol
from courses.enrolment.services import enrol_learner, leave_cohort
from courses.enrolment.services.cohorts import charge_for_cohort
from courses.progress.services import current_terms, recount_enrolment
from lms.accounts.models import User
from lms.lib.errors import Refusal

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 200  # of each kind; the rest a minute later


def follow_seats(run: CourseRun, *, now: datetime, person: User | None = None, at_most: int = MOST_AT_ONCE) -> None:
    """Enrol who has a seat in a cohort, take out who has none any more, and charge what is to pay.

    Each in a transaction of its own; a second call changes nothing. person: of whom alone, where only their seat changed.
    """
    seats, seatless, uncharged = seats_to_enrol(run), enrolments_without_seat(run), seats_to_charge(run)
    if person is not None:
        seats, uncharged = seats.filter(person=person), uncharged.filter(person=person)
        seatless = seatless.filter(learner=person)
    for application in seats[:at_most]:
        try:
            enrol_in_cohort(application.person, run, now=now)
        except Refusal as refusal:  # tried again by the sweep: a course without lessons may yet get some
            logger.info("The seat of application %s is not followed yet: %s", application.pk, refusal)
    for enrolment_id in seatless.values_list("pk", flat=True)[:at_most]:
        leave_cohort(enrolment_id, now=now)
    for application_id in uncharged.values_list("pk", flat=True)[:at_most]:
        charge_for_cohort(run, application_id, now=now)


@transaction.atomic
def enrol_in_cohort(learner: User, run: CourseRun, *, now: datetime) -> Enrolment:
    """Enrol a learner in a cohort under today's terms; what they have done of the course counts there too.

    Raises DetailsMissing, NothingToStudy.
    """
    page = page_of(run, learner.language)
    if page is None:
        raise NothingToStudy(_("This course is not published at the moment."))
    terms = current_terms(run.course, page)
    language = page.locale.language_code
    enrolment = enrol_learner(learner, run.course, terms, language=language, now=now, cohort=run)
    if enrolment.started_at and enrolment.state == Enrolment.State.ACTIVE:
        recount_enrolment(enrolment.pk, now=now)
        enrolment.refresh_from_db()
    return enrolment


def page_of(run: CourseRun, language: str) -> CoursePage | None:
    """Return the course's live page in a language, else in the first that there is."""
    pages = CoursePage.objects.live().filter(translation_key=run.course.translation_key).select_related("locale")
    found = {page.locale.language_code: page for page in pages.order_by("locale_id")}
    return found.get(language) or found.get(settings.LANGUAGE_CODE) or next(iter(found.values()), None)
