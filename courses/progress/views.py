from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from courses.assessments.forms import attempt_form
from courses.assessments.models import Attempt, QuizPage
from courses.assessments.queries import attempts_at, attempts_of, responses_of
from courses.assessments.services import file_appeal, save_draft
from courses.catalogue.models import CoursePage
from courses.catalogue.queries import live_courses
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import admission_to, enrolment_in
from courses.enrolment.queries.cohorts import cohorts_applied_for, offers_to
from courses.enrolment.services import withdraw_learner
from courses.enrolment.services.cohorts import settle_cohorts
from courses.lessons.models import LessonPage
from courses.progress import overviews, services
from courses.progress.forms import AppealForm, WatchedForm
from courses.progress.queries import resume_seconds, syllabus_around, syllabus_for, watched_share
from courses.progress.rules import Progress
from courses.webinars.queries import registrations_ahead
from courses.webinars.services.following import seats_asked_for
from lms.accounts.forms import EnrolmentDetailsForm
from lms.lib.errors import Refusal

LONGEST_ID = 19  # digits, of a number that the database can hold


@login_required
@require_safe
def my_learning(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    runs = cohorts_applied_for(request.user, now=now)
    settle_cohorts(runs, now=now)
    context = {
        "learning": overviews.learning_of(request.user),
        "webinars": sorted(
            [*seats_asked_for(request.user, now=now), *registrations_ahead(request.user, now=now)],
            key=lambda place: place.starts_at,
        ),
        "cohorts": offers_to(request.user, runs, now=now),
    }
    return render(request, "courses/progress/my_learning.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, page_id: int) -> HttpResponse:
    """Enrol in a course; asks for name and country of work on the way if they are not known yet."""
    course = get_object_or_404(live_courses(), pk=page_id)
    asks_details = not request.user.has_enrolment_details
    details = None
    if asks_details:
        details = EnrolmentDetailsForm(request.POST if "name" in request.POST else None, instance=request.user)
    if request.method != "POST" or (details and not details.is_valid()):
        return render(request, "courses/enrolment/details.html", {"course": course, "form": details})
    if details:
        details.save()
    try:
        enrolment = services.enrol_in_course(request.user, course, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(course.url)
    step = syllabus_for(course, enrolment).next_step
    messages.success(request, _("You are enrolled. Take the lessons in any order, at your own pace."))
    return redirect(step.url if step else course.url)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, page_id: int) -> HttpResponse:
    """Leave a course: asks first, then does it."""
    course = get_object_or_404(CoursePage.objects.live(), pk=page_id)
    enrolment = enrolment_in(request.user, course.translation_key)
    if enrolment is None:
        raise Http404
    if request.method != "POST" and enrolment.state == Enrolment.State.ACTIVE:
        return render(request, "courses/enrolment/withdraw.html", {"course": course, "enrolment": enrolment})
    try:
        withdraw_learner(enrolment, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have left the course. What you did is kept, should you come back."))
    return redirect(course.url)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mark_done(request: HttpRequest, page_id: int) -> HttpResponse:
    """Mark a lesson as done and go on to the next step."""
    page = get_object_or_404(LessonPage.objects.live(), pk=page_id)
    enrolment = admission_to(request.user, page).enrolment
    if request.method != "POST" or enrolment is None:
        return redirect(page.url)  # which opens for learners, and sends others to where they can enrol
    try:
        progress = services.mark_lesson_done(enrolment, page, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{page.url}#done")
    return _completed(request, enrolment, progress) or redirect(_following(page) or "my_learning")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def watched(request: HttpRequest, page_id: int, item_id: int) -> HttpResponse:
    """Take from a player what was watched of a recording in a lesson, and say where to go on and how much that is."""
    page = get_object_or_404(LessonPage.objects.live(), pk=page_id)
    enrolment = admission_to(request.user, page).enrolment
    item = next((one for one in page.recordings if one.pk == item_id), None)
    if enrolment is None or item is None:
        raise Http404
    if request.method == "POST":
        form = WatchedForm(request.POST)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        services.record_watched(enrolment, page, item, **form.facts(), now=timezone.now())
    return JsonResponse({"position": resume_seconds(enrolment, item), "share": watched_share(enrolment, item)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, page_id: int, item_id: int) -> HttpResponse:
    """Take a learner's word that they read a recording, or played it elsewhere."""
    page = get_object_or_404(LessonPage.objects.live(), pk=page_id)
    enrolment = admission_to(request.user, page).enrolment
    if request.method != "POST":
        return redirect(page.url)
    # In a translation, a recording that is asked of them may stand in the first language alone.
    if enrolment is None or item_id not in {*page.recording_ids, *enrolment.contract.recording_ids}:
        raise Http404
    progress = services.record_read(enrolment, item_id, now=timezone.now())
    if completed := _completed(request, enrolment, progress):
        return completed
    messages.success(request, _("It counts. Thank you for telling us."))
    return redirect(f"{page.url}#done")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin_quiz(request: HttpRequest, page_id: int) -> HttpResponse:
    """Begin an attempt that costs something: one of a few, or against the clock."""
    page = get_object_or_404(QuizPage.objects.live(), pk=page_id)
    enrolment = admission_to(request.user, page).enrolment
    if request.method == "POST" and enrolment:
        try:
            services.begin_quiz(enrolment, page, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect(page.url)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_quiz(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take the answers to an open attempt: keep them for later, or hand them in."""
    page = get_object_or_404(QuizPage.objects.live(), pk=page_id)
    enrolment = admission_to(request.user, page).enrolment
    if request.method != "POST" or enrolment is None:
        return redirect(page.url)
    now = timezone.now()
    attempt = _attempt_answered(request, enrolment, page, now=now)
    if attempt is None:
        messages.info(request, _("You have no open attempt at this quiz. Begin one to answer it."))
        return redirect(page.url)
    if not attempt.is_open:
        messages.info(request, _("This attempt is handed in already. To answer once more, open the quiz again."))
        return redirect("attempt", attempt.pk)
    form = attempt_form(attempt, request.POST)
    is_kept = save_draft(attempt, form.draft, now=now)
    if "save" in request.POST:
        return _answer_saved(request, page, is_kept=is_kept)
    if is_kept and not form.is_valid():
        request.enrolment = enrolment
        context = page.get_context(request) | {"form": form}
        return render(request, page.get_template(request), context)
    if is_kept:
        services.submit_quiz(enrolment, attempt.pk, form.answers, now=now)
    elif attempt.due_at:
        services.hand_in_overdue(attempt)
        messages.warning(request, _("Time was up before your answers arrived. What was saved until then is handed in."))
    return redirect("attempt", attempt.pk)


def _attempt_answered(request: HttpRequest, enrolment: Enrolment, page: QuizPage, *, now: datetime) -> Attempt | None:
    """Return the attempt whose form was sent; sent without its number, the one the learner is in the middle of."""
    number = request.POST.get("attempt", "")
    if number.isdecimal() and len(number) < LONGEST_ID:
        return attempts_at(enrolment, page).filter(pk=int(number)).first()
    return services.attempt_at(enrolment, page, now=now)


def _answer_saved(request: HttpRequest, page: QuizPage, *, is_kept: bool) -> HttpResponse:
    if request.accepts("text/html"):
        if is_kept:
            messages.success(request, _("Your answers are saved. Go on whenever you like; they are not handed in yet."))
        else:
            messages.error(request, _("Time was up before your answers arrived, so they could not be saved."))
        return redirect(page.url)
    return HttpResponse(status=204 if is_kept else 409)


@login_required
@require_safe
def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Show a marked attempt to the person whose it is."""
    marked = get_object_or_404(attempts_of(request.user), pk=attempt_id)
    context = {"marked": overviews.marked_attempt(marked), "form": AppealForm()}
    return render(request, "courses/assessments/quiz_marked.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, response_id: int) -> HttpResponse:
    """Tell the course's team that an answer is right, where its reasons are shown."""
    response = get_object_or_404(responses_of(request.user), pk=response_id)
    attempt = attempts_of(request.user).get(pk=response.attempt_id)
    marked = overviews.marked_attempt(attempt)
    question = next((one for one in marked.questions if one.response == response), None)
    if request.method != "POST" or question is None:
        return redirect("attempt", attempt.pk)
    form = AppealForm(request.POST)
    if not form.is_valid():
        context = {"attempt": attempt, "question": question, "form": form}
        return render(request, "courses/assessments/appeal.html", context)
    try:
        file_appeal(response, by=request.user, text=form.cleaned_data["text"], now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The course’s team has been told. You get a mail when they have decided."))
    return redirect(f"{reverse('attempt', args=[attempt.pk])}#question-{question.number}")


def _completed(request: HttpRequest, enrolment: Enrolment, progress: Progress) -> HttpResponse | None:
    """Congratulate whoever has just done the last thing missing, and lead them to where their certificate will be."""
    if not progress.is_complete or enrolment.state != Enrolment.State.ACTIVE:
        return None
    messages.success(request, _("You have completed the course. Your certificate is on its way."))
    return redirect("my_learning")


def _following(page: Page) -> str | None:
    """Return the address of the step after this one, of the course after the last."""
    syllabus = syllabus_around(page)
    if syllabus is None:
        return None
    keys = [step.translation_key for step in syllabus.steps]
    here = keys.index(str(page.translation_key)) if str(page.translation_key) in keys else len(keys)
    following = syllabus.steps[here + 1 : here + 2]
    return following[0].url if following else syllabus.url
