"""Many certificates revoked with the consent of two people."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from certificates.award import show_serial
from certificates.oversight import queries, tasks
from certificates.oversight.forms import ProposalForm, RegisterFilterSet
from certificates.oversight.models import RevocationProposal
from certificates.oversight.services.revocations import (
    MOST,
    confirm_revocation,
    decline_revocation,
    propose_revocation,
)
from certificates.oversight.views.pages import RegisterPage
from lms.lib import tables
from lms.lib.errors import Refusal

ON_A_PAGE = 50


class RevocationsPage(RegisterPage):
    """All proposals, newest first: who made them, who decided, how far they are."""

    template_name = "certificates/oversight/revocations.html"
    page_title = gettext_lazy("Revoke many")
    header_icon = "cross"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(queries.proposals(), ON_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {"page_of": page}


class ProposePage(RegisterPage):
    """The form of a proposal; its codes are those that the register was filtered to, if it was."""

    template_name = "certificates/oversight/propose.html"
    page_title = gettext_lazy("Propose to revoke")
    header_icon = "cross"
    above = ("revocations", gettext_lazy("Revoke many"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "form": kwargs.get("form") or ProposalForm(initial={"codes": self.codes_filtered()}),
            "most": MOST,
        }

    def codes_filtered(self) -> str:
        asked = self.request.GET
        if not asked:
            return ""
        found = RegisterFilterSet(asked, queryset=queries.register().issued(), request=self.request).qs
        if words := asked.get("q", ""):
            found = queries.found(found, words)
        return "\n".join(show_serial(serial) for serial in found.values_list("serial", flat=True)[: MOST + 1])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = ProposalForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                proposal = propose_revocation(said.pop("codes"), **said, by=self.reviewer, now=self.now)
            except Refusal as refusal:
                form.add_error("codes", str(refusal))
            else:
                messages.success(request, _("It is proposed. Ask another programme lead to look at it here."))
                return redirect("revocation", proposal.pk)
        return self.render_to_response(self.get_context_data(form=form))


class ProposalPage(RegisterPage):
    """One proposal: what it is about, its decision, how far it is, and what came of each certificate."""

    template_name = "certificates/oversight/revocation.html"
    header_icon = "cross"
    above = ("revocations", gettext_lazy("Revoke many"))
    proposal: RevocationProposal

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.proposal = get_object_or_404(queries.proposals(), pk=kwargs["proposal_id"])

    def get_page_title(self) -> str:
        return _("Proposal %(number)s") % {"number": self.proposal.pk}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposal = self.proposal
        page = WagtailPaginator(queries.items_of(proposal), ON_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {
            "proposal": proposal,
            "page_of": page,
            "done": proposal.count - proposal.left_to_do,  # type: ignore[attr-defined]
            "is_own": proposal.proposed_by_id == self.reviewer.pk,
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            if "confirm" in request.POST:
                confirm_revocation(self.proposal.pk, by=self.reviewer, now=self.now)
                tasks.carry_out_revocation.delay_on_commit(self.proposal.pk)
                messages.success(
                    request, _("Confirmed. The certificates are being revoked; reload the page to see how far.")
                )
            elif "decline" in request.POST:
                decline_revocation(self.proposal.pk, by=self.reviewer, now=self.now)
                messages.success(request, _("Nothing comes of this proposal."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("revocation", self.proposal.pk)


class ProposalReport(ProposalPage):
    """What came of each certificate, as CSV."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        head = (_("Code"), _("Name"), _("Outcome"), _("Why"), _("When"))
        lines = (
            (
                item.certificate.serial,
                item.certificate.facts.get("name", ""),
                str(item.get_outcome_display()),
                item.why,
                item.done_at.isoformat() if item.done_at else "",
            )
            for item in queries.items_of(self.proposal).iterator(chunk_size=500)
        )
        name = f'attachment; filename="revocation-{self.proposal.pk}.csv"'
        return StreamingHttpResponse(
            tables.stream_csv(head, lines), content_type=tables.CSV_TYPE, headers={"Content-Disposition": name}
        )
