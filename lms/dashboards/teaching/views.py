from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from courses.assessments.models import Appeal
from courses.assessments.queries import appeals_in, open_appeals_by
from courses.assessments.reviews import review_of
from courses.assessments.services import decline_appeal, make_ruling, uphold_appeal
from courses.catalogue.models import Course
from courses.enrolment.models import CourseRun
from lms.accounts.guards import staff_only
from lms.dashboards.teaching import appeals, findings, item_analysis, queries, rules
from lms.dashboards.teaching.forms import DecisionForm, LearnersForm, RulingForm, run_name
from lms.lib import tables
from lms.lib.errors import Refusal

LEARNERS_ON_A_PAGE = 50
MOST_FOUND = 1_000
APPEALS_ON_A_PAGE = 20
RULED = gettext_lazy("Decided. The answers are being marked again; that takes a minute or two.")


@staff_only(queries.may_teach)
@require_safe
@cache_control(private=True)
def show_courses(request: HttpRequest) -> HttpResponse:
    """Show the courses a person teaches, and how many learn in each."""
    courses = queries.taught_courses(request.user, today=timezone.now().date())
    context = {"courses": courses, "days": queries.RECENT_DAYS}
    return render(request, "dashboards/teaching/courses.html", context)


@staff_only(queries.may_teach)
@require_safe
@cache_control(private=True)
def show_learners(request: HttpRequest, course_id: int) -> HttpResponse:
    """Show the learners of a course under the filters of the address."""
    course = _taught_course(request, course_id)
    runs = queries.runs_of(course)
    form = LearnersForm(request.GET, runs=runs)
    enrolments = queries.enrolments_in(course, form.selection, today=timezone.now().date())
    # Of a name that half of 100,000 have, nobody reads on: the found are not counted to their end.
    most = MOST_FOUND if form.selection.name else None
    page = Paginator(enrolments[:most], LEARNERS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "course": course,
        "title": queries.title_of(course),
        "form": form,
        "is_cut": page.paginator.count == most,
        "head": _head(runs),
        "has_runs": len(runs) > 1,
        "rows": [(row, run_name(row.run)) for row in queries.rows_of(page)],
        "page_of": page,
        "query": _query(form),
    }
    return render(request, "dashboards/teaching/learners.html", context)


@staff_only(queries.may_teach)
@require_safe
@cache_control(private=True)
def download_learners(request: HttpRequest, course_id: int) -> StreamingHttpResponse:
    """Answer the learners of a course as CSV, under the filters of the address; sent as it is read."""
    course = _taught_course(request, course_id)
    runs = queries.runs_of(course)
    form = LearnersForm(request.GET, runs=runs)
    enrolments = queries.enrolments_in(course, form.selection, today=timezone.now().date())
    lines = (_line(row, has_runs=len(runs) > 1) for row in queries.all_rows(enrolments))
    response = StreamingHttpResponse(tables.stream_csv(_head(runs), lines), content_type=tables.CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="genomed-learners.csv"'
    return response


@staff_only(queries.may_teach)
@require_safe
@cache_control(private=True)
def show_quizzes(request: HttpRequest, course_id: int) -> HttpResponse:
    """Show how first attempts at a course's quizzes go."""
    course = _taught_course(request, course_id)
    context = {
        "course": course,
        "title": queries.title_of(course),
        "quizzes": item_analysis.quizzes_of(course),
    }
    return render(request, "dashboards/teaching/quizzes.html", context)


@staff_only(queries.may_teach)
@require_safe
@cache_control(private=True)
def show_quiz(request: HttpRequest, course_id: int, quiz_id: int) -> HttpResponse:
    """Show what the answers to a quiz say about its questions."""
    course = _taught_course(request, course_id)
    quiz = get_object_or_404(course.quizzes, pk=quiz_id)
    found = item_analysis.questions_of(quiz)
    rows = [
        (number, row, findings.two_decimals(row.figures.discrimination), findings.findings(row))
        for number, row in enumerate(found, start=1)
    ]
    context = {
        "course": course,
        "course_title": queries.title_of(course),
        "title": queries.title_of(quiz),
        "rows": rows,
        "flagged": [number for number, row, _figure, sentences in rows if sentences],
        "is_any_judged": any(row.figures.is_judged for row in found),
        "least": rules.LEAST_ANSWERS,
        "most_attempts": item_analysis.MOST_ATTEMPTS,
        "minutes": item_analysis.median_minutes(quiz),
    }
    return render(request, "dashboards/teaching/quiz.html", context)


@staff_only(queries.may_teach)
@require_safe
@cache_control(private=True)
def show_appeals(request: HttpRequest, course_id: int) -> HttpResponse:
    """Show the appeals against questions of a course, those still open first."""
    course = _taught_course(request, course_id)
    page = Paginator(_appeals_in(course), APPEALS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "course": course,
        "title": queries.title_of(course),
        "rows": appeals.appeal_rows(page),
        "page_of": page,
        "open": open_appeals_by("course", Course.objects.filter(pk=course.pk)).get(course.pk, 0),
    }
    return render(request, "dashboards/teaching/appeals.html", context)


@staff_only(queries.may_teach)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def show_appeal(request: HttpRequest, course_id: int, appeal_id: int) -> HttpResponse:
    """Show one appeal with the question beside its key, and decide it."""
    course = _taught_course(request, course_id)
    appeal = get_object_or_404(_appeals_in(course), pk=appeal_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _decided(request, appeal, form):
        return redirect("teach_appeals", course.pk)
    [row] = appeals.appeal_rows([appeal])
    context = {
        "course": course,
        "title": queries.title_of(course),
        "row": row,
        "as_it_stands": appeals.as_it_stands(appeal.response),
        "asked": appeals.attempts_that_asked(appeal.response.question),
        "rulings": appeals.rulings_on(appeal.response.question),
        "form": form,
    }
    return render(request, "dashboards/teaching/appeal.html", context)


def _decided(request: HttpRequest, appeal: Appeal, form: DecisionForm) -> bool:
    strategy, answer = form.cleaned_data["strategy"], form.cleaned_data["reason"]
    decision: dict[str, Any] = {"answer": answer, "by": request.user, "now": timezone.now()}
    try:
        if form.is_declined:
            decline_appeal(appeal, **decision)
        else:
            uphold_appeal(appeal, strategy, **decision)
    except Refusal as refusal:
        form.add_error("strategy", str(refusal))
        return False
    messages.success(request, _("Decided. The learner is told by mail.") if form.is_declined else RULED)
    return True


@staff_only(queries.may_teach)
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def mark_again(request: HttpRequest, course_id: int, question_id: int) -> HttpResponse:
    """Put right a question that went wrong, in the attempts that asked it."""
    course = _taught_course(request, course_id)
    question = get_object_or_404(course.questions.select_related("locale"), pk=question_id)
    form = RulingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ruled = form.cleaned_data
        try:
            make_ruling(question, ruled["strategy"], reason=ruled["reason"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("strategy", str(refusal))
        else:
            messages.success(request, RULED)
            return redirect("teach_mark_again", course.pk, question.pk)
    context = {
        "course": course,
        "title": queries.title_of(course),
        "question": question,
        "review": review_of(question.kind, question.item, None) if question.kind in question.ANSWERABLE else None,
        "asked": appeals.attempts_that_asked(question),
        "rulings": appeals.rulings_on(question),
        "form": form,
    }
    return render(request, "dashboards/teaching/mark_again.html", context)


def _appeals_in(course: Course) -> QuerySet[Appeal]:
    return appeals_in(Course.objects.filter(pk=course.pk))


def _taught_course(request: HttpRequest, course_id: int) -> Course:
    return get_object_or_404(queries.courses_of(request.user), pk=course_id)


def _head(runs: Sequence[CourseRun]) -> tuple[str, ...]:
    """Return the names of the columns, the same on the page and in the file; the run only where there are several."""
    run = (_("Run"),) if len(runs) > 1 else ()
    return (_("Learner"), *run, _("State"), _("Progress"), _("Lessons"), _("Quizzes"), _("Last active"), _("Enrolled"))


def _line(row: queries.LearnerRow, *, has_runs: bool) -> tables.Line:
    progress = row.progress
    return [
        row.name,
        *([run_name(row.run)] if has_runs else []),
        row.state_name,
        f"{progress.percent}%",
        f"{progress.lessons_done} / {progress.lessons_total}",
        f"{progress.quizzes_passed} / {progress.quizzes_total}",
        row.last_active_on.isoformat() if row.last_active_on else "",
        row.enrolled_on.isoformat(),
    ]


def _query(form: LearnersForm) -> str:
    """Return the filters in use as they stand in an address, with only values that exist."""
    chosen = {name: form.data.get(name) for name in form.fields if form.cleaned_data.get(name)}
    return urlencode(chosen)
