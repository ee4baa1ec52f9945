from django import template
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText, expand_db_html

from courses.lessons import pictures, queries, rules
from courses.lessons.models import LessonPage
from courses.lessons.texts import kept_text, make_text
from lms.accounts.queries import wants_lite_pages

register = template.Library()


@register.simple_tag(takes_context=True)
def lesson_text(context: Context, page: LessonPage) -> SafeString:
    """The text of a lesson with its key points, words and sources: the same for every reader, so it holds nothing personal.

    Kept for a while under its published revision; a preview is always made afresh. Readers of lite pages share one of
    their own, without players and pictures; so do those whose browser says that it saves data.
    """
    request = context.get("request")
    is_lite = request is not None and wants_lite_pages(request)
    make = make_text if getattr(request, "is_preview", False) else kept_text
    return make(page, is_lite=is_lite, has_pictures=not is_lite)


@register.simple_tag(takes_context=True)
def leaves_out_pictures(context: Context, page: LessonPage) -> bool:
    """Say whether the reader gets this lesson without its pictures or players."""
    request = context.get("request")
    return page.is_lighter_as_lite and request is not None and wants_lite_pages(request)


@register.simple_tag
def picture_file(image: AbstractImage) -> pictures.PictureFile | None:
    """The file of a picture that is loaded where it was left out: {% picture_file value.image as file %}."""
    return pictures.file_of(image)


@register.simple_tag
def lesson_sources(page: LessonPage) -> queries.Sources:
    """The numbered sources of a lesson. Name the result `sources`: the lesson's blocks look for it to number citations."""
    return queries.sources_of(page)


@register.simple_tag(takes_context=True)
def cited(context: Context, text: RichText | str | None) -> SafeString:
    """The text as HTML, its citations numbered links into the lesson's sources; Latin names isolated in Arabic."""
    html = expand_db_html(text.source) if isinstance(text, RichText) else conditional_escape(text or "")
    return _finished(html, context)


@register.simple_tag(takes_context=True)
def cell(context: Context, text: str | None) -> SafeString:
    """A table cell as HTML: `code`, **bold**, *italic* and citations."""
    return _finished(rules.cell_html(text or ""), context)


def _finished(html: str, context: Context) -> SafeString:
    sources = context.get("sources")
    html = rules.link_citations(html, sources.numbers if isinstance(sources, queries.Sources) else {})
    # Rich text is cleaned when it is saved, plain text has been escaped above.
    return mark_safe(rules.isolate_latin(html) if get_language_bidi() else html)
