from django import template
from django.contrib.auth.models import AnonymousUser

from lms.accounts.models import User
from lms.dashboards.teaching import queries

register = template.Library()


@register.simple_tag
def may_teach(person: User | AnonymousUser) -> bool:
    """Say whether the teaching view opens for a person."""
    return queries.may_teach(person)
