from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from lms.accounts.guards import staff_only
from lms.accounts.queries import may_see_insights
from lms.dashboards.choices import choices
from lms.dashboards.marks import mark_for, marked_name
from lms.dashboards.questions import limit_of
from lms.dashboards.reports.errors import TooManyViews
from lms.dashboards.reports.forms import SaveViewForm, ScheduleForm
from lms.dashboards.reports.paper import as_pdf
from lms.dashboards.reports.queries import report_of
from lms.dashboards.reports.services import save_view, schedule_view


@staff_only(may_see_insights)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save the filters in use under a name, and lead back to them."""
    now, form = timezone.now(), SaveViewForm(request.POST)
    if not form.is_valid():
        for problem in form.errors.get("name", ()):
            messages.error(request, problem)
        return redirect("insights")
    limit = limit_of(request.user)
    filters = form.filters(choices=choices(now.date(), limit), limit=limit)
    try:
        view = save_view(request.user, name=form.cleaned_data["name"], filters=filters, now=now)
    except TooManyViews as refusal:
        messages.error(request, str(refusal))
        return redirect("insights")
    messages.success(request, _("The view “%(name)s” is saved. Its link stands at the top.") % {"name": view.name})
    return redirect(reverse("insights") + view.query)


@staff_only(may_see_insights)
@require_POST
def schedule(request: HttpRequest, view_id: int) -> HttpResponse:
    """Choose how often a view is sent to its reader by mail."""
    view = get_object_or_404(request.user.saved_views, pk=view_id)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how often the view is to be sent from the list."))
        return redirect("insights")
    first = schedule_view(view, form.cleaned_data["schedule"], now=timezone.now())
    if first:
        said = _("The view “%(name)s” is sent to you by mail, next on %(day)s.")
        messages.success(request, said % {"name": view.name, "day": date_format(first)})
    else:
        messages.success(request, _("The view “%(name)s” is not sent by mail.") % {"name": view.name})
    return redirect("insights")


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True, no_store=True)
def report(request: HttpRequest, view_id: int) -> HttpResponse:
    """Answer a saved view as a PDF, with the figures of now, within its reader's limit of now."""
    view, now = get_object_or_404(request.user.saved_views, pk=view_id), timezone.now()
    content = as_pdf(report_of(view, now=now), title=view.name, mark=mark_for(request.user, now=now), now=now)
    response = HttpResponse(content, content_type="application/pdf")
    name = marked_name("report", "pdf", request.user, now=now)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@staff_only(may_see_insights)
@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete a view that the reader has saved."""
    view = get_object_or_404(request.user.saved_views, pk=view_id)
    view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect("insights")
