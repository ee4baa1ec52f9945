from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.webinars.mail_rules import Plan
from courses.webinars.presence import Rule
from lms.access.models import SeatPool


class Webinar(models.Model):
    """What makes a webinar the same webinar in every language: one row per translation key, which its pages write.

    When it takes place, and what people have registered for. revision rises with every change of what a calendar shows.
    """

    translation_key = models.UUIDField(unique=True, editable=False)
    pool = models.OneToOneField(SeatPool, null=True, on_delete=models.PROTECT, related_name="webinar")
    starts_at = models.DateTimeField(_("starts at"), null=True, db_index=True)
    ends_at = models.DateTimeField(_("ends at"), null=True)
    time_zone = models.CharField(_("organiser’s time zone"), max_length=60, default="UTC")
    called_off_at = models.DateTimeField(_("called off at"), null=True)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    changed_at = models.DateTimeField(_("changed at"), null=True)
    recorded_at = models.DateTimeField(_("recording published at"), null=True)
    # How much presence is enough; see presence.Rule.
    attendance_percent = models.PositiveSmallIntegerField(null=True, default=80)
    attendance_minutes = models.PositiveSmallIntegerField(null=True)
    gives_certificate = models.BooleanField(default=True)
    # The lesson that attending counts as, in every language, and whether studying it once the webinar is over does as well.
    lesson_key = models.UUIDField(null=True, db_index=True)
    study_counts = models.BooleanField(default=False)
    # By language: what pages are called and where they are, for mails and calendars. {"en": {"title": ..., "path": ...}}
    labels = models.JSONField(default=dict)
    # Those its leading page names, and that page's owner.
    organisers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("organisers"), related_name="webinars_organised"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="webinar_ends_after_start",
            )
        ]

    def __str__(self):
        return str(self.label_in("en")["title"] or self.translation_key)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def when(self) -> tuple[datetime, datetime]:
        """The start and the end, of a webinar with a date."""
        if self.starts_at is None or self.ends_at is None:
            raise ValueError("This webinar has no date.")
        return self.starts_at, self.ends_at

    @property
    def plan(self) -> Plan | None:
        """What mails are decided by; None until there is a date."""
        if self.starts_at is None or self.ends_at is None:
            return None
        return Plan(
            self.starts_at,
            self.ends_at,
            self.revision,
            is_off=self.called_off_at is not None,
            has_recording=self.recorded_at is not None,
        )

    @property
    def attendance_rule(self) -> Rule:
        """How much presence counts as having attended."""
        return Rule(percent=self.attendance_percent, minutes=self.attendance_minutes)

    @property
    def has_limited_seats(self) -> bool:
        return self.pool is not None and self.pool.closed_at is None

    def is_open(self, now: datetime) -> bool:
        """Say whether people can register: it has a date, is not called off, and is not over."""
        return self.ends_at is not None and self.called_off_at is None and now < self.ends_at

    def label_in(self, language: str) -> dict[str, str]:
        """Return title and path of the page in a language, else of any."""
        found = self.labels.get(language) or next(iter(self.labels.values()), None)
        return found or {"title": "", "path": "/"}
