from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.dashboards.questions import Limit


class Export(models.Model):
    """A table that somebody asked for as a file, and how far making it has come. The file goes when it expires."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("Progress, a row for each enrolment")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV, any number of rows")
        XLSX = "xlsx", _("Excel, up to 300,000 rows")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    class Reason(models.TextChoices):
        TOO_LONG = "too-long", _("It has more rows than an Excel workbook is made of. Ask for it as CSV.")
        LOST = "lost", _("Workers took it up three times and never came back. Ask again; if it fails again, tell us.")
        FAULT = (
            "fault",
            _("Something went wrong three times, and is in our log. Ask again; if it fails again, tell us."),
        )

    UNFINISHED = (State.WAITING, State.WORKING)

    key = models.UUIDField(default=uuid4, unique=True, help_text="Its address; not to be guessed.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PROGRESS)
    file_format = models.CharField(_("as"), max_length=4, choices=Format.choices, default=Format.CSV)
    filters = models.JSONField(default=dict, help_text="As its kind has them: queries/progress.py.")
    limit_country = models.CharField(max_length=2, blank=True, help_text="Their overviews were limited to it then.")
    limit_institution_id = models.BigIntegerField(null=True, help_text="Likewise.")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True)
    file_name = models.CharField(max_length=120, blank=True, help_text="In private storage; empty once it is removed.")
    file_bytes = models.PositiveBigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, help_text="Of what is ready or has failed.")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, help_text="Who is at it: only they may say how it ended.")
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="working") | Q(lease__isnull=False, leased_until__isnull=False),
                name="export_being_made_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(ready_at__isnull=False) & ~Q(file_sha256="")),
                name="ready_export_has_file_and_date",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(reason=""), name="failed_export_says_why"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "working"], expires_at=None)
                | Q(state__in=["ready", "failed"], expires_at__isnull=False),
                name="finished_export_expires",
            ),
        ]
        indexes = [
            models.Index(
                fields=["attempts", "asked_at"], condition=Q(state__in=["waiting", "working"]), name="exports_to_make"
            ),
            models.Index(fields=["expires_at"], name="exports_by_expiry"),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def limit(self) -> Limit:
        """What the overviews of whoever asked for it were limited to then."""
        return Limit(self.limit_country or None, self.limit_institution_id)

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    def is_there(self, now: datetime) -> bool:
        """Say whether the file can be fetched."""
        return bool(self.file_name and self.expires_at and self.expires_at > now)

    @property
    def percent(self) -> int:
        """How much of it is written, in per cent; 0 while that is not known."""
        return min(100 * self.rows_done // self.rows_total, 100) if self.rows_total else 0
