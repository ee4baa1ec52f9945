from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.award import Award, show_serial
from certificates.designs.models import DesignVersion
from certificates.issuing import rules
from courses.progress.models import Completion
from courses.webinars.models import Attendance
from lms.accounts.models import NameField


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def issued(self) -> "CertificateQuerySet":
        return self.filter(state=Certificate.State.ISSUED)


class Certificate(models.Model):
    """One certificate of a completion or an attendance: its award, frozen, and how far making the file has come.

    Never edited or deleted: it is replaced by another, revoked, or, when its holder asks for that, emptied.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RENDERING = "rendering", _("Being made")
        ISSUED = "issued", _("Issued")
        NEEDS_ATTENTION = "needs-attention", _("Needs attention")
        FAILED = "failed", _("Failed")
        REVOKED = "revoked", _("Revoked")
        REPLACED = "replaced", _("Replaced")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    UNFINISHED = (State.WAITING, State.RENDERING)
    SET_ASIDE = (State.NEEDS_ATTENTION, State.FAILED)
    ENDED = (State.REVOKED, State.REPLACED, State.WITHDRAWN)
    SHOWN = (State.ISSUED, State.REVOKED, State.REPLACED)  # the facts are there for anyone with the code
    IN_FORCE = (*UNFINISHED, *SET_ASIDE, State.ISSUED)

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates")
    completion = models.ForeignKey(
        Completion, null=True, on_delete=models.PROTECT, related_name="certificates", db_index=False
    )
    attendance = models.ForeignKey(
        Attendance, null=True, on_delete=models.PROTECT, related_name="certificates", db_index=False
    )
    design_version = models.ForeignKey(
        DesignVersion, null=True, on_delete=models.PROTECT, related_name="+", help_text="Also in the facts."
    )
    version = models.PositiveSmallIntegerField(default=1)
    serial = models.CharField(_("code"), max_length=12, unique=True)
    status_position = models.PositiveBigIntegerField(
        unique=True, help_text="Its bit among the published lists of what is not valid any more; drawn at random."
    )
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("replaces")
    )
    facts = models.JSONField(help_text="The award, stored whole; nothing once it was withdrawn.")
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
    file_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    file_bytes = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(_("no longer valid since"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("ended by"),
        help_text=_("Nobody: its holder, or somebody whose account is gone."),
    )
    public_reason = models.CharField(_("reason, as anyone sees it"), max_length=300, blank=True)
    private_reason = models.TextField(_("reason, for staff"), max_length=2000, blank=True)

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
                condition=Q(state__in=["waiting", "rendering", "issued", "needs-attention", "failed"]),
                name="one_certificate_in_force",
            ),
            models.UniqueConstraint(
                fields=["attendance"],
                condition=Q(state__in=["waiting", "rendering", "issued", "needs-attention", "failed"]),
                name="one_attendance_certificate_in_force",
            ),
            models.CheckConstraint(
                condition=Q(completion__isnull=False, attendance=None) | Q(completion=None, attendance__isnull=False),
                name="certificate_is_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["revoked", "replaced", "withdrawn"], ended_at__isnull=False)
                | (~Q(state__in=["revoked", "replaced", "withdrawn"]) & Q(ended_at=None)),
                name="ended_certificate_says_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | ~Q(public_reason=""), name="revoked_certificate_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(facts={}, file_sha256="", public_reason="", private_reason=""),
                name="withdrawn_certificate_is_empty",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (Q(issued_at__isnull=False) & ~Q(file_sha256="")),
                name="issued_certificate_has_file_and_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"], condition=Q(state__in=["waiting", "rendering"]), name="certificates_unfinished"
            ),
            models.Index(
                fields=["status_position"],
                condition=Q(state__in=["revoked", "replaced", "withdrawn"]),
                name="certificates_ended",
            ),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["waiting", "rendering", "needs-attention", "failed"]),
                name="certificates_not_issued",
            ),
            models.Index(fields=["-opened_at", "-id"], name="certificates_newest_first"),
        ]

    def __str__(self):
        return show_serial(self.serial)

    @property
    def award(self) -> Award:
        return Award.from_json(self.facts)

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def is_set_aside(self) -> bool:
        return self.state in self.SET_ASIDE

    @property
    def file_name(self) -> str:
        return rules.file_name(self.file_sha256)

    @property
    def file_kilobytes(self) -> int:
        return rules.kilobytes(self.file_bytes)


class CorrectionRequest(models.Model):
    """What a learner says is wrong on their certificate, and what staff answered to it. Goes when the certificate is withdrawn."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    certificate = models.ForeignKey(
        Certificate,
        on_delete=models.PROTECT,
        related_name="correction_requests",
        help_text="While it is open, the newest; once granted, the one that was replaced.",
    )
    name = NameField(_("name as it should stand"), max_length=120)
    problem = models.TextField(_("what is wrong"), max_length=1000)
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
    )
    answer = models.TextField(_("answer"), max_length=1000, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(state="open"), name="one_open_correction_per_certificate"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="decided_correction_says_when",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="refused_correction_says_why"),
        ]

    def __str__(self):
        return show_serial(self.certificate.serial)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Credential(models.Model):
    """What machines read of a certificate, signed once, when its file was made. A withdrawn certificate has none."""

    certificate = models.OneToOneField(
        Certificate, primary_key=True, on_delete=models.CASCADE, related_name="credential"
    )
    document = models.TextField(help_text="Open Badges 3.0, with its proof: the bytes that are attached and served.")
    token = models.TextField(help_text="The same as a VC-JWT.")

    def __str__(self):
        return f"{self.certificate_id}"
