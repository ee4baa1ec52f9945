from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.webinars.mail_rules import Kind
from courses.webinars.models.registrations import Registration
from lms.mail.models import OutgoingMail


class WebinarMail(models.Model):
    """A mail to a person about a webinar: of one occasion once, which the row sees to.

    The occasion is the kind, the webinar's revision and the person's turn. starts_at is the start that the mail tells.
    """

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(_("kind"), max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    revision = models.PositiveIntegerField(_("revision"))
    turn = models.PositiveSmallIntegerField(_("turn"))
    starts_at = models.DateTimeField(_("tells the start"))
    ends_at = models.DateTimeField(_("tells the end"))
    written_at = models.DateTimeField(_("written at"))
    outgoing = models.OneToOneField(OutgoingMail, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind", "revision", "turn"], name="one_webinar_mail_of_an_occasion"
            )
        ]

    def __str__(self):
        return self.key

    @property
    def key(self) -> str:
        """What the outbox knows the mail by."""
        return f"webinar-mail:{self.registration_id}:{self.kind}:{self.revision}:{self.turn}"
