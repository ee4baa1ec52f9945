from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.webinars.calendar import CONTENT_TYPE, calendar_file
from courses.webinars.forms import AnswersForm
from courses.webinars.models import Webinar, WebinarPage
from courses.webinars.queries import (
    answers_of,
    answers_until,
    has_seat,
    live_webinars,
    organises,
    questions_of,
    registration_of,
)
from courses.webinars.services import registrations
from courses.webinars.services.answers import change_answers, forget_answers_of, keep_answers
from courses.webinars.services.doors import enter
from courses.webinars.services.feeds import entry_of
from courses.webinars.services.following import follow_pages
from lms.access.models import Application, SeatPool
from lms.access.queries.seats import live_application
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat, settle_pool
from lms.accounts.forms import EnrolmentDetailsForm
from lms.accounts.models import User
from lms.lib.errors import Refusal


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a calendar file of one webinar; 404 until it has a date."""
    page = webinar_or_404(slug)
    entry = entry_of(dated_or_404(page), language=page.locale.language_code, text=page.abstract)
    response = HttpResponse(calendar_file([entry]), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{page.slug}.ics"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Register, or apply where seats are limited; asks on the way what the organisers ask, and name and country if not known."""
    page = webinar_or_404(slug)
    webinar = dated_or_404(page)
    if request.method != "POST" and takes_part(webinar, request.user):
        return redirect(f"{page.url}#seat")
    details = None
    if not request.user.has_enrolment_details:
        details = EnrolmentDetailsForm(request.POST if "name" in request.POST else None, instance=request.user)
    questions = None
    if asked := questions_of(page):
        questions = AnswersForm(
            request.POST if "answering" in request.POST else None,
            questions=asked,
            answers=answers_of(webinar, request.user),
        )
    forms = [form for form in (details, questions) if form is not None]
    are_valid = [form.is_valid() for form in forms]  # each of them, so that all mistakes are shown at once
    if request.method != "POST" or not all(are_valid):
        context = {
            "webinar": page,
            "webinars": [page],
            "form": details,
            "questions": questions,
            "until": answers_until(webinar),
            "is_limited": webinar.has_limited_seats,
        }
        return render(request, "courses/webinars/register.html", context)
    if details:
        details.save()
    now = timezone.now()
    keep = change_answers if takes_part(webinar, request.user) else keep_answers
    try:
        with transaction.atomic():  # nobody is registered without the answers that are asked of all
            said = _take_part(webinar, request.user, now=now)
            if questions:
                keep(webinar, request.user, questions.answers, now=now)
        messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{page.url}#seat")


def takes_part(webinar: Webinar, person: User) -> bool:
    """Say whether somebody has a registration or, where seats are limited, a place in the list."""
    if webinar.has_limited_seats:
        return live_application(webinar.pool, person) is not None
    return registration_of(webinar, person) is not None


def _take_part(webinar: Webinar, person: User, *, now: datetime) -> str:
    """Register somebody, or apply for them; return what to tell them. Raises Refusal."""
    if not webinar.has_limited_seats:
        registrations.register(webinar, person, now=now)
        return _("You are registered. You will be reminded a day and an hour before.")
    if apply_for_seat(webinar.pool_id, person, now=now).state == Application.State.CONFIRMED:
        return _("You have a seat.")
    return _("You are on the list. Where you stand is said below.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """End a registration: asks first, then does it."""
    page = webinar_or_404(slug)
    registration = registration_of(dated_or_404(page), request.user)
    if registration is not None:
        if request.method != "POST":
            return render(request, "courses/webinars/cancel.html", {"webinar": page})
        registrations.cancel(registration.webinar, request.user, now=timezone.now())
        forget_answers_of(registration.webinar, request.user)
        messages.success(request, _("You are not registered any more, and will not be reminded."))
    return redirect(f"{page.url}#seat")


@login_required
@never_cache
@require_http_methods(["GET"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead who is registered, or a host, to the meeting while its door is open, and note it; others back to the page."""
    page = webinar_or_404(slug)
    webinar = dated_or_404(page)
    now = timezone.now()
    registration = registration_of(webinar, request.user)
    if registration is None and webinar.has_limited_seats and has_seat(webinar.pool, request.user):
        registrations.follow_seats(webinar.pool_id, now=now)  # the seat was taken a moment ago
        registration = registration_of(webinar, request.user)
    is_host = organises(request.user, webinar.translation_key)
    try:
        way_in = HttpResponseRedirect(enter(webinar, request.user, registration=registration, is_host=is_host, now=now))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{page.url}#seat")
    way_in["Referrer-Policy"] = "no-referrer"
    return way_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the seat that is held for the reader."""
    webinar = webinar_or_404(slug)
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
    webinar = webinar_or_404(slug)
    pool = _pool_or_404(webinar)
    now = timezone.now()
    settle_pool(pool.pk, now=now)
    application = live_application(pool, request.user)
    if application is not None:
        if request.method != "POST":
            return render(request, "courses/webinars/give_up.html", {"webinar": webinar, "application": application})
        give_up_seat(pool.pk, request.user, now=now)
        forget_answers_of(pool.webinar, request.user)
        messages.success(request, _("Done. Somebody else can have your place now."))
    return redirect(f"{webinar.url}#seat")


def webinar_or_404(slug: str) -> WebinarPage:
    return get_object_or_404(live_webinars(), slug=slug, locale__language_code=get_language())


def dated_or_404(page: WebinarPage) -> Webinar:
    """Return the webinar of a page with a date; one that was published this moment and is not followed yet is followed."""
    if page.starts_at is None:
        raise Http404
    found = Webinar.objects.select_related("pool", "meeting").filter(
        translation_key=page.translation_key, meeting__isnull=False
    )
    webinar = found.first()
    if webinar is None:
        follow_pages(page.translation_key, now=timezone.now())
        webinar = get_object_or_404(found)
    return webinar


def _pool_or_404(webinar: WebinarPage) -> SeatPool:
    if (pool := webinar.pool) is None:
        raise Http404
    return pool
