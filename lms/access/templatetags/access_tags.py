from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.access.queries.overview import Priority, priority_of
from lms.access.words import sentence_of

register = template.Library()
DECIDING = ("review-approved", "criteria-are-enough")


@register.simple_tag(takes_context=True)
def own_priority(context: template.Context) -> Priority | None:
    """Return where the reader stands, and never anybody else; None for whoever is signed out.

    Asked for once per page, however often a price is shown.
    """
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return None
    if not hasattr(request, "own_priority"):
        request.own_priority = priority_of(request.user, now=timezone.now())
    return request.own_priority


@register.filter
def rests_on(priority: Priority) -> str:
    """Return what a person's priority rests on, in one sentence."""
    reasons = priority.counts.reasons if priority.counts else ()
    # The first says where the person works, which decides alone unless a later one does.
    deciding = [reason for reason in reasons if reason.code in DECIDING] or reasons
    return sentence_of(deciding[0]) if deciding else _("You have told us where you work.")
