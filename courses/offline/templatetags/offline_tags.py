from django import template
from django.contrib.messages import get_messages
from django.template import Context

from courses.offline.queries import device_name_of
from lms.accounts.models import User

register = template.Library()


@register.filter
def device_name(person: object) -> str:
    """The name under which devices keep what is a person's; empty for somebody who is signed out."""
    return device_name_of(person) if isinstance(person, User) else ""


@register.simple_tag(takes_context=True)
def may_be_kept(context: Context, *, as_step: bool = False) -> str:
    """Let the reader's own device show this page again before a slow line has answered: {% may_be_kept %}.

    as_step: opening it for the first time changes what other pages say. A page with a message to its reader is not kept,
    and nothing of somebody who is signed out.
    """
    request = context.get("request")
    person = getattr(request, "user", None)
    if request and isinstance(person, User) and not len(get_messages(request)):
        request.kept_for = device_name_of(person) + ("; step" if as_step else "")
    return ""
