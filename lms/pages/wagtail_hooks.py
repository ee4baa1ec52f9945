from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.api.v2.router import WagtailAPIRouter

from lms.accounts.queries import is_instructor, may_see_insights
from lms.pages import desk


@hooks.register("register_admin_menu_item")
def teaching_menu() -> SubmenuMenuItem:
    """What courses are made of; each app registers its own entry."""
    menu = Menu(register_hook_name="register_teaching_menu_item")
    return SubmenuMenuItem(_("Teaching"), menu, name="teaching", icon_name="openquote", order=10)


@hooks.register("register_admin_menu_item")
def library_menu() -> SubmenuMenuItem:
    """What several courses share."""
    menu = Menu(register_hook_name="register_library_menu_item")
    return SubmenuMenuItem(_("Library"), menu, name="library", icon_name="list-ul", order=20)


@hooks.register("register_admin_menu_item")
def access_menu() -> SubmenuMenuItem:
    """Who comes first where seats are scarce."""
    menu = Menu(register_hook_name="register_access_menu_item")
    return SubmenuMenuItem(_("Access"), menu, name="access", icon_name="group", order=30)


class WhereToBegin(Component):
    """The first panel of the CMS: what a person can do here, in their role's words."""

    order = 10
    template_name = "wagtailadmin/home/where_to_begin.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        is_publisher = desk.may_publish(user)
        return {
            "is_publisher": is_publisher,
            "waiting": desk.waiting_for_review_by(user) if is_publisher else 0,
            "courses": desk.courses_on_desk(user),
            "teaches": is_instructor(user),
            "sees_insights": may_see_insights(user),
        }


@hooks.register("construct_homepage_panels")
def begin_with_what_to_do(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(WhereToBegin())


@hooks.register("insert_global_admin_css")
def academy_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms.css"))


@hooks.register("construct_help_menu")
def leave_out_news_of_the_software(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    menu_items[:] = [item for item in menu_items if not item.name.startswith("whats-new-in-wagtail")]


class PagesToRead(PagesAdminAPIViewSet):
    """Pages as the editor's menus ask for them. Its actions would publish past what a page refuses, and nothing uses them."""

    actions: dict[str, type] = {}


@hooks.register("construct_admin_api")
def let_the_api_read_only(router: WagtailAPIRouter) -> None:
    router.register_endpoint("pages", PagesToRead)
