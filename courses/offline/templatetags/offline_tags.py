from django import template

from courses.offline.queries import device_name_of
from lms.accounts.models import User

register = template.Library()


@register.filter
def device_name(person: object) -> str:
    """The name under which devices keep what is a person's; empty for somebody who is signed out."""
    return device_name_of(person) if isinstance(person, User) else ""
