from django.conf import settings
from django.db import models
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """Filters of the insights under a name. What they show is asked within the reader's limit, as of any address."""

    class Schedule(models.TextChoices):
        NEVER = "", _("not sent by mail")
        WEEKLY = "weekly", _("each Monday")
        MONTHLY = "monthly", _("on the first of each month")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    schedule = models.CharField(
        _("sent by mail"), max_length=7, choices=Schedule.choices, default=Schedule.NEVER, db_default=""
    )
    schedule_chosen_at = models.DateTimeField(null=True)
    filters = models.JSONField(default=dict, help_text="As they stand in an address; {} for everything.")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_saved_view_per_name")]

    def __str__(self):
        return self.name

    @property
    def query(self) -> str:
        """The filters as an address has them, with their question mark."""
        return f"?{urlencode(self.filters)}" if self.filters else ""


class SentReport(models.Model):
    """A saved view that was sent by mail for a period, the day on which it begins; written with the mail, so once."""

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="sent", db_index=False)
    period = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "period"], name="one_report_per_view_and_period")]

    def __str__(self):
        return f"{self.view} · {self.period}"
