from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.permissions import register_permission_policy

from certificates.issuing.models import Certificate
from certificates.oversight import queries
from certificates.oversight.permissions import RegisterPolicy
from lms.accounts.queries import is_programme_lead

register_permission_policy(Certificate, RegisterPolicy(Certificate))


@hooks.register("register_admin_urls")
def addresses_of_the_register() -> list:
    return [path("certificates/", include("certificates.oversight.urls"))]


@hooks.register("register_admin_menu_item")
def certificates_menu() -> SubmenuMenuItem:
    """What programme leads answer for; designs register their entry here as well."""
    menu = Menu(register_hook_name="register_certificates_menu_item")
    return SubmenuMenuItem(_("Certificates"), menu, name="certificates", icon_name="doc-full", order=40)


class LeadsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return is_programme_lead(request.user)


# Name of the page, label, icon.
ENTRIES: tuple[tuple[str, Any, str], ...] = (
    ("certificate_register", _("Register"), "doc-full"),
    ("corrections", _("Corrections"), "edit"),
    ("certificates_set_aside", _("Set aside"), "warning"),
    ("bulk_issues", _("Issue many"), "check"),
    ("revocations", _("Revoke many"), "cross"),
    ("certificate_checks", _("Checks"), "history"),
)


def register_entry(order: int, name: str, label: Any, icon: str) -> None:
    hooks.register(
        "register_certificates_menu_item",
        lambda: LeadsMenuItem(label, reverse_lazy(name), name=name.replace("_", "-"), icon_name=icon, order=order),
    )


for place, entry in enumerate(ENTRIES, 1):
    register_entry(place, *entry)


class WaitingPanel(Component):
    """What of certificates waits for a programme lead, on the first page of the CMS."""

    order = 20
    template_name = "certificates/oversight/waiting_panel.html"

    def __init__(self, waiting: queries.Waiting):
        self.waiting = waiting

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"waiting": self.waiting}


@hooks.register("construct_homepage_panels")
def what_waits(request: HttpRequest, panels: list[Component]) -> None:
    if is_programme_lead(request.user):
        waiting = queries.waiting_for(request.user, now=timezone.now())
        if not waiting.is_nothing:
            panels.append(WaitingPanel(waiting))
