"""All dates of a series: their calendar, and one click to register for them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from courses.webinars.calendar import CONTENT_TYPE, calendar_file
from courses.webinars.models import Webinar, WebinarSeriesPage
from courses.webinars.queries import MOST_DATES, live_series, open_dates, pages_in, registered_among, webinar_lists
from courses.webinars.services.feeds import entry_of
from courses.webinars.services.series import register_for_all
from lms.accounts.forms import EnrolmentDetailsForm


@require_safe
@cache_control(public=True, max_age=600)
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the dates of a series, for a calendar that reads them again by itself; the same for everybody."""
    series = _series_or_404(slug)
    lists = webinar_lists(now=timezone.now(), among=pages_in(series))
    texts = {page.translation_key: page.abstract for page in (*lists.to_come[:MOST_DATES], *lists.past)}
    dated = Webinar.objects.filter(translation_key__in=texts, starts_at__isnull=False).order_by("starts_at", "pk")
    language = series.locale.language_code
    entries = [entry_of(webinar, language=language, text=texts[webinar.translation_key]) for webinar in dated]
    response = HttpResponse(calendar_file(entries, name=series.title), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{series.slug}.ics"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Register for all dates to come that everybody may come to; asks for name and country of work on the way."""
    series = _series_or_404(slug)
    now = timezone.now()
    open_to_all = open_dates(series, now=now)
    registered = registered_among(open_to_all, request.user)
    dates = [page for page in open_to_all if page.translation_key not in registered]
    if not dates:
        messages.info(request, _("There is no date to come that you could still register for here."))
        return redirect(series.url)
    details = None
    if not request.user.has_enrolment_details:
        details = EnrolmentDetailsForm(request.POST if "name" in request.POST else None, instance=request.user)
    if request.method != "POST" or (details and not details.is_valid()):
        context = {"series": series, "dates": dates, "form": details}
        return render(request, "courses/webinars/register_series.html", context)
    if details:
        details.save()
    count = register_for_all([page.translation_key for page in dates], request.user, now=now)
    told = ngettext(
        "You are registered for %(count)d date. You will be reminded a day and an hour before.",
        "You are registered for %(count)d dates. You will be reminded of each a day and an hour before.",
        count,
    )
    messages.success(request, told % {"count": count})
    return redirect(series.url)


def _series_or_404(slug: str) -> WebinarSeriesPage:
    found = live_series().select_related("locale")
    return get_object_or_404(found, slug=slug, locale__language_code=get_language())
