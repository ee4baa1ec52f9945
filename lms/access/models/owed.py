from django.db import models
from django.db.models import Q

from lms.access.models.requests import AccessAppeal
from lms.access.models.seats import Application, SeatPool


class OwedSeat(models.Model):
    """One reserved seat of the next run, for whoever had none in a run that began before their appeal was upheld.

    Goes when the person is erased.
    """

    missed = models.OneToOneField(
        Application,
        on_delete=models.CASCADE,
        related_name="owed",
        help_text="The application that ended without a seat.",
    )
    appeal = models.ForeignKey(AccessAppeal, on_delete=models.CASCADE, related_name="owed_seats")
    after = models.ForeignKey(
        SeatPool, on_delete=models.PROTECT, related_name="+", help_text="The next run after this one gives it."
    )
    made_at = models.DateTimeField()
    given = models.OneToOneField(
        Application,
        null=True,
        on_delete=models.CASCADE,
        related_name="made_good",
        help_text="The application in the next run to which it was given; empty where one seat is for two runs.",
    )
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(given=None) | Q(given_at__isnull=False), name="owed_seat_is_given_at_a_moment"
            )
        ]
        indexes = [models.Index(fields=["after"], condition=Q(given_at=None), name="seats_still_owed")]

    def __str__(self):
        return f"Owed for {self.missed_id}"
