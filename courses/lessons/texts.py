"""The text of a lesson as HTML, made once for everybody and kept for a while."""

from django.core.cache import cache
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from courses.lessons import queries, rules
from courses.lessons.models import LessonPage
from courses.lessons.pictures import pictures_in, with_files_at_hand

TEXT_SECONDS = 600  # how long a change of a glossary term, source or picture may take to reach readers


def kept_text(page: LessonPage, *, is_lite: bool = False, has_pictures: bool = True) -> SafeString:
    """Return the text of a published lesson, in the active language: kept under its revision, so it holds nothing personal."""
    is_lite = is_lite and page.has_recordings  # without any, both are one text
    has_pictures = has_pictures or not page.has_pictures
    if page.live_revision_id is None:
        return make_text(page, is_lite=is_lite, has_pictures=has_pictures)
    key = ":".join(["lesson-text", str(page.pk), str(page.live_revision_id), str(get_language()), static("icons.svg")])
    key += (":lite" if is_lite else "") + ("" if has_pictures else ":words")
    made = cache.get_or_set(key, lambda: str(make_text(page, is_lite=is_lite, has_pictures=has_pictures)), TEXT_SECONDS)
    return mark_safe(str(made))


def make_text(page: LessonPage, *, is_lite: bool = False, has_pictures: bool = True) -> SafeString:
    """Return the text of a lesson as it stands in this page, published or not.

    is_lite: without players. has_pictures: without, each is told in words, with a link that names its size.
    """
    with_files_at_hand(pictures_in(page))
    terms = {term.key: term for term in page.glossary_terms.all()}
    context = {"page": page, "sources": queries.sources_of(page), "terms": terms.values()}
    context |= {"is_lite": is_lite, "without_pictures": not has_pictures}
    body = rules.mark_terms(
        render_to_string("courses/lessons/lesson_body.html", context), {key: term.term for key, term in terms.items()}
    )
    noted = [terms[key] for key in body.keys]
    return render_to_string(
        "courses/lessons/lesson_text.html", {**context, "body": mark_safe(body.html), "noted": noted}
    )
