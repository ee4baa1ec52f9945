from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.access.models.append_only import AppendOnly
from lms.access.models.decisions import Decision
from lms.access.rules.reviewing import LONGEST_NOTE, LONGEST_WORD, Occasion


class Audit(models.Model):
    """Priority that was given without a reviewer and that one looks at afterwards. Goes when the person is erased."""

    class Cause(models.TextChoices):
        DRAWN = "drawn", _("Drawn at random")
        INSTITUTION = "institution", _("The institution is in another country")
        MOVES = "moves", _("The country of work changed often")

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="audit")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cause = models.CharField(max_length=11, choices=Cause.choices)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(closed_at=None), name="one_waiting_audit_per_person")
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(closed_at=None), name="waiting_audits_by_age")]

    def __str__(self):
        return f"Audit {self.pk}"


class ErasedCase(AppendOnly):
    """What the counts by week keep of a request or an appeal once its person is erased: days and an outcome, about nobody."""

    came_on = models.DateField()
    ended_on = models.DateField()
    is_approved = models.BooleanField(null=True, help_text="Empty where it ended without a reviewer.")

    class Meta:
        indexes = [models.Index(fields=["ended_on"], name="erased_cases_by_their_end")]

    def __str__(self):
        return f"Erased case {self.pk}"


class Finding(AppendOnly):
    """What a reviewer answered to a request, an appeal or an audit. One per case. Goes when the person is erased."""

    OCCASIONS = [(one.value, one.value) for one in Occasion]

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="findings", help_text="The decision that was looked at."
    )
    occasion = models.CharField(max_length=7, choices=OCCASIONS)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    code = models.CharField(max_length=40)
    word = models.CharField(max_length=LONGEST_WORD, blank=True, help_text="One more sentence to the person.")
    note = models.CharField(max_length=LONGEST_NOTE, blank=True, help_text="For other reviewers alone.")
    led_to = models.OneToOneField(
        Decision,
        null=True,
        on_delete=models.PROTECT,
        related_name="finding",
        help_text="The new decision; empty where the old one stands.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "occasion"], name="one_finding_per_case"),
            models.CheckConstraint(
                condition=Q(occasion__in=[one.value for one in Occasion]), name="finding_has_an_occasion"
            ),
        ]

    def __str__(self):
        return f"Finding {self.pk}"
