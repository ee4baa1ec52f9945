from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from lms.access.models import BandOverride


class BandOverrideViewSet(SnippetViewSet):
    """Countries whose band programme leads have set for a time."""

    model = BandOverride
    icon = "globe"
    menu_order = 10
    menu_hook = "register_access_menu_item"
    list_display = ["get_country_display", "band", "starts_on", "ends_on"]
    list_filter = ["band", "country"]
    list_per_page = 50


register_snippet(BandOverrideViewSet)
