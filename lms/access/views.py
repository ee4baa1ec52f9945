from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from lms.access.forms import AccessForm, AppealForm
from lms.access.models import Decision
from lms.access.queries.overview import history_of, overview_of, priority_of
from lms.access.queries.requests import last_request
from lms.access.review_words import reasons_of
from lms.access.rules.periods import APPEAL_ANSWER_DAYS, REVIEW_WORKING_DAYS, appeal_answered_by, appeal_ends_at
from lms.access.services.appeals import appeal_decision
from lms.access.services.requests import renew_access, request_access
from lms.access.wording import named
from lms.lib.errors import Refusal

DECISIONS_ON_A_PAGE = 10


@login_required
@require_safe
def my_access(request: HttpRequest) -> HttpResponse:
    """Show a person their priority and what it rests on; ask for it who has never asked."""
    return _show(request)


@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take what a person tells about where they work, and decide."""
    now = timezone.now()
    priority = priority_of(request.user, now=now)
    form = AccessForm(
        request.POST if request.method == "POST" else None,
        country=str(request.user.country),
        told=last_request(request.user),
    )
    if form.is_valid():
        try:
            told = request_access(
                request.user, country=form.cleaned_data["country"], sentences=form.sentences(), now=now
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said_of(told.decision))
            return redirect("my_access")
    return render(request, "access/ask.html", {"form": form, "priority": priority})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest) -> HttpResponse:
    """Renew priority by what the person told us before."""
    if request.method == "POST":
        try:
            messages.success(request, _said_of(renew_access(request.user, now=timezone.now()).decision))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect("my_access")


@login_required
@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, decision_id: int) -> HttpResponse:
    """File an appeal; what was written is shown again where something is wrong with it."""
    decision = get_object_or_404(Decision, person=request.user, pk=decision_id)
    if request.method != "POST":
        return redirect("my_access")
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            appeal_decision(request.user, decision.pk, text=form.cleaned_data["text"], now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your appeal is filed. Other people will look at it and answer by e-mail."))
        return redirect("my_access")
    return _show(request, appeal_form=form)


def _show(request: HttpRequest, *, appeal_form: AppealForm | None = None) -> HttpResponse:
    now = timezone.now()
    overview = overview_of(request.user, now=now)
    shown = overview.priority.counts
    newest, told, filed = overview.priority.newest, overview.told, overview.appeal
    context = {
        "priority": overview.priority,
        "overview": overview,
        "reasons": reasons_of(shown) if shown else [],
        "queued_reasons": reasons_of(newest) if newest and newest != shown else [],
        "told": told,
        "criteria": named(told.sentences) if told else [],
        "form": AccessForm(country=str(request.user.country)),
        "appeal_form": appeal_form or AppealForm(),
        "appeal_until": appeal_ends_at(newest.decided_at) if newest else None,
        "appeal_answered_by": appeal_answered_by(filed.made_at) if filed else None,
        "answer_days": APPEAL_ANSWER_DAYS,
        "review_days": REVIEW_WORKING_DAYS,
        "page_of": Paginator(history_of(request.user), DECISIONS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "access/my_access.html", context)


def _said_of(decision: Decision) -> str:
    if decision.gives_priority:
        return _("You have priority.")
    if decision.needs_review:
        return _("Thank you. A person will look at your request within %(days)s working days.") % {
            "days": REVIEW_WORKING_DAYS
        }
    return _("Thank you. What was decided, and why, stands below.")
