from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lms.accounts.guards import staff_only
from lms.accounts.queries import may_see_insights
from lms.dashboards import drawings, findings, queries
from lms.dashboards.choices import Choices, choices
from lms.dashboards.forms import QuestionForm, period_name
from lms.dashboards.marks import mark_for, marked_name
from lms.dashboards.meanings import MEANINGS
from lms.dashboards.protected import MONTH
from lms.dashboards.questions import NO_LIMIT, Limit, limit_of
from lms.dashboards.seats.queries import seats_by_tier
from lms.dashboards.seats.words import TIERS
from lms.dashboards.tables import TableOnPage, months_named, tables_of
from lms.lib import tables


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True)
def show_insights(request: HttpRequest) -> HttpResponse:
    """Show who began, who finished and who fell away: by access, country, profession and time, and who is lost where."""
    now = timezone.now()
    form, insights, limit, offered = _asked(request)
    shown = tables_of(insights)
    context = {
        "form": form,
        "insights": insights,
        "limited_to": _limited_to(limit, offered),
        "tables": shown,
        "query": _query(form),
        "period": period_name(insights.question.last_month),
        "headlines": findings.headlines(insights),
        "drawings": drawings.drawings_of(insights, rtl=get_language_bidi()),
        "findings": findings.findings_of(insights, today=now.date()),
        "countries_shown": [row for row in insights.rows["country"] if not row.is_withheld],
        "countries_withheld": [row for row in insights.rows["country"] if row.is_withheld],
        "month_rows": months_named(insights.rows[MONTH]),
        "lost_lessons": queries.lost_lessons(insights, offered),
        "meanings": MEANINGS,
    }
    if limit == NO_LIMIT and not insights.question.named:
        tiers = seats_by_tier(now=now)
        context |= {
            "certificates": queries.certificate_states(),
            "seats": [(TIERS[row.tier], row) for row in tiers],
            "seats_finding": findings.seats_finding(tiers),
        }
    return render(request, "dashboards/insights.html", context)


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True)
def download_csv(request: HttpRequest, table: str) -> HttpResponse:
    """Answer a table of the page as CSV, under the filters of the address."""
    shown, now = _asked_table(request, table), timezone.now()
    content = tables.as_csv(shown.head, shown.lines, mark=mark_for(request.user, now=now))
    return _download(content, tables.CSV_TYPE, marked_name(shown.name, "csv", request.user, now=now))


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True)
def download_xlsx(request: HttpRequest, table: str) -> HttpResponse:
    """Answer a table of the page as an Excel workbook, under the filters of the address."""
    shown, now = _asked_table(request, table), timezone.now()
    mark = mark_for(request.user, now=now)
    content = tables.as_xlsx(shown.head, shown.lines, title=shown.name, mark=mark)
    return _download(content, tables.XLSX_TYPE, marked_name(shown.name, "xlsx", request.user, now=now))


def _asked(request: HttpRequest) -> tuple[QuestionForm, queries.Insights, Limit, Choices]:
    limit = limit_of(request.user)
    offered = choices(timezone.now().date(), limit)
    form = QuestionForm(request.GET, choices=offered, limit=limit)
    return form, queries.insights(form.question, offered, limit), limit, offered


def _asked_table(request: HttpRequest, name: str) -> TableOnPage:
    _form, insights, _limit, _offered = _asked(request)
    shown = tables_of(insights)
    if name not in shown:
        raise Http404
    return shown[name]


def _limited_to(limit: Limit, offered: Choices) -> str:
    """Say what the reader's overviews are limited to; nothing where they are not."""
    if limit.country:
        return _("You see learners who work in %(country)s.") % {
            "country": offered.countries.get(limit.country, limit.country)
        }
    if limit.institution_id:
        name = offered.institutions.get(limit.institution_id, "")
        return _("You see people of %(institution)s.") % {"institution": name}
    return ""


def _query(form: QuestionForm) -> str:
    """Return the filters in use as they stand in an address, with only values that exist."""
    chosen: Mapping[str, Any] = {name: form.data.get(name) for name in form.fields if form.cleaned_data.get(name)}
    query = HttpRequest().GET.copy()
    query.update({name: value for name, value in chosen.items() if value})
    return f"?{query.urlencode()}" if query else ""


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
