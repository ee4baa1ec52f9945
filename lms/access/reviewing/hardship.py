from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from lms.access.fee_words import due_of, money
from lms.access.models import HardshipWaiver
from lms.access.queries.fees import charges_of
from lms.access.queries.hardship import WaitingHardship, hardship_requests_of, seen_by, waiting_hardship
from lms.access.review_words import CONFLICTS
from lms.access.reviewing.forms import HardshipAnswerForm
from lms.access.reviewing.pages import LeadsPage
from lms.access.services.hardship import answer_hardship
from lms.lib.errors import Refusal

REQUESTS_ON_A_PAGE = 25
WAIVERS_SHOWN = 20


class HardshipPage(LeadsPage):
    """Requests to pay less that wait, the oldest first."""

    template_name = "access/reviewing/hardship.html"
    page_title = gettext_lazy("Requests to pay less")
    header_icon = "tag"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(waiting_hardship(), REQUESTS_ON_A_PAGE).get_page(self.request.GET.get("p"))
        cases = seen_by(self.reviewer, page.object_list, now=timezone.now())
        shown = [(case, CONFLICTS[case.conflict] if case.conflict else "") for case in cases]
        return super().get_context_data(**kwargs) | {"page_of": page, "shown": shown}


class HardshipCasePage(LeadsPage):
    """One request with what a reviewer is to know, and the form that answers it."""

    template_name = "access/reviewing/hardship_case.html"
    above = ("access_hardship", gettext_lazy("Requests to pay less"))
    page_title = gettext_lazy("Request to pay less")
    header_icon = "tag"
    case: WaitingHardship

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.has_permission():
            return self.handle_no_permission()
        self.now: datetime = timezone.now()
        found = seen_by(self.reviewer, waiting_hardship().filter(pk=kwargs["request_id"]), now=self.now)
        if not found:
            messages.warning(request, _("This is not waiting any more: somebody has answered it."))
            return redirect("access_hardship")
        self.case = found[0]
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = HardshipAnswerForm(request.POST)
        if form.is_valid():
            try:
                answer_hardship(self.case.request.pk, form.answer_given(), by=self.reviewer, now=self.now)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Your answer is stored."))
                return redirect("access_hardship")
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"case": self.case}
        if self.case.conflict is not None:
            return context | {"conflict": CONFLICTS[self.case.conflict]}
        person, pool = self.case.request.person, self.case.request.pool
        charge: Any = charges_of(person).filter(pool=pool).first()
        last_day = max(pool.starts_at, self.now).astimezone(UTC).date()
        return context | {
            "form": kwargs.get("form") or HardshipAnswerForm(initial={"percent": 100, "ends_on": last_day}),
            "charged": due_of(charge) if charge else "",
            "left": money(charge.left, charge.currency) if charge else "",
            "earlier": hardship_requests_of(person, pool).exclude(pk=self.case.request.pk),
            "waivers": HardshipWaiver.objects.filter(person=person).order_by("-granted_at")[:WAIVERS_SHOWN],
        }
