from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from lms.accounts.models import Institution


class InstitutionViewSet(SnippetViewSet):
    model = Institution
    icon = "home"
    menu_order = 50
    menu_hook = "register_library_menu_item"
    list_display = ["name", "get_country_display", BooleanColumn("is_verified", label=_("Verified"))]
    list_filter = ["is_verified", "country"]


register_snippet(InstitutionViewSet)
