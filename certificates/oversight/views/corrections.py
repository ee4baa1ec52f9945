"""What learners say is wrong on their certificates, and what programme leads answer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from certificates.issuing.models import CorrectionRequest
from certificates.issuing.queries import open_correction_requests
from certificates.issuing.services import grant_correction, refuse_correction
from certificates.issuing.tasks import render_certificate
from certificates.oversight.forms import CorrectionForm
from certificates.oversight.views.pages import RegisterPage
from lms.lib.errors import Refusal

ON_A_PAGE = 50


class CorrectionsPage(RegisterPage):
    """Requests that wait for an answer, the oldest first."""

    template_name = "certificates/oversight/corrections.html"
    page_title = gettext_lazy("Corrections")
    header_icon = "edit"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(open_correction_requests(), ON_A_PAGE).get_page(self.request.GET.get("p"))
        shown = [(one, (self.now - one.asked_at).days) for one in page]
        return super().get_context_data(**kwargs) | {"page_of": page, "shown": shown}


class CorrectionPage(RegisterPage):
    """One request beside what the certificate states, and the form that answers it."""

    template_name = "certificates/oversight/correction.html"
    page_title = gettext_lazy("Request for a correction")
    header_icon = "edit"
    above = ("corrections", gettext_lazy("Corrections"))
    asked: CorrectionRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.has_permission():
            return self.handle_no_permission()
        found = open_correction_requests().filter(pk=kwargs["correction_id"]).first()
        if found is None:
            messages.warning(request, _("This is not waiting any more: somebody has answered it."))
            return redirect("corrections")
        self.asked = found
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "asked": self.asked,
            "certificate": self.asked.certificate,
            "is_own": self.asked.certificate.holder_id == self.reviewer.pk,
            "days": (self.now - self.asked.asked_at).days,
            "form": kwargs.get("form") or CorrectionForm(),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = CorrectionForm(request.POST)
        if form.is_valid():
            try:
                return self.decide(**form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
        return self.render_to_response(self.get_context_data(form=form))

    def decide(self, *, decision: str, answer: str) -> HttpResponse:
        if decision == "grant":
            again = grant_correction(self.asked, answer=answer, by=self.reviewer, now=self.now)
            render_certificate.delay_on_commit(again.pk)
            messages.success(
                self.request, _("Granted. The new certificate is being made, and its holder is told by mail.")
            )
        else:
            refuse_correction(self.asked, answer=answer, by=self.reviewer, now=self.now)
            messages.success(self.request, _("Refused. The learner is sent your answer."))
        return redirect("corrections")
