from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from lms.access.charging import views
from lms.access.charging.forms import HardshipWaiverForm
from lms.access.models import BandOverride, HardshipWaiver, InstitutionAgreement
from lms.access.reviewing.pages import PERMISSION


class BandOverrideViewSet(SnippetViewSet):
    """Countries whose band programme leads have set for a time."""

    model = BandOverride
    icon = "globe"
    menu_order = 10
    menu_hook = "register_access_menu_item"
    list_display = ["get_country_display", "band", "starts_on", "ends_on"]
    list_filter = ["band", "country"]
    list_per_page = 50


class InstitutionAgreementViewSet(SnippetViewSet):
    """Institutions whose people pay less."""

    model = InstitutionAgreement
    icon = "tag"
    menu_order = 60
    menu_hook = "register_access_menu_item"
    list_display = ["institution", "percent", "starts_on", "ends_on"]
    list_per_page = 50


class HardshipWaiverViewSet(SnippetViewSet):
    """People who asked for less to pay, and whom somebody granted it; only ever added to."""

    model = HardshipWaiver
    icon = "tag"
    menu_order = 70
    menu_hook = "register_access_menu_item"
    list_display = ["person", "percent", "ends_on", "granted_by", "granted_at"]
    list_per_page = 50
    copy_view_enabled = False

    @cached_property
    def edit_handler(self) -> ObjectList:
        fields = ("email", "percent", "ends_on", "reason")
        return ObjectList([FieldPanel(name) for name in fields], base_form_class=HardshipWaiverForm)


register_snippet(BandOverrideViewSet)
register_snippet(InstitutionAgreementViewSet)
register_snippet(HardshipWaiverViewSet)


class ChargesMenuItem(MenuItem):
    """Leads to what people owe; shown to who may note that it was paid."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("access.add_settlement")


@hooks.register("register_access_menu_item")
def charges_menu_item() -> MenuItem:
    return ChargesMenuItem(_("Charges"), reverse_lazy("charges"), name="charges", icon_name="tag", order=50)


@hooks.register("register_admin_urls")
def charges_addresses() -> list:
    return [
        path("charges/", views.ChargesView.as_view(), name="charges"),
        path("charges/results/", views.ChargesView.as_view(results_only=True), name="charges_results"),
        path("charges/<int:charge_id>/", views.charge, name="charge"),
    ]


class LeadsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


# Name of the page, label, icon; overrides of bands stand between them, at 10.
ENTRIES: tuple[tuple[str, Any, str, int], ...] = (
    ("access_reviews", _("Reviews"), "tasks", 1),
    ("access_audits", _("Audits"), "check", 2),
    ("access_hardship", _("Requests to pay less"), "tag", 3),
    ("access_weeks", _("Reviews by week"), "history", 4),
    ("access_country_data", _("Country data"), "globe", 20),
    ("access_policies", _("Policies"), "doc-full-inverse", 30),
)


def register_entry(name: str, label: Any, icon: str, order: int) -> None:
    hooks.register(
        "register_access_menu_item",
        lambda: LeadsMenuItem(label, reverse_lazy(name), name=name.replace("_", "-"), icon_name=icon, order=order),
    )


for entry in ENTRIES:
    register_entry(*entry)


@hooks.register("register_admin_urls")
def addresses_of_access() -> list:
    return [path("access/", include("lms.access.reviewing.urls"))]
