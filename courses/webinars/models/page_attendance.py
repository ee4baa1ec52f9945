from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page


class AttendanceOnPage(Page):
    """How much presence a webinar page asks of those who are to have attended."""

    attendance_percent = models.PositiveSmallIntegerField(
        _("share of the session in per cent"),
        null=True,
        blank=True,
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    attendance_minutes = models.PositiveSmallIntegerField(
        _("minutes of presence"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    gives_certificate = models.BooleanField(
        _("certificate of attendance"),
        default=True,
        help_text=_(
            "Whoever was there long enough gets one, an hour after their attendance is known; it states the minutes."
        ),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        said: dict[str, Any] = {}
        if self.attendance_percent is None and self.attendance_minutes is None:
            said["attendance_percent"] = _("Say a share of the session or a number of minutes.")
        duration = getattr(self, "duration_minutes", None)
        if self.attendance_minutes and duration and self.attendance_minutes > duration:
            said["attendance_minutes"] = _("The webinar is shorter than that: it takes %(minutes)s minutes.") % {
                "minutes": duration
            }
        if said:
            raise ValidationError(said)


PANELS = [
    MultiFieldPanel(
        [FieldPanel("attendance_percent"), FieldPanel("attendance_minutes"), FieldPanel("gives_certificate")],
        _("What counts as having attended"),
        help_text=_(
            "With both, whichever is reached first. It can be changed until the webinar is over; in a translated webinar, the "
            "page in the first language decides."
        ),
    )
]
