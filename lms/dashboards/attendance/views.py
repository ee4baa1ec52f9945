from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from courses.webinars.attendance_files import LARGEST, UnknownColumns, Unreadable
from courses.webinars.attendance_matching import Basis, Registered
from courses.webinars.models import AttendanceDraft, Presence, Webinar
from courses.webinars.presence import Stay, minutes_present
from courses.webinars.queries import may_organise, register_of, webinars_of
from courses.webinars.rules import ZonedTimes, zoned_times
from courses.webinars.services import attendance_lists
from courses.webinars.services.attendance_lists import Preview
from lms.accounts.guards import staff_only
from lms.dashboards.attendance import queries
from lms.dashboards.attendance.forms import (
    NOBODY,
    TOO_LARGE,
    ClockForm,
    ColumnsForm,
    ImportForm,
    PersonForm,
    UploadForm,
)
from lms.lib import tables
from lms.lib.errors import Refusal

ON_A_PAGE = 50
MOST_SHOWN = 100  # of those whom an address tells
REST_OF_FORM = 50_000  # bytes of an upload beside the file


@staff_only(may_organise)
@require_safe
@cache_control(private=True)
def show_attendance(request: HttpRequest, webinar_id: int) -> HttpResponse:
    """Show who came, whom of the lists nobody has settled, and which lists were imported."""
    webinar = _webinar(request, webinar_id)
    came = Paginator(queries.comers_in(webinar), ON_A_PAGE).get_page(request.GET.get("page"))
    unsettled = queries.unsettled_in(webinar)[:ON_A_PAGE]
    strangers = queries.strangers_in(webinar)[:ON_A_PAGE]
    context = {
        "figures": queries.figures_of(webinar),
        "rows": queries.rows_of(came),
        "page_of": came,
        "unsettled": _rows(queries.listees_of(unsettled, reader_id=request.user.pk), webinar),
        "strangers": _rows(queries.listees_of(strangers, reader_id=request.user.pk), webinar),
        "lists": webinar.attendance_lists.select_related("imported_by").order_by("-imported_at")[:ON_A_PAGE],
        "draft": _drafts(request, webinar).first(),
        "has_begun": webinar.starts_at is not None and webinar.starts_at <= timezone.now(),
        "rule": webinar.attendance_rule,
    }
    return render(request, "dashboards/attendance/attendance.html", _about(webinar) | context)


@staff_only(may_organise)
@require_safe
@cache_control(private=True)
def download_attendance(request: HttpRequest, webinar_id: int) -> StreamingHttpResponse:
    """Answer who came as CSV, sent as it is read."""
    rows = queries.all_rows(queries.comers_in(_webinar(request, webinar_id)))
    lines = ([row.name, row.minutes, _("yes") if row.is_enough else _("no")] for row in rows)
    head = (_("Name"), _("Minutes"), _("Attended"))
    response = StreamingHttpResponse(tables.stream_csv(head, lines), content_type=tables.CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="genomed-attendance.csv"'
    return response


@csrf_exempt
@staff_only(may_organise)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def import_list(request: HttpRequest, webinar_id: int) -> HttpResponseBase:
    """Take an attendance list and go on to where it is looked through; refuse one that is too large before it is read.

    Reading the token would read the file, so its size comes first, and the token right after.
    """
    webinar = _webinar(request, webinar_id)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + REST_OF_FORM:
        messages.error(request, TOO_LARGE)
        return redirect("teach_attendance_import", webinar.pk)
    return _import_list(request, webinar)


@csrf_protect
def _import_list(request: HttpRequest, webinar: Webinar) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, initial={"zone": webinar.time_zone})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        said = {"file_name": file.name or "", "zone": form.cleaned_data["zone"]}
        try:
            attendance_lists.hold_draft(webinar, file.read(), **said, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("teach_attendance_check", webinar.pk)
    return render(request, "dashboards/attendance/import.html", _about(webinar) | {"form": form})


@staff_only(may_organise)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def check_list(request: HttpRequest, webinar_id: int) -> HttpResponse:
    """Show what an uploaded list would come to, have it read differently, and import it or let it go."""
    webinar = _webinar(request, webinar_id)
    draft = _drafts(request, webinar).select_related("webinar", "by").first()
    if draft is None:
        return redirect("teach_attendance", webinar.pk)
    step = next((step for step in ("clock", "columns", "import", "discard") if step in request.POST), "")
    if step == "discard":
        draft.delete()
        messages.success(request, _("The list was not imported, and the file is deleted."))
        return redirect("teach_attendance", webinar.pk)
    try:
        preview = attendance_lists.preview_of(draft)
    except UnknownColumns as unknown:
        return _ask_for_columns(request, draft, unknown)
    except Unreadable as refusal:  # the webinar was moved since
        messages.error(request, str(refusal))
        return redirect("teach_attendance_import", webinar.pk)
    clock = ClockForm(
        request.POST if step == "clock" else None, initial={"zone": draft.zone, "minutes_ahead": draft.minutes_ahead}
    )
    form = ImportForm(request.POST if step == "import" else None, preview=preview)
    if (step == "clock" and _is_read(clock, draft)) or (step == "import" and _is_imported(request, form, draft)):
        return redirect("teach_attendance_check" if step == "clock" else "teach_attendance", webinar.pk)
    context = {"draft": draft, "clock": clock, "form": form, **_figures(webinar, draft, preview, form)}
    return render(request, "dashboards/attendance/check.html", _about(webinar) | context)


@staff_only(may_organise)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def take_back(request: HttpRequest, webinar_id: int, list_id: int) -> HttpResponse:
    """Undo the import of a list: asks first, then does it."""
    webinar = _webinar(request, webinar_id)
    attendance_list = get_object_or_404(webinar.attendance_lists, pk=list_id)
    if request.method != "POST":
        return render(request, "dashboards/attendance/take_back.html", _about(webinar) | {"list": attendance_list})
    attendance_lists.take_back(attendance_list, now=timezone.now())
    messages.success(request, _("The list is deleted, and nothing of it counts any more."))
    return redirect("teach_attendance", webinar.pk)


@staff_only(may_organise)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def settle_person(request: HttpRequest, webinar_id: int, presence_id: int) -> HttpResponse:
    """Say whose presence it is that lists tell under a name."""
    webinar = _webinar(request, webinar_id)
    presence = get_object_or_404(webinar.presences.select_related("registration__person"), pk=presence_id)
    words = "".join(letter for letter in request.GET.get("q", "")[:100] if letter.isprintable()).strip()
    if words:
        found = queries.registered_as(webinar, words)
        likely = [Registered(known.pk, known.person.name, "") for known in found]
    else:
        likely = register_of(webinar).suggest(presence.name)
    has_found = bool(likely)
    if (owner := presence.registration) and owner.pk not in [known.registration_id for known in likely]:
        likely = [Registered(owner.pk, owner.person.name, ""), *likely]
    settled = NOBODY if presence.is_stranger else presence.registration_id
    form = PersonForm(
        request.POST if request.method == "POST" else None, webinar=webinar, likely=likely, initial={"who": settled}
    )
    if request.method == "POST" and form.is_valid():
        attendance_lists.settle_by_hand(presence, form.registration, now=timezone.now())
        messages.success(request, _("Settled. The minutes are counted anew."))
        return redirect("teach_attendance", webinar.pk)
    is_own = Presence.objects.filter(pk=presence.pk, list__imported_by=request.user.pk).exists()
    context = {
        "presence": presence,
        "email": presence.email if is_own else "",
        "form": form,
        "words": words,
        "has_found": has_found,
    }
    return render(request, "dashboards/attendance/person.html", _about(webinar) | context)


def _ask_for_columns(request: HttpRequest, draft: AttendanceDraft, unknown: UnknownColumns) -> HttpResponse:
    form = ColumnsForm(request.POST if "columns" in request.POST else None, heads=unknown.heads)
    if "columns" in request.POST and form.is_valid():
        try:
            attendance_lists.read_differently(draft, columns=form.columns, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("teach_attendance_check", draft.webinar_id)
    context = {"draft": draft, "form": form, "why": str(unknown)}
    return render(request, "dashboards/attendance/columns.html", _about(draft.webinar) | context)


def _is_read(form: ClockForm, draft: AttendanceDraft) -> bool:
    if not form.is_valid():
        return False
    try:
        attendance_lists.read_differently(draft, **form.cleaned_data, now=timezone.now())
    except Refusal as refusal:
        form.add_error("zone", str(refusal))
        return False
    return True


def _is_imported(request: HttpRequest, form: ImportForm, draft: AttendanceDraft) -> bool:
    if not form.is_valid():
        return False
    try:
        attendance_lists.import_draft(draft, owners=form.owners, strangers=form.strangers, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Imported. Minutes of presence are counted."))
    return True


def _figures(webinar: Webinar, draft: AttendanceDraft, preview: Preview, form: ImportForm) -> dict[str, Any]:
    """Return what a list would come to, as its page shows it."""
    minutes = {
        person.line: minutes_present(
            [Stay(line.joined_at, line.left_at) for line in person.lines],
            starts_at=webinar.when[0],
            ends_at=webinar.when[1],
        )
        for person in preview.people
    }
    bases = [match.basis for match in preview.matches.values()]
    sure = [person for person in preview.people if _basis(preview, person.line) == Basis.EMAIL]
    lines = preview.lines
    return {
        "people": len(preview.people),
        "lines": len(lines),
        "by_email": bases.count(Basis.EMAIL),
        "by_name": bases.count(Basis.NAME),
        "unknown": len(preview.people) - len(bases),
        "present": zoned_times(
            min(line.joined_at for line in lines), max(line.left_at for line in lines), webinar.zone
        ),
        "is_mostly_outside": sum(count > 0 for count in minutes.values()) * 2 < len(minutes),
        "sure": [
            (person, preview.matches[person.line].registered.name, minutes[person.line]) for person in sure[:MOST_SHOWN]
        ],
        "more_sure": len(sure[MOST_SHOWN:]),
        "uncertain": [(person, field, minutes[person.line]) for person, field in form.rows],
    }


def _basis(preview: Preview, line: int) -> Basis | None:
    match = preview.matches.get(line)
    return match.basis if match else None


def _rows(listees: list[queries.Listee], webinar: Webinar) -> list[tuple[queries.Listee, ZonedTimes]]:
    return [(listee, zoned_times(listee.joined_at, listee.left_at, webinar.zone)) for listee in listees]


def _about(webinar: Webinar) -> dict[str, Any]:
    """Return what every page of a webinar's attendance says above."""
    session = zoned_times(*webinar.when, webinar.zone) if webinar.starts_at else None
    return {"webinar": webinar, **webinar.label_in(get_language() or ""), "session": session}


def _drafts(request: HttpRequest, webinar: Webinar) -> QuerySet[AttendanceDraft]:
    return AttendanceDraft.objects.filter(webinar=webinar, by=request.user.pk)


def _webinar(request: HttpRequest, webinar_id: int) -> Webinar:
    return get_object_or_404(webinars_of(request.user), pk=webinar_id)
