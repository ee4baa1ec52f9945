import zoneinfo
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Locale, Page
from wagtail.search import index

from courses.catalogue.models import Level
from courses.webinars.editing import WebinarPageForm
from courses.webinars.models.page_attendance import PANELS as ATTENDANCE_PANELS
from courses.webinars.models.page_attendance import AttendanceOnPage
from courses.webinars.models.page_details import PANELS as DETAILS_PANELS
from courses.webinars.models.page_details import DetailsOnPage
from courses.webinars.models.page_lesson import PANELS as LESSON_PANELS
from courses.webinars.models.page_lesson import LessonOnPage
from courses.webinars.models.page_materials import PANELS as MATERIALS_PANELS
from courses.webinars.models.page_materials import SubjectsOnPage
from courses.webinars.models.page_meeting import PANELS as MEETING_PANELS
from courses.webinars.models.page_meeting import MeetingOnPage
from courses.webinars.models.page_questions import PANELS as QUESTIONS_PANELS
from courses.webinars.models.page_questions import QuestionsOnPage
from courses.webinars.models.page_recording import PANELS as RECORDING_PANELS
from courses.webinars.models.page_recording import RecordingOnPage
from courses.webinars.models.page_team import PANELS as TEAM_PANELS
from courses.webinars.models.page_team import TeamOnPage
from courses.webinars.models.series import PANELS as SERIES_PANELS
from courses.webinars.models.series import SeriesOnPage
from courses.webinars.models.webinars import Webinar
from courses.webinars.rules import SeatWishes
from courses.webinars.walls import clock_of, held_to_clock
from lms.access.models import SeatPool
from lms.access.models.seats import LARGEST_POOL
from lms.access.rules.seats import LARGEST_SHARE


class WebinarIndexPage(Page):
    """All live webinars: next first, then past ones."""

    intro = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("One sentence above the list of webinars.")
    )

    template = "courses/webinars/index_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["webinars.WebinarPage", "webinars.WebinarSeriesPage"]
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


class WebinarPage(
    RecordingOnPage,
    SubjectsOnPage,
    DetailsOnPage,
    SeriesOnPage,
    LessonOnPage,
    AttendanceOnPage,
    MeetingOnPage,
    TeamOnPage,
    QuestionsOnPage,
    Page,
):
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
        _("starts at"),
        null=True,
        blank=True,
        help_text=_(
            "By the clock of the organiser’s time zone, which you choose below. Leave empty until the date is set."
        ),
    )
    # The start as the organiser's clock shows it, which holds where a country changes its clocks: see walls.py.
    starts_wall = models.CharField(max_length=90, blank=True, editable=False)
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
        help_text=_(
            "Of a meeting at any address. Shown nowhere: the page leads those who are registered there, from 15 minutes before."
        ),
    )
    capacity = models.PositiveIntegerField(
        _("number of seats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_POOL)],
        help_text=_(
            "Leave it empty if everybody may come. With a number, people apply for a seat on the page, and only those who have "
            "one can join. It can be raised at any time, and lowered to the seats in use."
        ),
    )
    seats_open_early_at = models.DateTimeField(
        _("people can apply from"),
        null=True,
        blank=True,
        help_text=_("Leave it empty to open when the page is published. From then on it stays as it is."),
    )
    seats_open_at = models.DateTimeField(
        _("seats open to all on"),
        null=True,
        blank=True,
    )
    reserved_percent = models.PositiveSmallIntegerField(
        _("reserved seats in per cent"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(int(LARGEST_SHARE * 100))],
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

    base_form_class = WebinarPageForm
    template = "courses/webinars/webinar_page.html"
    parent_page_types = ["webinars.WebinarIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("abstract"),
        *SERIES_PANELS,
        MultiFieldPanel(
            [
                FieldPanel("starts_at"),
                FieldPanel("time_zone"),
                FieldPanel("duration_minutes"),
            ],
            _("When"),
        ),
        *MEETING_PANELS,
        MultiFieldPanel(
            [
                FieldPanel("capacity"),
                FieldPanel("seats_open_early_at"),
                FieldPanel("seats_open_at"),
                FieldPanel("reserved_percent"),
            ],
            _("Seats"),
            help_text=_(
                "In a translated webinar, the page in the first language decides about them, and about the start."
            ),
        ),
        *ATTENDANCE_PANELS,
        *DETAILS_PANELS,
        FieldPanel("speakers"),
        *TEAM_PANELS,
        *QUESTIONS_PANELS,
        FieldPanel("audience"),
        FieldPanel("level"),
        FieldPanel("session_format"),
        FieldPanel("low_bandwidth"),
        FieldPanel("questions"),
        FieldPanel("related_course"),
        *MATERIALS_PANELS,
        *LESSON_PANELS,
        *RECORDING_PANELS,
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

    def save(self, *args, **kwargs):
        self.starts_wall, self.starts_at = held_to_clock(self.starts_wall, self.starts_at, self.time_zone)
        super().save(*args, **kwargs)

    @property
    def starts_clock(self) -> datetime | None:
        """The start as the organiser's clock shows it, without zone."""
        wall, _moment = held_to_clock(self.starts_wall, self.starts_at, self.time_zone)
        return clock_of(wall) if wall else None

    @property
    def ends_at(self):
        return self.starts_at and self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def seat_wishes(self) -> SeatWishes | None:
        """What the page says about seats; None if everybody may come, or nobody knows when."""
        if self.capacity is None or self.starts_at is None:
            return None
        return SeatWishes(
            capacity=self.capacity,
            reserved_percent=self.reserved_percent,
            opens_early_at=self.seats_open_early_at,
            opens_at=self.seats_open_at,
            starts_at=self.starts_at,
        )

    @property
    def pool(self) -> SeatPool | None:
        """The seats of this webinar in every language, from the first publication with a number of seats on."""
        return SeatPool.objects.filter(webinar__translation_key=self.translation_key, closed_at=None).first()

    @property
    def has_registrations(self) -> bool:
        """Say whether somebody is registered who did not have to apply for a seat."""
        return Webinar.objects.filter(
            translation_key=self.translation_key, pool=None, registrations__ended_at=None, registrations__isnull=False
        ).exists()

    @classmethod
    def leading(cls, translation_key: UUID) -> Self | None:
        """Return the live page that decides about start and seats: that in the first language, else the oldest."""
        pages = list(cls.objects.live().filter(translation_key=translation_key).order_by("pk"))
        first = Locale.get_default().pk
        return next((page for page in pages if page.locale_id == first), pages[0] if pages else None)
