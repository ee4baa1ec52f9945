from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from courses.catalogue.models import CoursePage
from courses.enrolment.services.cohorts import relabel_cohorts


@receiver([page_published, page_unpublished], sender=CoursePage, dispatch_uid="relabel_cohorts_of_a_course")
def relabel_cohorts_of_a_course(instance: CoursePage, **kwargs) -> None:
    """A course that is renamed, or comes in another language, is called so in mails about seats from then on."""
    relabel_cohorts(instance.translation_key)
