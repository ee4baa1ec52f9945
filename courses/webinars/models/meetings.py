import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.webinars.models.webinars import Webinar
from courses.webinars.providers.choosing import Kind


def new_room() -> str:
    """Return a word that nobody can guess: 160 random bits in letters and digits, whose case does not matter."""
    return secrets.token_hex(20)


class Meeting(models.Model):
    """Where a webinar is held, as its page says, and how its provider's server stands to it.

    room stays whatever becomes of the settings, so that recordings are found. created: what the server said when it made the
    meeting, while it holds it.
    """

    webinar = models.OneToOneField(Webinar, on_delete=models.CASCADE, related_name="meeting")
    provider = models.CharField(_("provider"), max_length=20, choices=Kind.choices, default=Kind.LINK)
    link = models.URLField(blank=True)
    is_recorded = models.BooleanField(_("can be recorded"), default=False)
    room = models.CharField(max_length=40, unique=True, default=new_room, editable=False)
    created = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When the server is to be asked next, or may be; None where there is nothing to ask. Whoever asks moves it on first.
    look_at = models.DateTimeField(null=True, db_index=True)
    recordings = models.JSONField(_("recordings"), default=list)

    def __str__(self):
        return f"{self.webinar}: {self.provider}"
