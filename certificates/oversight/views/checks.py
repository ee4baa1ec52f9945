"""What the checks of the register found, for who answers for every certificate."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.paginator import WagtailPaginator

from certificates.issuing.rules import read_serial
from certificates.oversight import queries
from certificates.oversight.models import Inspection
from certificates.oversight.views.pages import RegisterPage

ON_A_PAGE = 50


class ChecksPage(RegisterPage):
    """All checks, the last first."""

    template_name = "certificates/oversight/checks.html"
    page_title = gettext_lazy("Checks")
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(queries.inspections(), ON_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {"page_of": page}


class CheckPage(RegisterPage):
    """One check and what it found, what is still wrong first."""

    template_name = "certificates/oversight/check.html"
    header_icon = "history"
    above = ("certificate_checks", gettext_lazy("Checks"))
    inspection: Inspection

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.inspection = get_object_or_404(Inspection, pk=kwargs["inspection_id"])

    def get_page_title(self) -> str:
        moment = date_format(timezone.localtime(self.inspection.began_at), "DATETIME_FORMAT")
        return _("Check of %(moment)s") % {"moment": moment}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = [
            finding | {"label": Inspection.Kind(finding["kind"]).label, "serial": read_serial(finding["subject"])}
            for finding in self.inspection.findings
        ]
        rest = self.inspection.wrong + self.inspection.mended - len(shown)
        return super().get_context_data(**kwargs) | {"inspection": self.inspection, "shown": shown, "rest": rest}
