from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from lms.access.charging.forms import ChargeFilterSet, SettlementForm
from lms.access.fee_words import money
from lms.access.models import Charge, Settlement
from lms.access.queries.fees import STATES, charges, charges_found
from lms.access.services.fees import settle_charge
from lms.lib.errors import Refusal


def _name_of(charge: Charge) -> str:
    person = charge.application.person if charge.application else None
    return str(_("Somebody who was erased")) if person is None else person.name or person.email


class ChargesView(ReportView):
    """What people owe for seats, and how it stands."""

    model = Charge
    permission_policy = ModelPermissionPolicy(Settlement)
    any_permission_required = ("add",)
    page_title = _("Charges")
    header_icon = "tag"
    index_url_name = "charges"
    index_results_url_name = "charges_results"
    filterset_class = ChargeFilterSet
    is_searchable = True
    no_results_message = _("Nobody owes anything.")
    default_ordering = "-made_at"
    columns = [
        TitleColumn("person", label=_("Who"), accessor=_name_of, url_name="charge"),
        Column("reference", label=_("Reference"), sort_key="pk"),
        Column("pool", label=_("What for")),
        Column("due", label=_("Charged"), accessor=lambda charge: money(charge.due, charge.currency)),
        Column("left", label=_("Still due"), accessor=lambda charge: money(charge.left, charge.currency)),
        Column("basis", label=_("Basis"), accessor="get_basis_display"),
        Column("state", label=_("State"), accessor=lambda charge: STATES[charge.state]),
        DateColumn("made_at", label=_("Seat taken")),
    ]
    list_export = ["reference", "pool", "currency", "listed", "due", "left", "basis", "percent_off", "state", "made_at"]

    def get_base_queryset(self) -> QuerySet[Charge]:
        return charges()

    def search_queryset(self, queryset: QuerySet[Charge]) -> QuerySet[Charge]:
        return charges_found(queryset, self.search_query) if self.is_searching else queryset


@permission_required("access.add_settlement", raise_exception=True)
def charge(request: HttpRequest, charge_id: int) -> HttpResponse:
    """Show a charge with all that was noted of it, and take one more note."""
    found = get_object_or_404(charges(), pk=charge_id)
    now = timezone.now()
    form = SettlementForm(request.POST or None, initial={"amount": found.left, "on": timezone.localdate(now)})
    if request.method == "POST" and form.is_valid():
        try:
            settle_charge(charge_id, **form.cleaned_data, by=request.user, now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect(reverse("charge", args=[charge_id]))
    context = {
        "charge": found,
        "who": _name_of(found),
        "due": money(found.due, found.currency),
        "left": money(found.left, found.currency),
        "listed": money(found.listed, found.currency),
        "state": STATES[found.state],
        "settlements": [
            (one, money(one.amount, found.currency))
            for one in found.settlements.select_related("by").order_by("number")
        ],
        "form": form,
    }
    return render(request, "access/reviewing/charge.html", context)
