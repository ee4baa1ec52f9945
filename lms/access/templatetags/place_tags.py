from django import template
from django.utils import timezone
from django.utils.translation import get_language

from lms.access import place_words
from lms.access.models import Application, SeatPool
from lms.access.queries.outlooks import Outlook, outlook_of
from lms.access.rules.ballot import draw
from lms.accounts.models import User

register = template.Library()


@register.simple_tag
def seat_outlook(pool: SeatPool, user: User) -> Outlook:
    """A pool as this reader sees it, and their place in it. The view has settled the pool."""
    return outlook_of(pool, user if user.is_authenticated else None, now=timezone.now())


@register.filter
def told(outlook: Outlook) -> place_words.Told:
    """Where the reader stands and why, in sentences."""
    return place_words.told_of(outlook)


@register.filter
def moment(at) -> str:
    """4 February 2027, 14:00, in the reader's zone."""
    return place_words.moment(at)


@register.filter
def draw_of(application: Application, pool: SeatPool) -> str:
    """What the ballot makes of a person: the lower comes first."""
    return draw(pool.salt, application.drawn_as)


@register.filter
def place_line(application: Application) -> str:
    """How an application stands, in one sentence for a list."""
    return place_words.line_of(application)


@register.filter
def label(pool: SeatPool) -> dict[str, str]:
    """Title and path of what a pool's seats are for, in the reader's language where there is one."""
    return pool.label_in(get_language() or "")
