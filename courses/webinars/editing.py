"""The form behind the editor of webinars: what is checked beyond single fields."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.widgets import AdminDateTimeInput

from courses.webinars.providers.choosing import is_set_up
from courses.webinars.rules import first_times, moved_times
from courses.webinars.walls import NoSuchHour, instant_of
from lms.access.errors import CapacityUsed, Frozen
from lms.access.models import SeatPool
from lms.access.queries.facts import seat_terms_of
from lms.access.rules.terms import SeatTerms
from lms.access.services.pools import change_pool, open_pool
from lms.accounts.roles import EDITORS, INSTRUCTORS
from lms.lib.errors import Refusal

# What the page in the first language decides for those in others: one webinar has one start and one set of seats.
SEATS = ("capacity", "seats_open_early_at", "seats_open_at", "reserved_percent")
ATTENDANCE = ("attendance_percent", "attendance_minutes", "gives_certificate")
MEETING = ("meeting_provider", "meeting_url", "meeting_is_recorded")
TIMES = ("starts_at", "time_zone", "duration_minutes")
SHARED = (*TIMES, *SEATS, *ATTENDANCE, *MEETING, "counts_as", "study_counts", "series")
FIELDS = {CapacityUsed: "capacity", Frozen: "reserved_percent"}


def no_such_hour(zone: str) -> str:
    """Return what to tell somebody who chose an hour that a zone's clocks leave out."""
    return _("On that day the clocks of %(zone)s go forward over this hour. Choose an hour before or after.") % {
        "zone": zone
    }


class ClockField(forms.DateTimeField):
    """A day and an hour on a clock that another field of the form names the zone of; cleaned, it has no zone."""

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):  # whatever the editor's own zone is, or leaves out
            read = super().to_python(value)
        return read and read.replace(tzinfo=None)


class WebinarPageForm(WagtailAdminPageForm):
    """A webinar at an hour that exists, with seats as they are promised: what the access policy refuses is refused here."""

    starts_at = ClockField(required=False, widget=AdminDateTimeInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "starts_at" in self.fields:
            start = type(self.instance)._meta.get_field("starts_at")
            self.fields["starts_at"].label = capfirst(start.verbose_name)
            self.fields["starts_at"].help_text = start.help_text
            self.initial["starts_at"] = self.instance.starts_clock
        if "organisers" in self.fields:
            self._offer_organisers()
        leading = type(self.instance).leading(self.instance.translation_key)
        if leading is not None and leading.pk != self.instance.pk:
            self._follow(leading)
        elif (pool := self._pool) is not None:
            self._show(pool)
        if (field := self.fields.get("meeting_provider")) is not None:
            field.choices = [
                (kind, label)
                for kind, label in field.choices
                if is_set_up(kind) or kind == self.instance.meeting_provider
            ]
        if "capacity" in self.fields:
            self._explain(seat_terms_of(self._pool, now=timezone.now()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._read_clock()
        self._check_meeting()
        if not self.errors and not self.is_deferred_validation and "capacity" in self.fields:
            self._check_seats(now=timezone.now())
        return cleaned

    def _read_clock(self) -> None:
        """Make the hour that was typed the moment at which the organiser's clock shows it."""
        clock, zone = self.cleaned_data.get("starts_at"), self.cleaned_data.get("time_zone") or self.instance.time_zone
        if clock is None:
            return
        try:
            self.cleaned_data["starts_at"] = instant_of(clock, zone)
        except NoSuchHour:
            self.add_error("starts_at", no_such_hour(zone))

    def _check_meeting(self) -> None:
        """Refuse a server that is not set up any more, unless another page decides about it."""
        field, kind = self.fields.get("meeting_provider"), self.cleaned_data.get("meeting_provider")
        if field is not None and not field.disabled and kind and not is_set_up(kind):
            self.add_error(
                "meeting_provider",
                _(
                    "This server is not set up any more. Choose another, or ask whoever runs the site to set it up again."
                ),
            )

    @property
    def _pool(self) -> SeatPool | None:
        return self.instance.pool if self.instance.pk else None

    def _offer_organisers(self) -> None:
        """Offer those who may author, by name."""
        staff = get_user_model().objects.filter(is_active=True, groups__name__in=[INSTRUCTORS, EDITORS])
        field = self.fields["organisers"]
        field.queryset = staff.distinct().order_by("name", "email")
        field.label_from_instance = lambda person: f"{person.name} ({person.email})".lstrip()

    def _follow(self, leading: Any) -> None:
        for name in SHARED:
            if name in self.fields:
                self.fields[name].disabled = True
                self.initial[name] = getattr(leading, name)
        self.initial["starts_at"] = leading.starts_clock
        if "organisers" in self.fields:
            field = self.fields["organisers"]
            field.disabled = True
            self.initial["organisers"] = field.queryset.filter(pk__in=[one.pk for one in leading.organisers.all()])

    def _show(self, pool: SeatPool) -> None:
        """Fill what was left empty with what it came to when the seats were made."""
        came_to = {
            "seats_open_early_at": pool.opens_early_at,
            "seats_open_at": pool.opens_at,
            "reserved_percent": int(pool.share * 100),
        }
        for name, value in came_to.items():
            if self.initial.get(name) is None:
                self.initial[name] = value

    def _explain(self, terms: SeatTerms) -> None:
        """Say with the numbers of the policy what a field left empty stands for."""
        self.fields["seats_open_at"].help_text = _(
            "At least %(days)s days later, which is what an empty field stands for. Who has applied by then is placed by a "
            "sealed draw, later ones in order of arrival. Only reserved seats are given before."
        ) % {"days": terms.window_days}
        self.fields["reserved_percent"].help_text = _(
            "For people who work where genomics has few resources; what they do not need is released to all %(days)s days "
            "before the start. Empty it is %(share)s, as the access policy says; at most 60. It is fixed once people can apply."
        ) % {"days": terms.release_days_webinar, "share": int(terms.reserved_share * 100)}

    def _check_seats(self, *, now: datetime) -> None:
        """Try what publishing will do, and take it back."""
        # The instance has the form's values only after this, so they are given to a page of its own.
        said = type(self.instance)(**{name: self.cleaned_data.get(name) for name in SHARED})
        wishes, pool = said.seat_wishes, self._pool
        if wishes is None:
            self._check_absence(said, pool)
            return
        if pool is not None and pool.starts_at <= now:
            return  # it has begun, and nothing about its seats follows the page any more
        if pool is None and wishes.starts_at <= now:
            return
        if pool is None and self.instance.has_registrations:
            self.add_error(
                "capacity",
                _("People have registered while everybody could come, so the seats cannot be limited any more."),
            )
            return
        terms = seat_terms_of(pool, now=now)
        times = moved_times(wishes, pool.times, now=now) if pool else first_times(wishes, terms, now=now)
        if times["opens_at"] >= wishes.starts_at:
            self.add_error(
                "starts_at",
                _(
                    "Seats open to all %(days)s days after people can apply, or on the day you set, and that has to be before "
                    "the start. Choose a later start, an earlier day, or reserve no seats."
                )
                % {"days": terms.window_days},
            )
            return
        try:
            with transaction.atomic():
                if pool:
                    change_pool(pool.pk, capacity=wishes.capacity, share=wishes.share, now=now, **times)
                else:
                    open_pool(capacity=wishes.capacity, share=wishes.share, labels={}, now=now, **times)
                transaction.set_rollback(True)
        except Refusal as refusal:
            of_times = "starts_at" if pool and times["starts_at"] != pool.starts_at else "seats_open_at"
            self.add_error(FIELDS.get(type(refusal), of_times), str(refusal))

    def _check_absence(self, said: Any, pool: SeatPool | None) -> None:
        if pool is None or not pool.next_number:
            return  # seats are made once there is a start
        if said.capacity is not None:
            self.add_error("starts_at", _("People have applied for seats at this start. Set another, or leave it."))
        else:
            self.add_error(
                "capacity",
                _(
                    "People have applied for these seats, so they cannot be taken away. Raise their number if more can come."
                ),
            )
