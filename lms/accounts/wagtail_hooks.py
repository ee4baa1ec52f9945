from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from lms.accounts.models import InsightsLimit, Institution


class InstitutionViewSet(SnippetViewSet):
    model = Institution
    icon = "home"
    menu_order = 50
    menu_hook = "register_library_menu_item"
    list_display = ["name", "get_country_display", BooleanColumn("is_verified", label=_("Verified"))]
    list_filter = ["is_verified", "country"]


class InsightsLimitViewSet(SnippetViewSet):
    """For administrators: whoever is limited must not lift the limit."""

    model = InsightsLimit
    icon = "view"
    menu_order = 60
    menu_hook = "register_library_menu_item"
    list_display = ["person", "get_country_display", "institution"]


register_snippet(InstitutionViewSet)
register_snippet(InsightsLimitViewSet)
