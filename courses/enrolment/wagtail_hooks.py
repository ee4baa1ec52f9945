from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.catalogue.queries import course_page_of
from courses.enrolment.forms import CohortForm
from courses.enrolment.models import CourseRun
from courses.enrolment.queries import admission_to, is_studied
from courses.enrolment.queries.cohorts import cohorts
from courses.lessons.models import ModulePage


@hooks.register("before_serve_page")
def admit_learners(page: Page, request: HttpRequest, serve_args, serve_kwargs) -> HttpResponse | None:
    """Serve lessons and quizzes only to those who may study them; send others to where they can enrol.

    Leaves the reader's enrolment, or None, in `request.enrolment` for the page's template tags.
    """
    if isinstance(page, ModulePage):
        return redirect(f"{course_page_of(page).get_url(request)}#module-{page.pk}")
    if not is_studied(page):
        return None
    admission = admission_to(request.user, page)
    request.enrolment = admission.enrolment
    if admission.is_admitted:
        return None
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in to read this lesson, or make an account; it takes a minute."))
        return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
    messages.info(request, _("Enrol in this course to open its lessons and quizzes. You can leave it at any time."))
    return redirect(course_page_of(page).get_url(request))


class CohortViewSet(SnippetViewSet):
    """Cohorts with their dates, seats and price. They are called off, never deleted: people have applied for them."""

    model = CourseRun
    icon = "calendar-alt"
    menu_label = gettext_lazy("Cohorts")
    menu_order = 45
    menu_hook = "register_teaching_menu_item"
    list_display = ["name", "course", "opens_at", "closes_at", "list_price", "currency"]
    list_filter = ["course"]
    list_per_page = 50
    copy_view_enabled = False
    add_to_reference_index = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseRun]:
        return cohorts().order_by("-opens_at")

    @cached_property
    def edit_handler(self) -> ObjectList:
        def group(heading: str, *names: str) -> MultiFieldPanel:
            return MultiFieldPanel([FieldPanel(name) for name in names], heading=heading)

        return ObjectList(
            [
                group(gettext_lazy("The cohort"), "course", "name", "opens_at", "closes_at"),
                group(
                    gettext_lazy("Seats"),
                    *("capacity", "applications_from", "deadline", "mode", "precedence", "reserved_percent"),
                ),
                group(gettext_lazy("Price"), "list_price", "currency", "payment_instructions"),
                FieldPanel("calls_off"),
            ],
            base_form_class=CohortForm,
        )


register_snippet(CohortViewSet)
