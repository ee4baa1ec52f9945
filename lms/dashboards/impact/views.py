from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.dashboards.impact import queries


@require_safe
def show_impact(request: HttpRequest) -> HttpResponse:
    """Show everybody what the academy has come to, where a programme lead has switched that on."""
    if not queries.is_public():
        raise Http404
    return render(request, "dashboards/impact/impact.html", {"impact": queries.impact(now=timezone.now())})
