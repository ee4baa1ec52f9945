from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables.pages import NavigateToChildrenColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.catalogue.editing import CourseTeamMemberForm
from courses.catalogue.models import CoursePage, CourseTeamMember, Instructor, Subject
from courses.catalogue.services import ensure_course


class CoursesMenuItem(MenuItem):
    """Leads to the list of courses; shown to who may change one."""

    def is_shown(self, request: HttpRequest) -> bool:
        return policy_registry.get_by_type(Page).user_has_any_permission(request.user, {"add", "change"})


class CoursesView(IndexView):
    """The list of courses; a new one is made by whoever may publish, for the team comes after it."""

    def get_add_url(self) -> str | None:
        may_publish = self.permission_policy.user_has_permission(self.request.user, "publish")
        return super().get_add_url() if may_publish else None


class CoursePageViewSet(PageListingViewSet):
    """All courses that a person may open, in every language, in one list."""

    name = "courses"
    index_view_class = CoursesView
    model = CoursePage
    icon = "openquote"
    menu_label = _("Courses")
    menu_order = 10
    menu_hook = "register_teaching_menu_item"
    menu_item_class = CoursesMenuItem
    columns = [
        *(column for column in IndexView.base_columns if column.name != "parent"),
        NavigateToChildrenColumn("navigate", width="10%"),
    ]
    ordering = "title"


class CourseTeamViewSet(ModelViewSet):
    """Who teaches which course: appointed and dismissed here, by editors."""

    name = "course_teams"
    model = CourseTeamMember
    icon = "group"
    menu_label = _("Course teams")
    menu_order = 40
    menu_hook = "register_teaching_menu_item"
    list_display = ["course", "member", "appointed_by", "appointed_at"]
    list_filter = ["course", "member"]
    search_fields = ["course__title", "course__code", "member__name", "member__email"]
    ordering = ["course__title"]
    add_to_reference_index = False

    @cached_property
    def edit_handler(self) -> ObjectList:
        return ObjectList([FieldPanel("course"), FieldPanel("member")], base_form_class=CourseTeamMemberForm)


class SubjectViewSet(SnippetViewSet):
    model = Subject
    icon = "tag"
    menu_order = 30
    menu_hook = "register_library_menu_item"
    list_display = ["name", "slug"]
    list_filter = ["locale"]


class InstructorViewSet(SnippetViewSet):
    model = Instructor
    icon = "user"
    menu_order = 40
    menu_hook = "register_library_menu_item"
    list_display = ["name", "institution"]
    list_filter = ["institution", "locale"]


@hooks.register("register_admin_viewset")
def course_pages() -> CoursePageViewSet:
    return CoursePageViewSet()


@hooks.register("register_admin_viewset")
def course_teams() -> CourseTeamViewSet:
    return CourseTeamViewSet()


register_snippet(SubjectViewSet)
register_snippet(InstructorViewSet)


@hooks.register("after_create_page")
def give_a_new_course_its_row(request: HttpRequest, page: Page) -> None:
    """A course made in the CMS can have a team, questions and learners from its first draft on."""
    if isinstance(page, CoursePage):
        ensure_course(page)


@hooks.register("after_copy_page")
def give_a_copied_course_its_row(request: HttpRequest, page: Page, new_page: Page) -> None:
    if isinstance(new_page.specific, CoursePage):
        ensure_course(new_page.specific)
