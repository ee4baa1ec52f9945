from django import template
from django.core.cache import cache
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi
from wagtail.rich_text import RichText, expand_db_html

from courses.lessons import queries, rules
from courses.lessons.models import LessonPage

register = template.Library()

TEXT_SECONDS = 600  # how long a change of a glossary term, source or picture may take to reach readers


@register.simple_tag(takes_context=True)
def lesson_text(context: Context, page: LessonPage) -> SafeString:
    """The text of a lesson with its key points, words and sources: the same for every reader, so it holds nothing personal.

    Kept for a while under its published revision; a preview is always made afresh. Readers of lite pages share one of
    their own, without players.
    """
    request = context.get("request")
    is_lite = page.has_recordings and getattr(getattr(request, "user", None), "lite_pages", False)
    if getattr(request, "is_preview", False) or page.live_revision_id is None:
        return _text_of(page, is_lite=is_lite)
    key = ":".join(["lesson-text", str(page.pk), str(page.live_revision_id), str(get_language()), static("icons.svg")])
    key += ":lite" if is_lite else ""
    return mark_safe(str(cache.get_or_set(key, lambda: str(_text_of(page, is_lite=is_lite)), TEXT_SECONDS)))


def _text_of(page: LessonPage, *, is_lite: bool) -> SafeString:
    terms = {term.key: term for term in page.glossary_terms.all()}
    context = {"page": page, "sources": queries.sources_of(page), "terms": terms.values(), "is_lite": is_lite}
    body = rules.mark_terms(
        render_to_string("courses/lessons/lesson_body.html", context), {key: term.term for key, term in terms.items()}
    )
    noted = [terms[key] for key in body.keys]
    return render_to_string(
        "courses/lessons/lesson_text.html", {**context, "body": mark_safe(body.html), "noted": noted}
    )


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
