"""What all pages of the register share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from certificates.issuing.models import Certificate
from certificates.oversight import queries
from lms.access.reviewing.pages import LeadsPage
from lms.accounts.queries import is_programme_lead
from lms.lib.errors import Refusal

REGISTER = ("certificate_register", gettext_lazy("Certificates"))


class RegisterPage(LeadsPage):
    """A page for programme leads, below the register."""

    above = REGISTER
    header_icon = "doc-full"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    def has_permission(self) -> bool:
        return is_programme_lead(self.request.user)


class OfCertificate(RegisterPage):
    """A page about one certificate."""

    certificate: Certificate

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.certificate = get_object_or_404(queries.register(), serial=kwargs["serial"])

    def get_page_title(self) -> str:
        return str(self.certificate)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"certificate": self.certificate}


class Decision(OfCertificate):
    """A form that is one decision about a certificate: what follows is said before it is posted."""

    template_name = "certificates/oversight/decision.html"
    does: Any = ""  # what the button says
    is_grave = False

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        above = reverse("certificate_in_register", args=[self.certificate.serial])
        return [*items[:-1], {"url": above, "label": str(self.certificate)}, items[-1]]

    def get_page_title(self) -> str:
        return str(self.page_title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "form": kwargs.get("form") or self.form(),
            "consequences": self.consequences(),
            "does": self.does,
            "is_grave": self.is_grave,
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                return self.decide(form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
        return self.render_to_response(self.get_context_data(form=form))

    def form(self, data: Any = None) -> Any:
        raise NotImplementedError

    def consequences(self) -> list[str]:
        raise NotImplementedError

    def decide(self, said: dict[str, Any]) -> HttpResponse:
        """Do it, and lead on. May raise a Refusal, which is shown at the form."""
        raise NotImplementedError
