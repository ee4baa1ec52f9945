from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from courses.enrolment.models import CourseRun
from courses.enrolment.queries.cohorts import cohorts, offers_to
from courses.enrolment.services.cohorts import settle_cohorts
from courses.progress.cohorts.services import follow_seats, page_of
from lms.access.forms import HardshipForm
from lms.access.models import Application
from lms.access.queries.hardship import hardship_requests_of
from lms.access.queries.seats import live_application
from lms.access.rules.periods import REVIEW_WORKING_DAYS
from lms.access.services.hardship import ask_for_less
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat
from lms.accounts.forms import EnrolmentDetailsForm
from lms.lib.errors import Refusal


@require_safe
def cohort(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show a cohort: when, what it costs the reader and why, and where they stand for a seat."""
    run = _run_or_404(run_id)
    return render(request, "courses/enrolment/cohort.html", _context(request, run))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, run_id: int) -> HttpResponse:
    """Apply for a seat; says what it costs, and asks for name and country of work if they are not known yet."""
    run = _run_or_404(run_id)
    if request.method != "POST" and live_application(run.pool, request.user):
        return _to_the_seat(run)
    details = None
    if not request.user.has_enrolment_details:
        details = EnrolmentDetailsForm(request.POST if "name" in request.POST else None, instance=request.user)
    if request.method != "POST" or (details and not details.is_valid()):
        return render(request, "courses/enrolment/apply.html", _context(request, run) | {"form": details})
    if details:
        details.save()
    try:
        application = apply_for_seat(run.pool_id, request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if application.state == Application.State.CONFIRMED:
            _follow_at_once(request, run)
            messages.success(request, _("You have a seat."))
        else:
            messages.success(request, _("You are on the list. Where you stand is said below."))
    return _to_the_seat(run)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take the seat that is held for the reader."""
    run = _run_or_404(run_id)
    if request.method == "POST":
        try:
            accept_seat(run.pool_id, request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            _follow_at_once(request, run)
            messages.success(request, _("The seat is yours."))
    return _to_the_seat(run)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give a seat back, or leave the list: asks first, then does it."""
    run = _run_or_404(run_id)
    application = live_application(run.pool, request.user)
    if application is not None:
        if request.method != "POST":
            context = _context(request, run) | {"application": application}
            return render(request, "courses/enrolment/give_up.html", context)
        give_up_seat(run.pool_id, request.user, now=timezone.now())
        _follow_at_once(request, run)
        messages.success(request, _("Done. Somebody else can have your place now."))
    return _to_the_seat(run)


@login_required
@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
def ask_to_pay_less(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take what somebody says who cannot pay the price; staff answer it."""
    run = _run_or_404(run_id)
    context = _context(request, run)
    if not context["offer"].is_to_pay:
        messages.info(request, _("There is nothing for you to pay here."))
        return _to_the_seat(run, "price")
    form = HardshipForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ask_for_less(request.user, run.pool_id, text=form.cleaned_data["text"], now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Somebody reads it and answers by e-mail; nobody else sees it."))
            return _to_the_seat(run, "price")
    return render(request, "courses/enrolment/pay_less.html", context | {"form": form, "days": REVIEW_WORKING_DAYS})


def _run_or_404(run_id: int) -> CourseRun:
    run = get_object_or_404(cohorts().filter(pool__isnull=False), pk=run_id)
    settle_cohorts([run], now=timezone.now())
    return run


def _context(request: HttpRequest, run: CourseRun) -> dict[str, Any]:
    [offer] = offers_to(request.user, [run], now=timezone.now())
    asked = None
    if run.costs_something and request.user.is_authenticated:
        asked = hardship_requests_of(request.user, run.pool).first()
    return {"run": run, "offer": offer, "course": page_of(run, get_language()), "asked": asked}


def _follow_at_once(request: HttpRequest, run: CourseRun) -> None:
    """Open or close the cohort to the reader before the next page is made; the sweep would do it within a minute."""
    follow_seats(run, now=timezone.now(), person=request.user)


def _to_the_seat(run: CourseRun, part: str = "seat") -> HttpResponse:
    return redirect(f"{resolve_url('cohort', run.pk)}#{part}")
