from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from lms.dashboards.teaching.queries import may_teach


class TeachMenuItem(MenuItem):
    """Leads from the editor to the learners; shown to who teaches."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_teach(request.user)


@hooks.register("register_teaching_menu_item")
def learners_and_results() -> MenuItem:
    """Wagtail keeps the entry for the life of the process; the lazy address follows each reader's language."""
    return TeachMenuItem(_("Learners and results"), reverse_lazy("teach"), name="teach", icon_name="group", order=50)
