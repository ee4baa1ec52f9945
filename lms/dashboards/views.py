from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lms.accounts.guards import staff_only
from lms.accounts.queries import may_see_insights
from lms.dashboards import charts, findings, queries
from lms.dashboards.forms import QuestionForm, period_name
from lms.dashboards.marks import mark_for, marked_name
from lms.lib import tables

TABLES = ("courses", "countries", "months")


@dataclass(frozen=True)
class TableOnPage:
    """A table as page and file show it. sizes: of the CSV file, in kB."""

    name: str
    head: tuple[str, ...]
    rows: Sequence[queries.Row]
    kilobytes: int


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True)
def show_insights(request: HttpRequest) -> HttpResponse:
    """Show enrolments, completions and certificates by course, country and month."""
    today = timezone.now().date()
    choices = queries.choices(today)
    form = QuestionForm(request.GET, choices=choices)
    insights = queries.insights(form.question, choices)
    tables = {name: _table(name, insights) for name in TABLES}
    shown_countries = {row.key: row.enrolled for row in insights.countries if row.enrolled is not None}
    hatched_countries = [row.key for row in insights.countries if row.enrolled is None]
    course_bars = charts.bar_widths((row.enrolled, row.completed) for row in insights.courses)
    context = {
        "form": form,
        "insights": insights,
        "tables": tables,
        "query": _query(form),
        "period": period_name(insights.question.last_month),
        "course_rows": list(zip(insights.courses, course_bars, strict=True)),
        "courses_finding": findings.courses_finding(insights),
        "countries_finding": findings.countries_finding(insights),
        "countries_shown": [row for row in insights.countries if not row.is_withheld],
        "countries_withheld": [row for row in insights.countries if row.is_withheld],
        "country_map": charts.country_map(shown_countries, withheld=hatched_countries),
    }
    if insights.months:
        context["months_finding"] = findings.months_finding(insights, today=today)
        context["line_chart"] = charts.line_chart(
            [[row.enrolled for row in insights.months], [row.completed for row in insights.months]],
            rtl=get_language_bidi(),
        )
        context["month_rows"] = [replace(row, label=findings.month_name(row.key)) for row in insights.months]
    return render(request, "dashboards/insights.html", context)


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True)
def download_csv(request: HttpRequest, table: str) -> HttpResponse:
    """Answer a table of the page as CSV, under the filters of the address."""
    shown, now = _asked_table(request, table), timezone.now()
    content = tables.as_csv(shown.head, _lines(shown), mark=mark_for(request.user, now=now))
    return _download(content, tables.CSV_TYPE, marked_name(shown.name, "csv", request.user, now=now))


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True)
def download_xlsx(request: HttpRequest, table: str) -> HttpResponse:
    """Answer a table of the page as an Excel workbook, under the filters of the address."""
    shown, now = _asked_table(request, table), timezone.now()
    mark = mark_for(request.user, now=now)
    content = tables.as_xlsx(shown.head, _lines(shown), title=shown.name, mark=mark)
    return _download(content, tables.XLSX_TYPE, marked_name(shown.name, "xlsx", request.user, now=now))


def _asked_table(request: HttpRequest, name: str) -> TableOnPage:
    if name not in TABLES:
        raise Http404
    choices = queries.choices(timezone.now().date())
    form = QuestionForm(request.GET, choices=choices)
    return _table(name, queries.insights(form.question, choices))


def _table(name: str, insights: queries.Insights) -> TableOnPage:
    first = {"courses": _("Course"), "countries": _("Country"), "months": _("Month")}[name]
    head = (first, _("Enrolments"), _("Completions"), _("Certificates"))
    table = TableOnPage(name, head, getattr(insights, name), kilobytes=0)
    size = len(tables.as_csv(head, _lines(table)))
    return TableOnPage(name, head, table.rows, kilobytes=-(-size // 1000))


def _lines(table: TableOnPage) -> list[list[str | int]]:
    withheld = _("withheld")
    return [[row.label, *(withheld if figure is None else figure for figure in row.figures)] for row in table.rows]


def _query(form: QuestionForm) -> str:
    """Return the filters in use as they stand in an address, with only values that exist."""
    chosen = {name: form.data.get(name) for name in form.fields if form.cleaned_data.get(name)}
    query = HttpRequest().GET.copy()
    query.update({name: value for name, value in chosen.items() if value})
    return f"?{query.urlencode()}" if query else ""


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
