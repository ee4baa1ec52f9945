import secrets

from django.conf import settings
from django.db import models


def new_token() -> str:
    """Return a word that nobody can guess: 192 random bits, fit for an address."""
    return secrets.token_urlsafe(24)


class CalendarFeed(models.Model):
    """The private address under which a person's calendar reads what they are registered for. Whoever has it can read it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=40, unique=True, default=new_token)

    def __str__(self):
        return str(self.person)
