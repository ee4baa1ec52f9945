from copy import copy
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateTimeInput

from courses.enrolment.errors import PriceIsPromised
from courses.enrolment.models import CourseRun
from courses.enrolment.rules import SeatWishes
from courses.enrolment.services.cohorts import call_off, save_cohort
from lms.access.errors import CapacityUsed, Frozen
from lms.access.models import SeatPool
from lms.access.models.seats import LARGEST_POOL
from lms.access.queries.facts import seat_terms_of
from lms.access.rules.seats import LARGEST_SHARE
from lms.access.rules.terms import SeatTerms
from lms.lib.errors import Refusal

FIELDS = {CapacityUsed: "capacity", Frozen: "reserved_percent", PriceIsPromised: "list_price"}


class CohortForm(WagtailAdminModelForm):
    """A cohort with its seats: what the access policy refuses is refused here."""

    capacity = forms.IntegerField(
        label=_("Number of seats"),
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_POOL)],
        help_text=_("It can be raised at any time, and lowered to the seats in use."),
    )
    applications_from = forms.DateTimeField(
        label=_("People can apply from"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=_("Leave it empty to open now. Once people can apply it stays as it is."),
    )
    deadline = forms.DateTimeField(
        label=_("Deadline"),
        widget=AdminDateTimeInput,
    )
    mode = forms.ChoiceField(
        label=_("How seats are given"), choices=SeatPool.Mode.choices, initial=SeatPool.Mode.BATCH, required=False
    )
    precedence = forms.ChoiceField(
        label=_("Reserved seats in the run at the deadline"), choices=SeatPool.Precedence.choices
    )
    reserved_percent = forms.IntegerField(
        label=_("Reserved seats in per cent"),
        required=False,
        validators=[MinValueValidator(0), MaxValueValidator(int(LARGEST_SHARE * 100))],
    )
    calls_off = forms.BooleanField(
        label=_("Call this cohort off"),
        required=False,
        help_text=_("Everybody on the list or with a seat is told at once. This cannot be undone."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("opens_at", "closes_at"):
            self.fields[name].required = True
        pool = self.instance.pool
        self._explain(seat_terms_of(pool, now=timezone.now()))
        if pool is None:
            del self.fields["calls_off"]
            return
        for name in ("course", "mode"):
            self.fields[name].disabled = True
        self.initial |= {
            "capacity": pool.capacity,
            "applications_from": pool.opens_early_at,
            "deadline": pool.opens_at,
            "mode": pool.mode,
            "precedence": pool.precedence,
            "reserved_percent": int(pool.share * 100),
        }

    def _explain(self, terms: SeatTerms) -> None:
        """Say with the numbers of the policy how seats are given."""
        self.fields["deadline"].help_text = _(
            "At least %(days)s days later. Then the seats are given, to all who have applied by then in the order of a sealed "
            "draw; who comes later joins the list at its end."
        ) % {"days": terms.window_days}
        self.fields["reserved_percent"].help_text = _(
            "For people who work where genomics has few resources; what they do not need is released to all %(days)s days "
            "before teaching begins. Empty it is %(share)s, as the access policy says; at most 60. It is fixed once people "
            "can apply."
        ) % {"days": terms.release_days_cohort, "share": int(terms.reserved_share * 100)}

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors:
            self._try_out()

    def _try_out(self) -> None:
        """Do what saving will do, and take it back."""
        if self.instance.pool and self.instance.pool.closed_at:
            self.add_error(None, _("This cohort is called off, so nothing about it can be changed. Make a new one."))
            return
        try:
            with transaction.atomic():
                save_cohort(copy(self.instance), self._wishes(), now=self._now)
                transaction.set_rollback(True)
        except Refusal as refusal:
            self.add_error(FIELDS.get(type(refusal), "deadline"), str(refusal))

    @property
    def _now(self) -> datetime:
        """The moment at which the form came in, for the trial and for what is saved."""
        if not hasattr(self, "_came_in_at"):
            self._came_in_at = timezone.now().replace(second=0, microsecond=0)  # as fine as its fields
        return self._came_in_at

    def _wishes(self) -> SeatWishes:
        said, pool = self.cleaned_data, self.instance.pool
        return SeatWishes(
            capacity=said["capacity"],
            opens_early_at=said["applications_from"] or (pool.opens_early_at if pool else self._now),
            deadline=said["deadline"],
            mode=said["mode"] or SeatPool.Mode.BATCH,
            precedence=said["precedence"],
            reserved_percent=said["reserved_percent"],
        )

    def save(self, commit: bool = True) -> CourseRun:
        run = save_cohort(self.instance, self._wishes(), now=self._now)
        if self.cleaned_data.get("calls_off"):
            call_off(run, now=self._now)
        return run

    class Meta:
        model = CourseRun
        fields = ["course", "name", "opens_at", "closes_at", "list_price", "currency", "payment_instructions"]
