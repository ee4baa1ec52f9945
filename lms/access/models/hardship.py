from datetime import UTC, date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.access.models.fees import HardshipWaiver
from lms.access.models.seats import SeatPool
from lms.access.rules.reviewing import LONGEST_WORD, review_due_on
from lms.access.rules.statements import LONGEST_APPEAL


class HardshipRequest(models.Model):
    """A person's word that they cannot pay for a seat, and what staff made of it. It goes when the person is erased."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hardship_requests", db_index=False
    )
    pool = models.ForeignKey(SeatPool, on_delete=models.PROTECT, related_name="hardship_requests")
    text = models.CharField(max_length=LONGEST_APPEAL)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    word = models.CharField(max_length=LONGEST_WORD, blank=True, help_text="To the person: why.")
    waiver = models.OneToOneField(HardshipWaiver, null=True, on_delete=models.CASCADE, related_name="request")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "pool"], condition=Q(state="waiting"), name="one_waiting_hardship_request_per_seat"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None, waiver=None)
                | Q(state="granted", answered_at__isnull=False, waiver__isnull=False)
                | (Q(state="declined", answered_at__isnull=False, waiver=None) & ~Q(word="")),
                name="hardship_request_waits_or_is_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "pool"], name="hardship_requests_of_a_person"),
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="waiting_hardship_by_age"),
        ]

    def __str__(self):
        return f"Hardship request {self.pk}"

    @property
    def due_on(self) -> date:
        """By when it is to be answered."""
        return review_due_on(self.asked_at.astimezone(UTC).date())
