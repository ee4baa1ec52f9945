from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.webinars.forms import AnswersForm
from courses.webinars.queries import answers_of, answers_until, questions_of
from courses.webinars.services.answers import change_answers
from courses.webinars.views.webinars import dated_or_404, takes_part, webinar_or_404
from lms.lib.errors import Refusal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Let somebody who takes part see and change what they answered, until the start."""
    page = webinar_or_404(slug)
    webinar = dated_or_404(page)
    questions = questions_of(page)
    if not questions:
        raise Http404
    if not takes_part(webinar, request.user):
        return redirect(f"{page.url}#seat")
    data = request.POST if request.method == "POST" else None
    form = AnswersForm(data, questions=questions, answers=answers_of(webinar, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            change_answers(webinar, request.user, form.answers, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your answers are kept."))
        return redirect(f"{page.url}#seat")
    context = {"webinar": page, "form": form, "until": answers_until(webinar)}
    return render(request, "courses/webinars/answers.html", context)
