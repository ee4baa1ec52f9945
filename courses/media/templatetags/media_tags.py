from django import template
from django.conf import settings
from django.template import Context
from django.utils.translation import get_language
from wagtail.models import Page

from courses.media import queries
from courses.media.models import Captions, MediaItem
from courses.media.rules import formats

register = template.Library()


@register.simple_tag(takes_context=True)
def playable(context: Context, item: MediaItem) -> queries.Playable:
    """What there is of a recording for readers of the page, in its language: {% playable item as recording %}."""
    page = context.get("page")
    language = page.locale.language_code if isinstance(page, Page) else get_language()
    return queries.playable(item, language or settings.LANGUAGE_CODE)


@register.simple_tag
def captions_by_language(item: MediaItem) -> list[tuple[str, str, Captions | None]]:
    """(code, name, captions or None) of every language that lessons are written in."""
    stored = {one.language: one for one in item.captions.all()}
    return [(code, name, stored.get(code)) for code, name in settings.LANGUAGES]


@register.filter
def data_size(size_bytes: int) -> str:
    """A size to be said before anything loads, such as "360 kB" or "2.1 MB", of 1,000 and 1,000,000 bytes."""
    return formats.size_in_words(size_bytes)


@register.filter
def clock_time(seconds: float) -> str:
    """A duration such as "6:10" or "1:02:03"."""
    return formats.clock_time(seconds)
