from celery import shared_task
from django.utils import timezone

from courses.enrolment.models import Enrolment
from courses.progress import services


@shared_task(ignore_result=True)
def recount_course(course_id: int) -> None:
    """Recount everybody still studying a course; each in a transaction of its own, so it may stop and run again."""
    active = Enrolment.objects.filter(run__course_id=course_id, state=Enrolment.State.ACTIVE)
    for enrolment_id in active.values_list("pk", flat=True).iterator(chunk_size=1000):
        services.recount_enrolment(enrolment_id, now=timezone.now())
