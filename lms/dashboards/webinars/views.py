from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from courses.webinars.models import Webinar
from courses.webinars.queries import may_organise, webinars_of
from courses.webinars.rules import zoned_times
from lms.accounts.guards import staff_only
from lms.dashboards.teaching.queries import may_teach
from lms.dashboards.webinars import queries

WEBINARS_ON_A_PAGE = 50


@staff_only(may_teach)
@require_safe
@cache_control(private=True)
def show_webinars(request: HttpRequest) -> HttpResponse:
    """Show the webinars somebody organises, and how many have registered for each."""
    page = Paginator(queries.listed_webinars(request.user), WEBINARS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [_about(webinar) for webinar in page]
    return render(request, "dashboards/webinars/webinars.html", {"rows": rows, "page_of": page})


@staff_only(may_organise)
@require_safe
@cache_control(private=True)
def show_webinar(request: HttpRequest, webinar_id: int) -> HttpResponse:
    """Show who has registered for a webinar."""
    webinar = _webinar(request, webinar_id)
    context = {"places": queries.places_of(webinar)}
    return render(request, "dashboards/webinars/webinar.html", _about(webinar) | context)


def _webinar(request: HttpRequest, webinar_id: int) -> Webinar:
    return get_object_or_404(webinars_of(request.user).select_related("pool"), pk=webinar_id)


def _about(webinar: Webinar) -> dict[str, Any]:
    """Return what is said of a webinar wherever it stands: its title, its page's path, when it is by its organiser's clock."""
    session = zoned_times(*webinar.when, webinar.zone) if webinar.starts_at else None
    is_over = webinar.ends_at is not None and webinar.ends_at <= timezone.now()
    return {"webinar": webinar, **webinar.label_in(get_language() or ""), "session": session, "is_over": is_over}
