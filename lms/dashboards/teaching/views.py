from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from courses.catalogue.models import Course
from courses.enrolment.models import CourseRun
from lms.accounts.guards import staff_only
from lms.dashboards import files
from lms.dashboards.teaching import findings, item_analysis, queries, rules
from lms.dashboards.teaching.forms import LearnersForm, run_name

LEARNERS_ON_A_PAGE = 50


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
    page = Paginator(enrolments, LEARNERS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "course": course,
        "title": queries.title_of(course),
        "form": form,
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
    response = StreamingHttpResponse(files.stream_csv(_head(runs), lines), content_type=files.CSV_TYPE)
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
    }
    return render(request, "dashboards/teaching/quiz.html", context)


def _taught_course(request: HttpRequest, course_id: int) -> Course:
    return get_object_or_404(queries.courses_of(request.user), pk=course_id)


def _head(runs: Sequence[CourseRun]) -> tuple[str, ...]:
    """Return the names of the columns, the same on the page and in the file; the run only where there are several."""
    run = (_("Run"),) if len(runs) > 1 else ()
    return (_("Learner"), *run, _("State"), _("Progress"), _("Lessons"), _("Quizzes"), _("Last active"), _("Enrolled"))


def _line(row: queries.LearnerRow, *, has_runs: bool) -> files.Line:
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
