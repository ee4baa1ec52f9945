from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.enrolment.queries import admission_to
from courses.lessons.models import LessonPage
from courses.reflections import queries, services
from courses.reflections.errors import WrittenElsewhere
from courses.reflections.forms import ReflectionForm


@login_required
@require_safe
def my_reflections(request: HttpRequest) -> HttpResponse:
    return render(
        request, "courses/reflections/my_reflections.html", {"written": queries.everything_written_by(request.user)}
    )


@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, page_id: int, key: UUID) -> HttpResponse:
    """Keep what somebody wrote at a question of a lesson and lead back to the place.

    Whatever stands in the way, what was written is shown again, so nothing has to be typed twice.
    """
    page = get_object_or_404(LessonPage.objects.live(), pk=page_id)
    if "text" not in request.POST:
        return redirect(page.url)
    if not request.user.is_authenticated:
        return _not_saved(request, page, _("You are signed out. Copy your text, sign in, and paste it in the lesson."))
    question = queries.question_at(page, key)
    if question is None or not admission_to(request.user, page).is_admitted:
        return _not_saved(
            request, page, _("The lesson does not ask this any more, or is closed to you. Copy your text.")
        )
    form = ReflectionForm(request.POST, key=key)
    elsewhere = ""
    if form.is_valid():
        text, based_on = form.cleaned_data["text"], form.cleaned_data["seen"]
        try:
            services.save_reflection(
                request.user, page, key, question=question, text=text, based_on=based_on, now=timezone.now()
            )
            return redirect(f"{page.url}#r-{str(key)[:8]}")
        except WrittenElsewhere as refusal:
            form = ReflectionForm({"text": text, "seen": refusal.version}, key=key)
            form.add_error(None, str(refusal))
            elsewhere = refusal.text
    context = {"page": page, "key": key, "question": question, "form": form, "elsewhere": elsewhere}
    return render(request, "courses/reflections/write.html", context)


@login_required
@require_POST
def delete(request: HttpRequest, reflection_id: int) -> HttpResponse:
    get_object_or_404(queries.reflections_of(request.user), pk=reflection_id).delete()
    messages.success(request, _("The reflection is deleted."))
    return redirect("my_reflections")


def _not_saved(request: HttpRequest, page: LessonPage, reason: str) -> HttpResponse:
    context = {"page": page, "reason": reason, "text": request.POST["text"]}
    return render(request, "courses/reflections/not_saved.html", context, status=403)
