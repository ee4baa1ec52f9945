from django import template
from django.urls import reverse

from lms.dashboards.impact.queries import is_public

register = template.Library()


@register.simple_tag
def impact_address() -> str:
    """The address of the impact page; empty as long as nobody has switched it on. One query."""
    return reverse("impact") if is_public() else ""
