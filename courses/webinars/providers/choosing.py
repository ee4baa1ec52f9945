from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.webinars.providers.base import Provider, ProviderFault
from courses.webinars.providers.bigbluebutton import BigBlueButton
from courses.webinars.providers.jitsi import Jitsi
from courses.webinars.providers.link import Link


class Kind(models.TextChoices):
    """Where a meeting can be held."""

    LINK = "link", _("At any address, such as of Zoom, Teams or Meet")
    JITSI = "jitsi", _("On the academy’s Jitsi server")
    BIGBLUEBUTTON = "bigbluebutton", _("On the academy’s BigBlueButton server")


def is_set_up(kind: str) -> bool:
    """Say whether the operator has given what a provider needs."""
    if kind == Kind.JITSI:
        return bool(settings.JITSI_URL and settings.JITSI_APP_ID and settings.JITSI_APP_SECRET)
    if kind == Kind.BIGBLUEBUTTON:
        return bool(settings.BIGBLUEBUTTON_URL and settings.BIGBLUEBUTTON_SECRET)
    return True


def provider_of(kind: str) -> Provider:
    """Return who holds meetings of a kind. Raises ProviderFault if it is not set up."""
    if not is_set_up(kind):
        raise ProviderFault(f"The settings do not say where the {Kind(kind).value} server is.")
    if kind == Kind.JITSI:
        return Jitsi(
            address=settings.JITSI_URL,
            app_id=settings.JITSI_APP_ID,
            secret=settings.JITSI_APP_SECRET,
            audience=settings.JITSI_AUDIENCE,
        )
    if kind == Kind.BIGBLUEBUTTON:
        return BigBlueButton(
            address=settings.BIGBLUEBUTTON_URL,
            secret=settings.BIGBLUEBUTTON_SECRET,
            checksum=settings.BIGBLUEBUTTON_CHECKSUM,
        )
    return Link()
