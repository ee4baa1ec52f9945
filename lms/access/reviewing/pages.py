"""What all pages of programme leads share."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from lms.accounts.models import User

PERMISSION = "access.review_access"


class LeadsPage(PermissionRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page of the CMS for those who may review who has priority; Wagtail leads others back with a message."""

    permission_required = PERMISSION
    raise_exception = True
    header_icon = "group"
    above: tuple[str, Any] | None = None  # name and label of the page above

    @property
    def reviewer(self) -> User:
        assert isinstance(self.request.user, User)  # nobody else gets past the permission
        return self.request.user

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = list(self.breadcrumbs_items)
        if self.above:
            items.append({"url": reverse(self.above[0]), "label": self.above[1]})
        return [*items, {"url": "", "label": self.get_page_title()}]
