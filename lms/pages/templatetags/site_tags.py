import json
from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import to_locale
from wagtail.models import Page

from lms.lib.bundles import style_of
from lms.lib.policy import allow_style

register = template.Library()


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class LanguageLink:
    code: str  # as in lang attributes
    name: str  # in the language itself
    url: str
    is_current: bool


@dataclass(frozen=True)
class WornStyle:
    """The style of a page. inside: the text of its style element; late: the address of the style sheet that follows."""

    inside: SafeString
    late: str


@register.simple_block_tag(takes_context=True)
def page_style(context: Context, content: str) -> WornStyle:
    """The style of the kind of page that is named between the tags, with parts that it needs at once; allowed by its policy."""
    style = style_of(*content.split())
    if request := context.get("request"):
        allow_style(request, style.source)
    return WornStyle(mark_safe(style.text), static(style.late))


@register.filter
def as_json(value: object) -> str:
    """The value as JSON, for a data- attribute that a script reads."""
    return json.dumps(value, separators=(",", ":"))


@register.simple_tag
def language_tag(code: str) -> str:
    """The lang attribute for one of Django's language codes: zh-hans is written zh-Hans."""
    return to_locale(code).replace("_", "-")


@register.simple_tag(takes_context=True)
def content_language(context: Context) -> SafeString:
    """The lang and dir attributes of a page's text where it is not in the language of the address, else nothing."""
    page, active = context.get("page"), translation.get_language()
    if active == settings.LANGUAGE_CODE or not isinstance(page, Page) or page.locale.language_code == active:
        return mark_safe("")  # the default language's address always holds its own pages: nothing to look up
    code = page.locale.language_code
    direction = "rtl" if translation.get_language_info(code)["bidi"] else "ltr"
    return format_html(' lang="{}" dir="{}"', language_tag(code), direction)


@register.simple_tag(takes_context=True)
def main_navigation(context: Context) -> list[Link]:
    """The entries of the main navigation: fixed addresses, so that no page asks the database for them."""
    path = context["request"].path
    entries = [
        (_("Courses"), reverse("wagtail_serve", args=["courses/"])),
        (_("Webinars"), reverse("wagtail_serve", args=["webinars/"])),
        (_("My learning"), reverse("my_learning")),
    ]
    return [Link(title, url, is_current=path.startswith(url)) for title, url in entries]


@register.simple_tag
def home_address() -> str:
    """The address of the home page in the active language."""
    return reverse("wagtail_serve", args=[""])


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """Where this page is to be read in each language: the same path under another prefix.

    Nothing is looked up. A page that is not there is found, or excused, by TranslatedPageMiddleware.
    """
    active = translation.get_language()
    return [
        LanguageLink(language_tag(code), name, _address(context["request"], code), is_current=code == active)
        for code, name in settings.LANGUAGES
    ]


def _address(request, code: str) -> str:
    match = request.resolver_match
    with translation.override(code):
        try:
            address = reverse(match.view_name, args=match.args, kwargs=match.kwargs) if match else home_address()
        except NoReverseMatch:
            return home_address()
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address
