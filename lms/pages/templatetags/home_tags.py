from django import template
from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lms.pages import queries
from lms.pages.models import HomePage

register = template.Library()


@register.simple_tag
def courses_drawn() -> queries.CoursesDrawn:
    """The real courses as chromosomes: as long as they are, a band per lesson."""
    return queries.courses_drawn(reader=get_language())


@register.simple_tag
def published_stamp() -> str:
    """What pieces of the home page are kept under."""
    return queries.published_stamp()


@register.simple_tag
def questions_from_clinic(home: HomePage) -> tuple[queries.Asked, ...]:
    """The home page's questions and the lessons that answer them."""
    return queries.questions_from_clinic(home)


@register.simple_tag
def weights() -> tuple[queries.Weight, ...]:
    """What a reader downloads."""
    return queries.weights()


@register.simple_tag
def contact_address() -> str:
    """The operator's address for readers, or nothing if none is set."""
    return settings.CONTACT_EMAIL


@register.filter
def seconds(value: float) -> str:
    """at once, 3 s: how long a download takes."""
    if value < 0.5:
        return _("at once")
    return ngettext("%(seconds)s\xa0s", "%(seconds)s\xa0s", round(value)) % {"seconds": number_format(round(value))}
