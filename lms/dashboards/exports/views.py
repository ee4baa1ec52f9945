from collections.abc import Iterable

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.guards import staff_only
from lms.accounts.queries import may_see_insights
from lms.dashboards.choices import Choices, choices
from lms.dashboards.exports import services, tasks
from lms.dashboards.exports.errors import TooManyUnfinished
from lms.dashboards.exports.forms import ExportForm
from lms.dashboards.exports.models import Export
from lms.dashboards.exports.queries.asked import exports_of
from lms.dashboards.marks import marked_name
from lms.dashboards.questions import limit_of
from lms.lib import tables

LISTED = 20
TYPES: dict[str, str] = {Export.Format.CSV: tables.CSV_TYPE, Export.Format.XLSX: tables.XLSX_TYPE}


@staff_only(may_see_insights)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def show_exports(request: HttpRequest) -> HttpResponse:
    """Show what somebody asked for and how far it is, and let them ask for more; with ?live=1 the list alone."""
    now = timezone.now()
    offered = choices(now.date(), limit_of(request.user))
    form = ExportForm(request.POST if request.method == "POST" else None, choices=offered)
    if request.method == "POST" and form.is_valid() and _asked(request, form):
        return redirect("insights_exports")
    exports = list(exports_of(request.user)[:LISTED])
    context = {
        "form": form,
        "rows": [(export, _subject(export, offered)) for export in exports],
        "is_any_unfinished": any(export.is_unfinished for export in exports),
        "now": now,
    }
    page = "dashboards/exports/list.html" if request.GET.get("live") else "dashboards/exports/exports.html"
    return render(request, page, context)


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True, no_store=True)
def fetch_export(request: HttpRequest, key: str) -> HttpResponseBase:
    """Send the file to whoever asked for it; once it has expired, a page that says so."""
    export = get_object_or_404(exports_of(request.user), key=key)
    if export.is_unfinished or export.state == Export.State.FAILED:
        return redirect("insights_exports")
    if not export.is_there(timezone.now()):
        return render(request, "dashboards/exports/expired.html", {"export": export}, status=410)
    name = marked_name(export.kind, export.file_format, request.user, now=export.ready_at, number=export.pk)
    file = storages["private"].open(export.file_name)
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[export.file_format])


def _asked(request: HttpRequest, form: ExportForm) -> bool:
    try:
        services.ask_for_export(
            request.user,
            kind=Export.Kind.PROGRESS,
            filters=form.filters,
            file_format=form.cleaned_data["file_format"],
            language=get_language(),
            now=timezone.now(),
        )
    except TooManyUnfinished as refusal:
        form.add_error(None, str(refusal))
        return False
    tasks.make_next.delay_on_commit()
    messages.success(request, _("Your file is being made. It stands below, and can be fetched once it is ready."))
    return True


def _subject(export: Export, offered: Choices) -> str:
    """Return which course and country an export is of."""
    course, country = export.filters.get("course"), export.filters.get("country")
    parts: Iterable[str] = (
        offered.courses.get(course, f"{course}") if course else _("All courses"),
        offered.countries.get(country, country) if country else _("All countries"),
    )
    return " · ".join(parts)
