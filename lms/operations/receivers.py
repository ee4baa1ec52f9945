from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from courses.enrolment.models import Enrolment
from courses.webinars.models import Registration
from lms.access.models import Decision
from lms.access.queries.circumstances import PRIORITY, STANDARD
from lms.access.queries.decisions import has_priority
from lms.operations.milestones import count_steps, move


@receiver(post_save, sender=Decision, dispatch_uid="count_by_the_tier_of_a_decision")
def count_by_the_tier_of_a_decision(instance: Decision, **kwargs) -> None:
    """Count what somebody studies now under the tier that a decision about them comes to, in the decision's transaction."""
    if instance.person is not None:
        tier = PRIORITY if has_priority(instance.person, instance.decided_at) else STANDARD
        studied = Enrolment.objects.filter(learner=instance.person, state=Enrolment.State.ACTIVE).exclude(tier=tier)
        if studied.exists():
            move(studied, Registration.objects.none(), tier=tier)


@receiver(pre_delete, sender=Registration, dispatch_uid="take_a_deleted_registration_out_of_the_counts")
def take_a_deleted_registration_out_of_the_counts(instance: Registration, **kwargs) -> None:
    # Locked, so that no step of it is counted between this and its going.
    list(Registration.objects.select_for_update(no_key=True).filter(pk=instance.pk).values_list("pk"))
    count_steps([], [instance.pk], sign=-1)
