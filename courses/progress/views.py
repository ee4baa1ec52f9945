from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.assessments.models import QuizPage
from courses.assessments.queries import attempts_of, live_questions
from courses.catalogue.models import CoursePage
from courses.catalogue.queries import course_page_of, live_courses
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import enrolment_in
from courses.enrolment.services import withdraw_learner
from courses.lessons.models import LessonPage
from courses.progress import overviews, services
from courses.progress.forms import QuizForm
from courses.progress.queries import syllabus_for
from lms.accounts.forms import EnrolmentDetailsForm
from lms.lib.errors import Refusal


@login_required
@require_GET
def my_learning(request: HttpRequest) -> HttpResponse:
    return render(request, "courses/progress/my_learning.html", {"learning": overviews.learning_of(request.user)})


@login_required
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest, page_id: int) -> HttpResponse:
    """Enrol in a course; asks for name and country of work on the way if they are not known yet."""
    course = get_object_or_404(live_courses(), pk=page_id)
    if request.method == "GET" and request.user.has_enrolment_details:
        return redirect(course.url)
    details = EnrolmentDetailsForm(request.POST if "name" in request.POST else None, instance=request.user)
    if "name" in request.POST and details.is_valid():
        details.save()
    if not request.user.has_enrolment_details or (details.is_bound and details.errors):
        return render(request, "courses/enrolment/details.html", {"course": course, "form": details})
    try:
        enrolment = services.enrol_in_course(request.user, course, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(course.url)
    messages.success(request, _("You are enrolled. This is your first lesson; go through them in any order you like."))
    step = syllabus_for(course, enrolment).next_step
    return redirect(step.url if step else course.url)


@login_required
@require_POST
def withdraw(request: HttpRequest, page_id: int) -> HttpResponse:
    course, enrolment = _own_course(request, get_object_or_404(CoursePage.objects.live(), pk=page_id))
    try:
        withdraw_learner(enrolment, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have left the course. What you did is kept, should you come back."))
    return redirect(course.url)


@login_required
@require_POST
def mark_done(request: HttpRequest, page_id: int) -> HttpResponse:
    """Mark a lesson as done and go on to the next step."""
    page = get_object_or_404(LessonPage.objects.live(), pk=page_id)
    course, enrolment = _own_course(request, page)
    progress = services.mark_lesson_done(enrolment, page, now=timezone.now())
    if progress.is_complete:
        messages.success(request, _("You have completed the course. Your certificate is on its way."))
        return redirect("my_learning")
    steps = syllabus_for(course, enrolment).steps
    here = next((n for n, step in enumerate(steps) if step.page_id == page.pk), -1)
    following = steps[here + 1 : here + 2]
    return redirect(following[0].url if following else course.url)


@login_required
@require_POST
def answer_quiz(request: HttpRequest, page_id: int) -> HttpResponse:
    page = get_object_or_404(QuizPage.objects.live(), pk=page_id)
    _course, enrolment = _own_course(request, page)
    form = QuizForm(live_questions(page), request.POST)
    if not form.is_valid():
        messages.error(
            request, _("The quiz has changed since you opened it, or a part was missing. Please answer it again.")
        )
        return redirect(page.url)
    try:
        attempt = services.submit_quiz(enrolment, page, form.answers, submission=form.submission_id, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(page.url)
    return redirect("attempt", attempt.pk)


@login_required
@require_GET
def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Show a marked attempt to the person whose it is."""
    marked = get_object_or_404(attempts_of(request.user), pk=attempt_id)
    return render(request, "courses/assessments/quiz_marked.html", overviews.marked_attempt(marked))


def _own_course(request: HttpRequest, page: CoursePage | LessonPage | QuizPage) -> tuple[CoursePage, Enrolment]:
    """Return the page's course and this person's enrolment in it; 404 if there is none they may use."""
    course = course_page_of(page)
    enrolment = course and enrolment_in(request.user, course.translation_key)
    if not enrolment or enrolment.state == Enrolment.State.WITHDRAWN:
        raise Http404
    return course, enrolment
