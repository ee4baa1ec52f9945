import secrets
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from courses.assessments.models import Question
from courses.catalogue.models import Course


def new_secret() -> str:
    return secrets.token_hex(32)


class ClassroomHost(models.Model):
    """Somebody outside a course's team who runs classes of it: named by the team, until the team ends it."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="classroom_hosts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hosted_classrooms", db_index=False
    )
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        verbose_name = _("classroom host")
        verbose_name_plural = _("classroom hosts")
        constraints = [models.UniqueConstraint(fields=["person", "course"], name="one_host_per_person_and_course")]

    def __str__(self):
        return f"{self.person_id} · {self.course_id}"


class Job(models.Model):
    """Something that a worker does under a lease, which lapses if the worker does not come back."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Under way")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    class Reason(models.TextChoices):
        CLOSED = "closed", _("The course is not published in this language any more.")
        LOST = "lost", _("Workers took it up three times and never came back. Try again; if it fails again, tell us.")
        FAULT = (
            "fault",
            _("Something went wrong three times, and is in our log. Try again; if it fails again, tell us."),
        )

    UNFINISHED = (State.WAITING, State.WORKING)

    key = models.UUIDField(default=uuid4, unique=True, help_text="Its address; not to be guessed.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Since something of it was last done.")
    lease = models.UUIDField(null=True, help_text="Who is at it: only they may say how it went.")
    leased_until = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0, help_text="Files packed; people taken in.")
    total = models.PositiveIntegerField(null=True, help_text="Empty until it is known.")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="working") | Q(lease__isnull=False, leased_until__isnull=False),
                name="%(class)s_under_way_is_leased",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(reason=""), name="failed_%(class)s_says_why"),
        ]
        indexes = [
            models.Index(
                fields=["attempts", "id"], condition=Q(state__in=["waiting", "working"]), name="%(class)s_to_do"
            )
        ]

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED


class ClassroomFile(Job):
    """A course as it was packed for classes, and how far packing it has come. The row outlives the file: returns name it."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="classroom_files")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    with_sound = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="classroom_files"
    )
    asked_at = models.DateTimeField()
    secret = models.CharField(max_length=64, default=new_secret, editable=False, help_text="Signs what comes back.")
    titles = models.JSONField(default=dict, help_text="Of each lesson and quiz in it, by the number of its page.")
    draws = models.JSONField(
        default=dict, help_text="Of each quiz, by the number of its page: name of a pool -> how many."
    )
    packed_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=120, blank=True, help_text="In private storage; empty once it is removed.")
    file_bytes = models.PositiveBigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, help_text="The file; returns are taken for longer.")

    class Meta(Job.Meta):
        verbose_name = _("classroom file")
        verbose_name_plural = _("classroom files")
        constraints = [
            *Job.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(packed_at__isnull=False, expires_at__isnull=False) & ~Q(file_sha256=""),
                name="ready_classroomfile_has_file_and_dates",
            ),
        ]

    def __str__(self):
        return f"{self.course_id} · {self.language} · {self.pk}"

    def is_there(self, now: datetime) -> bool:
        """Say whether the file can be fetched."""
        return bool(self.file_name and self.expires_at and self.expires_at > now)


class PackedQuestion(models.Model):
    """A question that a classroom file may ask, as the revision that was packed: it stays while returns may come."""

    file = models.ForeignKey(ClassroomFile, on_delete=models.CASCADE, related_name="questions", db_index=False)
    quiz_page_id = models.PositiveIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    pool = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["file", "quiz_page_id", "question"], name="one_packed_question_per_quiz")
        ]

    def __str__(self):
        return f"{self.file_id} · {self.quiz_page_id} · {self.question_id}"


class ClassroomReturn(Job):
    """What a class's computer sent back, brought in by somebody who vouches for whose work it is."""

    file = models.ForeignKey(ClassroomFile, on_delete=models.CASCADE, related_name="returns")
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="classroom_returns")
    brought_at = models.DateTimeField()
    made_at = models.DateTimeField(help_text="By the clock of the class’s computer.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was sent.")
    stored_name = models.CharField(
        max_length=120, blank=True, help_text="In private storage; empty once it is removed."
    )
    ended_at = models.DateTimeField(null=True)

    class Meta(Job.Meta):
        verbose_name = _("classroom return")
        verbose_name_plural = _("classroom returns")

    def __str__(self):
        return f"{self.file_id} · {self.pk}"


class ReturnedPerson(models.Model):
    """What became of the work of one person in a return.

    accepted, known, refused: how many things they did, lessons only opened apart; refusals: [what it was, why it does not
    count], those known from before too.
    """

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Taken in")
        NO_ACCOUNT = (
            "no-account",
            _("Nobody has confirmed this address. Ask them to register with it, then bring the file again."),
        )
        NO_DETAILS = (
            "details",
            _(
                "Their account lacks name and country of work. Ask them to enter both in their profile, then bring the file again."
            ),
        )
        CLOSED = "closed", _("They do not study the course, and it is closed to new learners just now.")
        ONESELF = "oneself", _("This is you. Nobody vouches for themselves: somebody else has to bring the file.")
        FAULT = "fault", _("Something went wrong with their work, and is in our log. Bring the file again.")

    brought_in = models.ForeignKey(ClassroomReturn, on_delete=models.CASCADE, related_name="people", db_index=False)
    position = models.PositiveSmallIntegerField()
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=120)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    accepted = models.PositiveSmallIntegerField(default=0)
    known = models.PositiveSmallIntegerField(default=0)
    refused = models.PositiveSmallIntegerField(default=0)
    refusals = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["brought_in", "position"], name="one_row_per_person_in_a_return")
        ]

    def __str__(self):
        return f"{self.brought_in_id} · {self.position}"
