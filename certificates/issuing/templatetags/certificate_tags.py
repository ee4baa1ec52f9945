from django import template
from django.template import Context

from certificates.issuing.queries import HeldCertificate, certificates_held_by

register = template.Library()


@register.simple_tag(takes_context=True)
def my_certificates(context: Context) -> list[HeldCertificate]:
    """The signed-in person's certificates, newest first; each is shown by components/certificate_row.html."""
    return certificates_held_by(context["request"].user)
