import uuid
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def new_message_id() -> str:
    """Return a Message-ID nobody else has; kept in the row, so that a second sending can be recognised as a repeat."""
    return f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}>"


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> "OutgoingMailQuerySet":
        """Keep mail that is neither sent nor given up."""
        return self.filter(sent_at=None, failed_at=None)

    def due(self, now: datetime) -> "OutgoingMailQuerySet":
        """Keep waiting mail that nobody is sending at this moment and whose time has come."""
        return self.waiting().filter(due_at__lte=now)

    def failed(self) -> "OutgoingMailQuerySet":
        """Keep mail that was given up: somebody has to look at it."""
        return self.filter(failed_at__isnull=False)


class OutgoingMail(models.Model):
    """One message to one person. The row is the truth; tasks only carry it out."""

    key = models.CharField(_("key"), max_length=200, unique=True, help_text=_("What the mail is about, once only."))
    message_id = models.CharField(max_length=200, unique=True, default=new_message_id, editable=False)
    to = models.EmailField(_("to"), max_length=254)
    subject = models.CharField(_("subject"), max_length=250)
    # Emptied once sent: a mail may hold a link or a code that opens an account.
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("formatted text"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    stop_url = models.URLField(_("where to stop such mails"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    expires_at = models.DateTimeField(_("of no use after"), null=True, blank=True)
    # From when a sender may take it: pushed on by the lease when one does, by the back-off when it failed.
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    failed_attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    problem = models.CharField(_("last problem"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(failed_at=None), name="mail_is_not_both_sent_and_given_up"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, failed_at=None), name="mail_waiting"),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="mail_given_up"),
        ]

    def __str__(self):
        return f"{self.subject} → {self.to}"

    @property
    def state(self) -> str:
        """One word for staff: sent, given up or waiting."""
        if self.sent_at:
            return gettext("sent")
        return gettext("given up") if self.failed_at else gettext("waiting")
