"""The text of a lesson as HTML, made once for everybody and kept for a while."""

from django.core.cache import cache
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from courses.lessons import queries, rules
from courses.lessons.models import LessonPage

TEXT_SECONDS = 600  # how long a change of a glossary term, source or picture may take to reach readers


def kept_text(page: LessonPage, *, is_lite: bool = False) -> SafeString:
    """Return the text of a published lesson, in the active language: kept under its revision, so it holds nothing personal."""
    is_lite = is_lite and page.has_recordings  # without any, both are one text
    if page.live_revision_id is None:
        return make_text(page, is_lite=is_lite)
    key = ":".join(["lesson-text", str(page.pk), str(page.live_revision_id), str(get_language()), static("icons.svg")])
    key += ":lite" if is_lite else ""
    return mark_safe(str(cache.get_or_set(key, lambda: str(make_text(page, is_lite=is_lite)), TEXT_SECONDS)))


def make_text(page: LessonPage, *, is_lite: bool = False) -> SafeString:
    """Return the text of a lesson as it stands in this page, published or not. is_lite: without players."""
    terms = {term.key: term for term in page.glossary_terms.all()}
    context = {"page": page, "sources": queries.sources_of(page), "terms": terms.values(), "is_lite": is_lite}
    body = rules.mark_terms(
        render_to_string("courses/lessons/lesson_body.html", context), {key: term.term for key, term in terms.items()}
    )
    noted = [terms[key] for key in body.keys]
    return render_to_string(
        "courses/lessons/lesson_text.html", {**context, "body": mark_safe(body.html), "noted": noted}
    )
