from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.webinars.models import WebinarPage


class WebinarsMenuItem(MenuItem):
    """Leads to the list of webinars; they are an editor's, who may publish."""

    def is_shown(self, request: HttpRequest) -> bool:
        return policy_registry.get_by_type(Page).user_has_permission(request.user, "publish")


class WebinarPageViewSet(PageListingViewSet):
    name = "webinars"
    model = WebinarPage
    icon = "calendar-alt"
    menu_label = _("Webinars")
    menu_order = 30
    menu_hook = "register_teaching_menu_item"
    menu_item_class = WebinarsMenuItem
    columns = [
        *(column for column in IndexView.base_columns if column.name != "parent"),
        DateColumn("starts_at", label=_("Starts at"), sort_key="starts_at", width="12%"),
    ]
    ordering = "title"


@hooks.register("register_admin_viewset")
def webinar_pages() -> WebinarPageViewSet:
    return WebinarPageViewSet()
