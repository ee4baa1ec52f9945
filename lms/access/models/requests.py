from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from lms.access.models.append_only import AppendOnly
from lms.access.models.decisions import Decision


class AccessRequest(AppendOnly):
    """What a person told us about where they work, and signed. Only they and reviewers read the sentences.

    It goes when the person is erased; the decision that it led to stays, about nobody.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_requests", db_index=False
    )
    country = CountryField(help_text="In which they mainly work or study.")
    sentences = models.JSONField(default=dict, help_text="Letter of each criterion that they named -> their sentence.")
    wording_version = models.PositiveSmallIntegerField(help_text="Of the criteria they read: lms/access/wording.py.")
    signed_at = models.DateTimeField()
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="request")

    class Meta:
        indexes = [models.Index(fields=["person", "signed_at"], name="requests_of_a_person")]

    def __str__(self):
        return f"Request {self.pk}"


class AccessAppeal(models.Model):
    """A person's word that a decision about them is wrong, and what other reviewers made of it. One per decision.

    It goes when the person is erased.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        UPHELD = "upheld", _("Upheld")
        DECLINED = "declined", _("Declined")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_appeals")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    text = models.CharField(max_length=1000)
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason_code = models.CharField(max_length=40, blank=True, help_text="The reviewers' reason.")
    led_to = models.OneToOneField(
        Decision, null=True, on_delete=models.PROTECT, related_name="appeal_decided", help_text="The new decision."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(outcome="waiting"), name="one_waiting_appeal_per_person"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_at=None, decided_by=None, led_to=None)
                | Q(outcome__in=["upheld", "declined"], decided_at__isnull=False),
                name="appeal_waits_or_is_decided",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(outcome="waiting"), name="waiting_appeals_by_age")]

    def __str__(self):
        return f"Appeal {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.outcome == self.Outcome.WAITING
