from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from lms.access.models import SeatPool
from lms.access.queries.seats import picture_of
from lms.access.reviewing.pages import PERMISSION as TIERS_PERMISSION
from lms.access.rules.seats import split
from lms.access.rules.what_if import Outcome, outcome
from lms.access.services.seats import settle_pool
from lms.accounts.guards import staff_only
from lms.dashboards.questions import may_see_everything
from lms.dashboards.rules import LEAST
from lms.dashboards.seats import queries
from lms.dashboards.seats.forms import WhatIfForm
from lms.dashboards.seats.owners import edit_address
from lms.dashboards.seats.words import TIERS
from lms.lib import tables

PERMISSION = "access.view_seatpool"
POOLS_A_PAGE = 25


class OrganisersPage(PermissionRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page of the CMS for those who offer seats."""

    permission_required = PERMISSION
    raise_exception = True
    header_icon = "calendar-alt"


class SeatsPage(OrganisersPage):
    """What has scarce seats, what starts last first."""

    template_name = "dashboards/seats/seats.html"
    page_title = gettext_lazy("Seats")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(queries.pools_by_start(), POOLS_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(page_of=page, now=timezone.now(), **kwargs)


class PoolPage(OrganisersPage):
    """One pool live; for programme leads by tier as well, with what would be under other numbers."""

    template_name = "dashboards/seats/pool.html"

    def get_page_title(self) -> str:
        return str(self.pool)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = {"url": reverse("seats_of_all"), "label": _("Seats")}
        return [*self.breadcrumbs_items, above, {"url": "", "label": self.get_page_title()}]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.has_perm(PERMISSION):
            settle_pool(kwargs["pool_id"], now=timezone.now())
            self.pool = get_object_or_404(SeatPool, pk=kwargs["pool_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        context = super().get_context_data(
            pool=self.pool,
            picture=picture_of(self.pool),
            edit_address=edit_address(self.pool),
            is_released=self.pool.releases_at <= now,
            now=now,
            **kwargs,
        )
        if self.request.user.has_perm(TIERS_PERMISSION):
            report = queries.pool_report(self.pool)
            context |= {"report": report, "tiers": [(TIERS[row.tier], row) for row in report.rows], **self._tried()}
        return context

    def _tried(self) -> dict[str, Any]:
        asked = self.request.GET if "capacity" in self.request.GET else None
        form = WhatIfForm.of(self.pool, asked)
        if asked is None or not form.is_valid():
            return {"form": form}
        applied = queries.applied_to(self.pool)
        if len(applied) > queries.MOST_TRIED:
            form.add_error(
                None, _("The list is too long to be tried on a page. The command replay_seats has no limit.")
            )
            return {"form": form}
        times = self.pool.times
        release = max(times.opens_at, times.starts_at - timedelta(days=form.cleaned_data["release_days"]))
        if release >= times.starts_at:
            release = times.starts_at - timedelta(seconds=1)
        precedence = self.pool.precedence if self.pool.mode == SeatPool.Mode.BATCH else None
        blocks = queries.blocks_tried(self.pool)
        now = outcome(applied, self.pool.size, times, salt=self.pool.salt, precedence=precedence, blocks=blocks)
        then = outcome(
            applied,
            split(form.cleaned_data["capacity"], form.cleaned_data["share"]),
            replace(times, releases_at=release),
            salt=self.pool.salt,
            precedence=precedence,
            blocks=blocks,
        )
        return {"form": form, "tried": _compared(now, then)}


def _compared(now: Outcome, then: Outcome) -> list[tuple[Any, int | None, int | None]]:
    """Return what each figure is and would be; both withheld where either stands for fewer than ten people."""
    names = {
        "priority_seated": _("Priority, with a seat"),
        "standard_seated": _("Standard, with a seat"),
        "priority_waiting": _("Priority, without a seat"),
        "standard_waiting": _("Standard, without a seat"),
    }
    rows = []
    for name, label in names.items():
        before, after = getattr(now, name), getattr(then, name)
        is_small = 0 < min(before, after) < LEAST or 0 < max(before, after) < LEAST
        rows.append((label, None, None) if is_small else (label, before, after))
    return rows


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def roster(request: HttpRequest, pool_id: int) -> HttpResponse | StreamingHttpResponse:
    """Answer who has taken a seat, as CSV, once reserved seats are released.

    Before then only people with priority may have one at all, so a list of names would tell who they are.
    """
    pool = get_object_or_404(SeatPool, pk=pool_id)
    if timezone.now() < pool.releases_at:
        messages.error(request, _("The list of names is there from the day on which reserved seats are released."))
        return redirect("seats_of_pool", pool_id)
    lines = ((one.person.name, one.person.email) for one in queries.confirmed_in(pool).iterator(chunk_size=500))
    response = StreamingHttpResponse(tables.stream_csv((_("Name"), _("E-mail address")), lines))
    response["Content-Type"] = tables.CSV_TYPE
    response["Content-Disposition"] = f'attachment; filename="genomed-seats-{pool.pk}.csv"'
    return response


@staff_only(may_see_everything)
@require_safe
@cache_control(private=True)
def show_equity(request: HttpRequest) -> HttpResponse:
    """Show how seats were shared in a year: overall, by region, by offering."""
    found = queries.equity(now=timezone.now())
    context = {
        "equity": found,
        "overall": [(TIERS[row.tier], row) for row in found.overall],
        "pools": [(report, [(TIERS[row.tier], row) for row in report.rows]) for report in found.pools],
    }
    return render(request, "dashboards/seats/equity.html", context)


@staff_only(may_see_everything)
@require_safe
@cache_control(private=True)
def download_equity(request: HttpRequest) -> HttpResponse:
    """Answer the table of offerings as CSV, with what the page withholds withheld."""
    head = (
        _("Offering"),
        _("Start"),
        _("Seats"),
        _("Reserved"),
        _("Tier"),
        _("With a seat"),
        _("Waiting"),
        _("Days waited"),
    )
    withheld = _("withheld")
    lines = [
        [
            str(report.pool),
            report.pool.starts_at.date().isoformat(),
            report.seats.total,
            report.seats.reserved,
            str(TIERS[row.tier]),
            *(withheld if value is None else str(value) for value in (row.seated, row.waiting, row.days_waited)),
        ]
        for report in queries.equity(now=timezone.now()).pools
        for row in report.rows
    ]
    response = HttpResponse(tables.as_csv(head, lines), content_type=tables.CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="genomed-seats.csv"'
    return response
