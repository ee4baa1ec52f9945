from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.assessments.models.attempts import Response
from courses.assessments.models.rulings import Ruling


class Appeal(models.Model):
    """A learner's word that an answer was marked wrongly, and what the course's team said to it. One per answer."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        DECLINED = "declined", _("Declined")

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="appeal")
    text = models.TextField(max_length=1000, blank=True)
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(max_length=1000, blank=True, help_text="Shown to the learner.")
    ruling = models.ForeignKey(Ruling, null=True, on_delete=models.PROTECT, related_name="appeals")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decided_by=None, ruling=None)
                | Q(state="declined", decided_at__isnull=False, decided_by__isnull=False, ruling=None)
                | Q(state="upheld", decided_at__isnull=False, decided_by__isnull=False, ruling__isnull=False),
                name="appeal_says_who_decided_it",
            )
        ]
        indexes = [models.Index(fields=["filed_at"], condition=Q(state="open"), name="open_appeals_by_date")]

    def __str__(self):
        return f"{self.response} · {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
