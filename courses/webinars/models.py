import zoneinfo
from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from courses.catalogue.models import Level


class WebinarIndexPage(Page):
    """All live webinars: next first, then past ones."""

    intro = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("One sentence above the list of webinars.")
    )

    template = "courses/webinars/index_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["webinars.WebinarPage"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of webinars")


def time_zone_choices() -> list[tuple[str, str]]:
    return [
        (name, name.replace("_", " "))
        for name in sorted(zoneinfo.available_timezones())
        if "/" in name or name == "UTC"
    ]


class WebinarPage(Page):
    """A live session: what, when, for whom, and where to join."""

    abstract = models.TextField(
        _("abstract"), max_length=2000, help_text=_("What it is about and what one can do afterwards.")
    )
    audience = models.TextField(_("who it is for"), max_length=600, blank=True, help_text=_("One group per line."))
    level = models.CharField(
        _("level"),
        max_length=12,
        choices=Level.choices,
        default=Level.BEGINNER,
        help_text=_(
            "Starting: no training in genetics. Practising: meets genomic results at work. Advanced: decides on them."
        ),
    )
    session_format = models.CharField(
        _("format"),
        max_length=200,
        blank=True,
        help_text=_("Such as: 40 minutes of cases, 20 minutes of questions."),
    )
    speakers = models.TextField(_("speakers"), max_length=600, blank=True, help_text=_("One speaker per line."))
    questions = models.TextField(
        _("typical questions"), max_length=2000, blank=True, help_text=_("One question per line.")
    )
    low_bandwidth = models.CharField(
        _("on a thin line"),
        max_length=300,
        blank=True,
        help_text=_("How to take part with little bandwidth, such as by telephone or from slides alone."),
    )
    starts_at = models.DateTimeField(
        _("starts at"), null=True, blank=True, help_text=_("Leave empty until the date is set.")
    )
    time_zone = models.CharField(
        _("organiser’s time zone"),
        max_length=60,
        choices=time_zone_choices,
        default="UTC",
        help_text=_("Readers see their own time first, then UTC."),
    )
    duration_minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(600)],
        help_text=_("From beginning to end, questions included."),
    )
    meeting_url = models.URLField(
        _("address of the meeting"),
        blank=True,
        help_text=_("Shown only to people who are signed in, from 15 minutes before."),
    )
    related_course = models.ForeignKey(
        "catalogue.CoursePage",
        verbose_name=_("linked course"),
        help_text=_("The course that goes deeper; learners are led there afterwards."),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    template = "courses/webinars/webinar_page.html"
    parent_page_types = ["webinars.WebinarIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("abstract"),
        MultiFieldPanel(
            [
                FieldPanel("starts_at"),
                FieldPanel("time_zone"),
                FieldPanel("duration_minutes"),
                FieldPanel("meeting_url"),
            ],
            _("When and where"),
        ),
        FieldPanel("speakers"),
        FieldPanel("audience"),
        FieldPanel("level"),
        FieldPanel("session_format"),
        FieldPanel("low_bandwidth"),
        FieldPanel("questions"),
        FieldPanel("related_course"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("abstract"),
        index.FilterField("starts_at"),
        index.FilterField("level"),
    ]

    class Meta:
        verbose_name = _("webinar")
        verbose_name_plural = _("webinars")

    @property
    def ends_at(self):
        return self.starts_at and self.starts_at + timedelta(minutes=self.duration_minutes)
