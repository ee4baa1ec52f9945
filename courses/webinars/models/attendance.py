from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.webinars.models.registrations import Registration
from courses.webinars.models.webinars import Webinar

LONGEST_NAME = 300  # as a cell of an attendance list may be


class AttendanceDraft(models.Model):
    """An attendance list that somebody uploaded and has not confirmed yet: the file, and how it is to be read.

    A person has one of a webinar; it goes when they confirm, and else after a day. minutes_ahead: of its clock.
    columns: what heads in an unknown language mean.
    """

    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="attendance_drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file = models.BinaryField()
    file_name = models.CharField(_("file"), max_length=120)
    zone = models.CharField(_("time zone of the file"), max_length=60)
    minutes_ahead = models.SmallIntegerField(_("minutes that its clock is ahead"), default=0)
    columns = models.JSONField(default=dict)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webinar", "by"], name="one_attendance_draft_of_a_person")]

    def __str__(self):
        return self.file_name


class AttendanceList(models.Model):
    """An attendance list that somebody imported. The same file is of one webinar once: digest is its SHA-256."""

    class Provider(models.TextChoices):
        ZOOM = "zoom", "Zoom"
        TEAMS = "teams", "Microsoft Teams"
        BIGBLUEBUTTON = "bigbluebutton", "BigBlueButton"
        OTHER = "other", _("Another provider")

    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="attendance_lists")
    digest = models.CharField(max_length=64)
    provider = models.CharField(_("provider"), max_length=20, choices=Provider.choices)
    file_name = models.CharField(_("file"), max_length=120)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webinar", "digest"], name="one_import_of_an_attendance_list"),
        ]

    def __str__(self):
        return self.file_name


class Presence(models.Model):
    """Somebody was in the meeting from one moment to another: a line of a list, or what the provider told.

    Whose it is stands in registration, once that is known; is_stranger says that it is nobody's who registered.
    """

    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="presences")
    list = models.ForeignKey(AttendanceList, null=True, on_delete=models.CASCADE, related_name="presences")
    line = models.PositiveIntegerField(_("line"), null=True)
    registration = models.ForeignKey(Registration, null=True, on_delete=models.CASCADE, related_name="presences")
    is_stranger = models.BooleanField(_("not one of the registered"), default=False)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    email = models.CharField(_("e-mail address"), max_length=LONGEST_NAME, blank=True)
    joined_at = models.DateTimeField(_("joined at"))
    left_at = models.DateTimeField(_("left at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "line"], name="one_presence_of_a_line"),
            models.UniqueConstraint(
                fields=["webinar", "name", "email", "joined_at"],
                condition=Q(list=None),
                name="one_presence_of_what_a_provider_told",
            ),
            models.CheckConstraint(
                condition=Q(list=None, line=None) | Q(list__isnull=False, line__isnull=False),
                name="presence_of_a_list_has_a_line",
            ),
            models.CheckConstraint(condition=Q(left_at__gte=F("joined_at")), name="presence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(registration=None) | Q(is_stranger=False), name="presence_of_a_stranger_is_nobodys"
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.joined_at}"


class Attendance(models.Model):
    """What somebody's presence at a webinar came to, as settle_attendance writes it.

    minutes: of presence within the session. met_at: since when it is known to be enough. fixed_at: when that was acted upon;
    from then on nothing of the row changes.
    """

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="attendance")
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    met_at = models.DateTimeField(_("enough since"), null=True)
    updated_at = models.DateTimeField(_("updated at"))
    fixed_at = models.DateTimeField(_("fixed at"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fixed_at=None) | Q(met_at__isnull=False), name="only_enough_presence_is_fixed"
            )
        ]
        indexes = [
            models.Index(
                fields=["updated_at"],
                condition=Q(met_at__isnull=False, fixed_at=None),
                name="attendance_to_be_fixed",
            )
        ]

    def __str__(self):
        return f"{self.registration}: {self.minutes}"
