from django.dispatch import receiver
from django.utils import timezone

from certificates.issuing import services, tasks
from certificates.issuing.signals import certificate_ended
from courses.progress.signals import course_completed
from courses.webinars.signals import attended


@receiver(course_completed, dispatch_uid="issue_certificate_on_completion")
def issue_certificate_on_completion(completion_id: int, **kwargs) -> None:
    """Freeze the award in a waiting certificate, then ring for the worker that renders it."""
    certificate = services.open_certificate(completion_id, now=timezone.now())
    tasks.render_certificate.delay(certificate.pk)


@receiver(attended, dispatch_uid="issue_certificates_on_attendance")
def issue_certificates_on_attendance(**kwargs) -> None:
    """Ring for the worker: what it does each minute opens these certificates and makes their files."""
    tasks.issue_missing_certificates.delay()


@receiver(certificate_ended, dispatch_uid="publish_status_lists_when_one_ends")
def publish_status_lists_when_one_ends(**kwargs) -> None:
    """Ring for the worker that signs the list which says so; a sweep each minute does it otherwise."""
    tasks.publish_status_lists.delay()
