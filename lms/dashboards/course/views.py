from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from courses.catalogue.models import Course
from lms.accounts.guards import staff_only
from lms.accounts.queries import may_enter_cms, may_see_insights
from lms.dashboards.course import findings
from lms.dashboards.course.forms import LearnersForm, learners_name
from lms.dashboards.course.queries import EVERYBODY, CourseInsights, LessonFigures, QuizLine, course_insights
from lms.dashboards.course.sheets import Links, Sheet, sheets_of
from lms.dashboards.marks import mark_for, marked_name
from lms.dashboards.questions import limit_of
from lms.dashboards.teaching.queries import courses_of, may_teach
from lms.lib import tables


@dataclass
class Asked:
    """What somebody asks of a course. form: of a programme lead; who teaches the course sees everybody exactly."""

    request: HttpRequest
    course: Course
    form: LearnersForm | None = None

    @cached_property
    def insights(self) -> CourseInsights:
        learners = self.form.learners_on(timezone.now().date()) if self.form else EVERYBODY
        return course_insights(self.course, learners, is_exact=self.form is None)

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        return sheets_of(self.insights, Links(self._lesson_address, self._quiz_address))

    @cached_property
    def may_edit(self) -> bool:
        """Whether this reader may change the pages of the course in the CMS."""
        page, person = self.insights.page, self.request.user
        return bool(page and may_enter_cms(person) and page.permissions_for_user(person).can_edit())

    def _lesson_address(self, lesson: LessonFigures) -> str:
        may_lead = lesson.page_id is not None and self.may_edit
        return reverse("wagtailadmin_pages:edit", args=[lesson.page_id]) if may_lead else ""

    def _quiz_address(self, quiz: QuizLine) -> str:
        return "" if self.form else reverse("teach_quiz", args=[self.course.pk, quiz.quiz_id])


@staff_only(may_teach)
@require_safe
@cache_control(private=True)
def show_to_teachers(request: HttpRequest, course_id: int) -> HttpResponse:
    """Show how a course is doing to who teaches it."""
    return _page(_asked_by_teacher(request, course_id))


@staff_only(may_teach)
@require_safe
@cache_control(private=True)
def download_for_teachers(request: HttpRequest, course_id: int, table: str, kind: str) -> HttpResponse:
    """Answer a table of the page as a file. kind: "csv" or "xlsx"."""
    return _file(_asked_by_teacher(request, course_id), table, kind)


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True)
def show_to_leads(request: HttpRequest, course_id: int) -> HttpResponse:
    """Show how a course is doing, of all learners or of some, so that no few people can be told apart."""
    return _page(_asked_by_lead(request, course_id))


@staff_only(may_see_insights)
@require_safe
@cache_control(private=True)
def download_for_leads(request: HttpRequest, course_id: int, table: str, kind: str) -> HttpResponse:
    """Answer a table of the page as a file, under the filter of the address. kind: "csv" or "xlsx"."""
    return _file(_asked_by_lead(request, course_id), table, kind)


def _asked_by_teacher(request: HttpRequest, course_id: int) -> Asked:
    return Asked(request, get_object_or_404(courses_of(request.user), pk=course_id))


def _asked_by_lead(request: HttpRequest, course_id: int) -> Asked:
    course = get_object_or_404(Course, pk=course_id)
    return Asked(request, course, LearnersForm(request.GET, course=course, limit=limit_of(request.user)))


def _page(asked: Asked) -> HttpResponse:
    insights, form = asked.insights, asked.form
    context = {
        "insights": insights,
        "course": asked.course,
        "sheets": asked.sheets,
        "form": form,
        "can_choose": bool(form and len(form.fields["learners"].choices) > 1),  # type: ignore[attr-defined]
        "files": reverse("insights_course" if form else "teach_insights", args=[asked.course.pk]),
        "query": form.query if form else "",
        "of_whom": learners_name(insights.learners),
        "cms_address": reverse("wagtailadmin_pages:edit", args=[insights.page.pk])
        if insights.page and asked.may_edit
        else "",
        "lessons_finding": findings.lessons_finding(insights),
        "lessons_meaning": findings.lessons_meaning(insights),
        "skipped_finding": findings.passed_over_finding(insights),
    }
    if insights.whole:
        context |= {
            "times_finding": findings.times_finding(insights.whole),
            "quizzes_finding": findings.quizzes_finding(insights.whole),
            "days_finding": findings.days_finding(insights.whole),
        }
    return render(asked.request, "dashboards/course/insights.html", context)


def _file(asked: Asked, table: str, kind: str) -> HttpResponse:
    if not (sheet := asked.sheets.get(table)):
        raise Http404
    now = timezone.now()
    mark = mark_for(asked.request.user, now=now)
    if kind == "csv":
        content, content_type = tables.as_csv(sheet.head, sheet.lines, mark=mark), tables.CSV_TYPE
    else:
        content = tables.as_xlsx(sheet.head, sheet.lines, title=sheet.name, mark=mark)
        content_type = tables.XLSX_TYPE
    name = marked_name(f"course-{asked.course.pk}-{sheet.name}", kind, asked.request.user, now=now)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
