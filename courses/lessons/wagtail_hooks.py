from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.lessons.models import GlossaryTerm, Reference


class GlossaryTermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_order = 10
    menu_hook = "register_library_menu_item"
    list_display = ["term", "definition"]
    list_filter = ["locale"]
    list_per_page = 50


class ReferenceViewSet(SnippetViewSet):
    model = Reference
    icon = "list-ol"
    menu_order = 20
    menu_hook = "register_library_menu_item"
    list_display = ["title", "authors", "year", "key"]
    list_filter = ["year"]
    list_per_page = 50


register_snippet(GlossaryTermViewSet)
register_snippet(ReferenceViewSet)
