from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from courses.webinars.asked import asked_by
from courses.webinars.forms import AskForm
from courses.webinars.models import AskedQuestion, WebinarPage
from courses.webinars.queries import registration_of
from courses.webinars.services import asking
from courses.webinars.views.webinars import dated_or_404, webinar_or_404
from lms.lib.errors import Refusal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who is registered what is asked, and take their question; lead others to the registration."""
    page = webinar_or_404(slug)
    webinar = dated_or_404(page)
    registration = registration_of(webinar, request.user)
    if registration is None:
        return _to_registration(request, page)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask(registration, form.cleaned_data["text"], now=timezone.now())
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(
                request, _("Your question is in the list. Others can vote for it; nobody reads who asked.")
            )
            return redirect("webinar_questions", page.slug)
    context = {
        "webinar": page,
        "asked": asked_by(webinar, registration),
        "form": form if asking.is_open(webinar, now=timezone.now()) else None,
    }
    return render(request, "courses/webinars/questions.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, slug: str, question_id: int) -> HttpResponse:
    """Vote for a question, or take the vote back; leads back to it."""
    page = webinar_or_404(slug)
    webinar = dated_or_404(page)
    registration = registration_of(webinar, request.user)
    if registration is None:
        return _to_registration(request, page)
    question = get_object_or_404(AskedQuestion, pk=question_id, webinar=webinar, hidden_at=None)
    if request.method == "POST":
        change = asking.unvote if "back" in request.POST else asking.vote
        try:
            change(question, registration, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect(f"{page.url}questions#question-{question.pk}")


def _to_registration(request: HttpRequest, page: WebinarPage) -> HttpResponse:
    messages.error(request, _("Register first; then you can ask here and vote for questions."))
    return redirect(f"{page.url}#seat")
