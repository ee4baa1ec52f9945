from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.issuing.models import Certificate
from courses.catalogue.models import Course
from courses.progress.models import Completion
from courses.webinars.models import Attendance, Webinar


def _person(label: Any) -> models.ForeignKey:
    """Somebody of the staff; what they did stays when their account goes."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=label,
    )


class RevocationProposal(models.Model):
    """Many certificates that one programme lead wants revoked; a second one confirms or declines, then a worker does it."""

    proposed_by = _person(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    public_reason = models.CharField(_("reason, as anyone sees it"), max_length=300)
    private_reason = models.TextField(_("reason, for staff"), max_length=2000)
    confirmed_by = _person(_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    declined_by = _person(_("declined by"))
    declined_at = models.DateTimeField(_("declined at"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker is at it until then.")
    ended_at = models.DateTimeField(_("carried out at"), null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("proposal to revoke")
        verbose_name_plural = _("proposals to revoke")
        constraints = [
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="revocation_takes_two_people"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(confirmed_at__isnull=False), name="revocation_confirmed_says_when"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(declined_at=None), name="revocation_is_decided_one_way"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(confirmed_at__isnull=False), name="only_confirmed_revocation_is_done"
            ),
            models.CheckConstraint(
                condition=~Q(public_reason="") & ~Q(private_reason=""), name="revocation_proposal_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["confirmed_at"],
                condition=Q(confirmed_at__isnull=False, ended_at=None),
                name="revocations_under_way",
            )
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.declined_at is None


class RevocationItem(models.Model):
    """One certificate of a proposal, and what came of it."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("Not yet done")
        REVOKED = "revoked", _("Revoked")
        LEFT = "left", _("Left as it was")
        FAILED = "failed", _("Failed")

    proposal = models.ForeignKey(RevocationProposal, on_delete=models.CASCADE, related_name="items", db_index=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.PENDING)
    why = models.CharField(_("why"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "certificate"], name="certificate_once_in_a_proposal")
        ]

    def __str__(self):
        return f"{self.proposal_id} · {self.certificate_id}"


class BulkIssue(models.Model):
    """Everything that is lacking for one course or webinar is issued by a worker: what has none, and what was set aside."""

    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    webinar = models.ForeignKey(Webinar, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    asked_by = _person(_("asked for by"))
    asked_at = models.DateTimeField(_("asked for at"))
    expected = models.PositiveIntegerField(_("certificates expected"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker is at it until then.")
    ended_at = models.DateTimeField(_("all opened at"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("bulk issue")
        verbose_name_plural = _("bulk issues")
        constraints = [
            models.CheckConstraint(
                condition=Q(course__isnull=False, webinar=None) | Q(course=None, webinar__isnull=False),
                name="bulk_issue_is_for_one_thing",
            ),
            models.UniqueConstraint(fields=["course"], condition=Q(ended_at=None), name="one_bulk_issue_of_a_course"),
            models.UniqueConstraint(fields=["webinar"], condition=Q(ended_at=None), name="one_bulk_issue_of_a_webinar"),
        ]

    def __str__(self):
        return str(self.course or self.webinar)


class BulkIssueItem(models.Model):
    """What a bulk issue took up: a certificate, or the ground of one that could not be opened, and the fault."""

    bulk = models.ForeignKey(BulkIssue, on_delete=models.CASCADE, related_name="items", db_index=False)
    certificate = models.ForeignKey(Certificate, null=True, on_delete=models.CASCADE, related_name="+")
    completion = models.ForeignKey(Completion, null=True, on_delete=models.CASCADE, related_name="+")
    attendance = models.ForeignKey(Attendance, null=True, on_delete=models.CASCADE, related_name="+")
    was_set_aside = models.BooleanField(default=False)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "certificate"], name="certificate_once_in_a_bulk_issue"),
            models.UniqueConstraint(fields=["bulk", "completion"], name="completion_once_in_a_bulk_issue"),
            models.UniqueConstraint(fields=["bulk", "attendance"], name="attendance_once_in_a_bulk_issue"),
        ]

    def __str__(self):
        return f"{self.bulk_id} · {self.certificate_id}"


class Inspection(models.Model):
    """What a check of the whole register found; findings: the first of them, as checks.Finding has them."""

    class Kind(models.TextChoices):
        KEYS = "keys", _("The keys that sign cannot be used: no certificate can be issued")
        NO_CERTIFICATE = "no-certificate", _("A course was completed, and no certificate was opened")
        NO_CERTIFICATE_OF_ATTENDANCE = "no-attendance", _("A webinar was attended, and no certificate was opened")
        LATE = "late", _("Waits to be made for more than an hour")
        NO_FILE = "no-file", _("Its file is gone")
        WRONG_FILE = "wrong-file", _("Its file is not the one that was issued")
        NO_CREDENTIAL = "no-credential", _("Nothing was signed of it for machines to read")
        WRONG_CREDENTIAL = "wrong-credential", _("What was signed of it does not hold, or says otherwise")
        STATUS_LIST = "status-list", _("A published list of what ended is not as the register says")
        LEFTOVER = "leftover", _("A file that belongs to no certificate")

    began_at = models.DateTimeField(_("began at"), db_index=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    by_night = models.BooleanField(default=False)
    is_mending = models.BooleanField(default=False)
    checked = models.PositiveIntegerField(_("certificates read"), default=0)
    last_checked = models.PositiveBigIntegerField(default=0, help_text="Where the next night goes on.")
    wrong = models.PositiveIntegerField(_("wrong"), default=0)
    mended = models.PositiveIntegerField(_("mended"), default=0)
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("check of the register")
        verbose_name_plural = _("checks of the register")

    def __str__(self):
        return f"{self.began_at:%Y-%m-%d %H:%M}"
