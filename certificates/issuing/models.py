from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.award import Award, show_serial
from certificates.issuing import rules
from courses.progress.models import Completion
from courses.webinars.models import Attendance


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def issued(self) -> "CertificateQuerySet":
        return self.filter(state=Certificate.State.ISSUED)


class Certificate(models.Model):
    """One certificate of a completion or an attendance: its award, frozen, and how far making the file has come.

    Never edited or deleted.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being made")
        ISSUED = "issued", _("Issued")
        NEEDS_ATTENTION = "needs-attention", _("Needs attention")
        FAILED = "failed", _("Failed")

    IN_FORCE = (State.WAITING, State.ISSUED, State.NEEDS_ATTENTION, State.FAILED)

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates")
    completion = models.ForeignKey(
        Completion, null=True, on_delete=models.PROTECT, related_name="certificates", db_index=False
    )
    attendance = models.ForeignKey(
        Attendance, null=True, on_delete=models.PROTECT, related_name="certificates", db_index=False
    )
    version = models.PositiveSmallIntegerField(default=1)
    serial = models.CharField(_("code"), max_length=12, unique=True)
    facts = models.JSONField(help_text="The award, stored whole.")
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.WAITING)
    opened_at = models.DateTimeField(_("opened at"))
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker is at it until then.")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason = models.CharField(
        _("reason"),
        max_length=300,
        blank=True,
        help_text=_("Needs attention: the characters that no font draws. Failed: the last error."),
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_bytes = models.PositiveIntegerField(default=0)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(fields=["completion", "version"], name="one_certificate_per_version"),
            models.UniqueConstraint(fields=["attendance", "version"], name="one_attendance_certificate_per_version"),
            models.UniqueConstraint(
                fields=["completion"],
                condition=Q(state__in=["waiting", "issued", "needs-attention", "failed"]),
                name="one_certificate_in_force",
            ),
            models.UniqueConstraint(
                fields=["attendance"],
                condition=Q(state__in=["waiting", "issued", "needs-attention", "failed"]),
                name="one_attendance_certificate_in_force",
            ),
            models.CheckConstraint(
                condition=Q(completion__isnull=False, attendance=None) | Q(completion=None, attendance__isnull=False),
                name="certificate_is_for_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (Q(issued_at__isnull=False) & ~Q(file_sha256="")),
                name="issued_certificate_has_file_and_date",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(state="waiting"), name="certificates_waiting"),
        ]

    def __str__(self):
        return show_serial(self.serial)

    @property
    def award(self) -> Award:
        return Award.from_json(self.facts)

    @property
    def file_name(self) -> str:
        return rules.file_name(self.file_sha256)

    @property
    def file_kilobytes(self) -> int:
        return rules.kilobytes(self.file_bytes)
