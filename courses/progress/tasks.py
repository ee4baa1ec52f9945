import logging

from celery import shared_task
from django.utils import timezone

from courses.assessments.queries import overdue_attempts
from courses.enrolment.models import Enrolment
from courses.progress import services

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 1000  # the rest a minute later


@shared_task(ignore_result=True)
def recount_course(course_id: int) -> None:
    """Recount everybody still studying a course; each in a transaction of its own, so it may stop and run again."""
    active = Enrolment.objects.filter(run__course_id=course_id, state=Enrolment.State.ACTIVE)
    for enrolment_id in active.values_list("pk", flat=True).iterator(chunk_size=1000):
        services.recount_enrolment(enrolment_id, now=timezone.now())


@shared_task(ignore_result=True)
def hand_in_overdue_attempts() -> None:
    """Hand in, as they were saved, the attempts whose time is up; each in a transaction of its own."""
    for attempt in overdue_attempts(now=timezone.now()).select_related("enrolment")[:MOST_AT_ONCE]:
        try:
            services.hand_in_overdue(attempt)
        except Exception:  # one that cannot be marked must not keep back the others
            logger.exception("Attempt %s is overdue and could not be handed in.", attempt.pk)
