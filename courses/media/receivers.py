from django.dispatch import receiver

from courses.media import tasks
from courses.media.signals import media_waiting


@receiver(media_waiting, dispatch_uid="ring_for_the_worker_that_prepares_media")
def ring_for_the_worker(**kwargs) -> None:
    tasks.prepare_next.delay()
