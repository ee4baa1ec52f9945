from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.webinars.calendar import Event, calendar_file
from courses.webinars.models import WebinarPage
from courses.webinars.queries import live_webinars
from lms.access.models import Application, SeatPool
from lms.access.queries.seats import live_application
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat, settle_pool
from lms.accounts.forms import EnrolmentDetailsForm
from lms.lib.errors import Refusal


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a calendar file of one webinar; 404 until it has a date."""
    webinar = _webinar_or_404(slug)
    if webinar.starts_at is None:
        raise Http404
    address = f"{settings.SITE_URL}{webinar.url}"
    changed_at = webinar.last_published_at or webinar.first_published_at or webinar.starts_at
    event = Event(
        uid=f"webinar-{webinar.translation_key}@{urlsplit(settings.SITE_URL).hostname}",
        stamp=changed_at,
        sequence=int(changed_at.timestamp()) - int((webinar.first_published_at or changed_at).timestamp()),
        starts_at=webinar.starts_at,
        ends_at=webinar.ends_at,
        title=webinar.title,
        text=f"{webinar.abstract}\n\n{address}",
        url=address,
    )
    response = HttpResponse(
        calendar_file(event, language=webinar.locale.language_code), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{webinar.slug}.ics"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Apply for a seat; asks for name and country of work on the way if they are not known yet."""
    webinar = _webinar_or_404(slug)
    pool = _pool_or_404(webinar)
    if request.method != "POST" and live_application(pool, request.user):
        return redirect(f"{webinar.url}#seat")
    details = None
    if not request.user.has_enrolment_details:
        details = EnrolmentDetailsForm(request.POST if "name" in request.POST else None, instance=request.user)
    if request.method != "POST" or (details and not details.is_valid()):
        context = {"webinar": webinar, "webinars": [webinar], "form": details}
        return render(request, "courses/webinars/register.html", context)
    if details:
        details.save()
    try:
        application = apply_for_seat(pool.pk, request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if application.state == Application.State.CONFIRMED:
            messages.success(request, _("You have a seat."))
        else:
            messages.success(request, _("You are on the list. Where you stand is said below."))
    return redirect(f"{webinar.url}#seat")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the seat that is held for the reader."""
    webinar = _webinar_or_404(slug)
    pool = _pool_or_404(webinar)
    if request.method == "POST":
        try:
            accept_seat(pool.pk, request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The seat is yours."))
    return redirect(f"{webinar.url}#seat")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a seat back, or leave the list: asks first, then does it."""
    webinar = _webinar_or_404(slug)
    pool = _pool_or_404(webinar)
    now = timezone.now()
    settle_pool(pool.pk, now=now)
    application = live_application(pool, request.user)
    if application is not None:
        if request.method != "POST":
            return render(request, "courses/webinars/give_up.html", {"webinar": webinar, "application": application})
        give_up_seat(pool.pk, request.user, now=now)
        messages.success(request, _("Done. Somebody else can have your place now."))
    return redirect(f"{webinar.url}#seat")


def _webinar_or_404(slug: str) -> WebinarPage:
    return get_object_or_404(live_webinars(), slug=slug, locale__language_code=get_language())


def _pool_or_404(webinar: WebinarPage) -> SeatPool:
    if (pool := webinar.pool) is None:
        raise Http404
    return pool
