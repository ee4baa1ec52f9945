from collections.abc import Iterator
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import Button

from certificates.issuing.models import Certificate
from certificates.oversight import queries
from certificates.oversight.forms import RegisterFilterSet
from certificates.oversight.permissions import RegisterPolicy
from certificates.oversight.words import kind_of, language_of
from lms.lib import tables

MOST_IN_A_WORKBOOK = 1_000_000  # Source: Excel, 1,048,576 rows of a sheet
UNCHECKED = timedelta(days=2)
AT_ONCE = 500  # rows that an export holds


def fact(name: str) -> Any:
    return lambda certificate: certificate.facts.get(name, "")


class RegisterView(ReportView):
    """Every certificate, found by code, name, e-mail address or course."""

    model = Certificate
    permission_policy = RegisterPolicy(Certificate)
    any_permission_required = ("view",)
    page_title = gettext_lazy("Certificates")
    header_icon = "doc-full"
    template_name = "certificates/oversight/register.html"
    index_url_name = "certificate_register"
    index_results_url_name = "certificate_register_results"
    filterset_class = RegisterFilterSet
    is_searchable = True
    no_results_message = gettext_lazy("No certificate is like that.")
    default_ordering = "-opened_at"
    columns = [
        TitleColumn(
            "serial",
            label=gettext_lazy("Code"),
            accessor=str,
            classname="academy-code",
            get_url=lambda certificate: reverse("certificate_in_register", args=[certificate.serial]),
        ),
        Column("name", label=gettext_lazy("Name"), accessor=fact("name")),
        Column("course", label=gettext_lazy("Course or webinar"), accessor=fact("course_title")),
        Column("kind", label=gettext_lazy("Kind"), accessor=kind_of),
        StatusTagColumn(
            "state",
            label=gettext_lazy("State"),
            accessor="get_state_display",
            primary=lambda certificate: certificate.state == Certificate.State.ISSUED,
        ),
        DateColumn("opened_at", label=gettext_lazy("Opened"), sort_key="opened_at"),
        DateColumn("issued_at", label=gettext_lazy("Issued"), sort_key="issued_at"),
    ]
    list_export = ["serial"]  # that there is something to export; what, says `lines`
    export_filename = "certificates"

    def get_base_queryset(self) -> QuerySet[Certificate]:
        return queries.register()

    def search_queryset(self, queryset: Any) -> Any:
        return queries.found(queryset, self.search_query) if self.is_searching else queryset

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_export:
            return as_file(self.get_queryset(), request.GET["export"])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        now = timezone.now()
        last_night = queries.last_night()
        return context | {
            "needing_a_look": queries.needing_a_look(queries.register(), now=now).count(),
            "last_night": last_night,
            "is_unchecked": last_night is not None and last_night.began_at < now - UNCHECKED,
        }

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        query = self.request.GET.copy()
        query.pop(self.page_kwarg, None)
        address = f"{reverse('propose_revocation')}?{query.urlencode()}"
        these = Button(_("Propose to revoke these"), url=address, icon_name="cross", priority=110)
        return [*super().header_more_buttons, *([these] if query else [])]


def as_file(certificates: Any, kind: str) -> HttpResponseBase:
    """Answer certificates as CSV or as a workbook, a few at a time whatever their number."""
    if kind == "csv":
        rows = tables.stream_csv(head(), lines(certificates))
        return StreamingHttpResponse(
            rows,
            content_type=tables.CSV_TYPE,
            headers={"Content-Disposition": 'attachment; filename="certificates.csv"'},
        )
    file = TemporaryFile()  # noqa: SIM115, the answer closes it
    tables.write_xlsx(file, head(), lines(certificates[:MOST_IN_A_WORKBOOK]), title="certificates")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="certificates.xlsx", content_type=tables.XLSX_TYPE)


def head() -> tables.Line:
    return (
        _("Code"),
        _("Name"),
        _("E-mail address"),
        _("Course or webinar"),
        _("Kind"),
        _("Language"),
        _("Hours"),
        _("Completed"),
        _("State"),
        _("Opened"),
        _("Issued"),
        _("No longer valid since"),
        _("Reason, as anyone sees it"),
        _("Replaces"),
        _("Replaced by"),
    )


def lines(certificates: Any) -> Iterator[tables.Line]:
    """Return what is handed on of certificates: what they state and how they stand, nothing else about their holders."""
    for certificate in certificates.iterator(chunk_size=AT_ONCE):
        award = certificate.award if certificate.facts else None
        replaced_by = getattr(certificate, "replaced_by", None)
        yield (
            certificate.serial,
            award.name if award else "",
            certificate.holder.email if award else "",
            award.course_title if award else "",
            kind_of(certificate),
            language_of(certificate),
            str(award.hours) if award else "",
            award.completed_on.isoformat() if award else "",
            str(certificate.get_state_display()),
            *(moment.isoformat() if moment else "" for moment in moments_of(certificate)),
            certificate.public_reason,
            certificate.replaces.serial if certificate.replaces else "",
            replaced_by.serial if replaced_by else "",
        )


def moments_of(certificate: Certificate) -> tuple[datetime | None, ...]:
    return certificate.opened_at, certificate.issued_at, certificate.ended_at
