from django.db import models
from django.db.models import Q

from courses.enrolment.models import Contract, Enrolment
from courses.lessons.models import Lesson
from courses.media.models import MediaItem


class LessonProgress(models.Model):
    """What a learner has done of one lesson. The pair is the key: no id, no index on what each visit changes.

    Source: docs/decisions.md, "Progress rows".
    """

    pk = models.CompositePrimaryKey("enrolment_id", "lesson_id")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress", db_index=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+", db_index=False)
    first_seen_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "lesson progress"

    def __str__(self):
        return f"{self.enrolment_id} · {self.lesson_id}"


class WatchedMedia(models.Model):
    """Which stretches of a recording a learner has played, and where they stopped. The pair is the key, as above.

    A recording deleted from the library leaves its rows: what was watched still counts.
    """

    pk = models.CompositePrimaryKey("enrolment_id", "item_id")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="watched", db_index=False)
    item = models.ForeignKey(MediaItem, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    ranges = models.JSONField(default=list, help_text="[start, end] in seconds, in order, apart from each other.")
    position_seconds = models.FloatField(default=0)
    reached_fraction = models.FloatField(
        default=0, db_default=0, help_text="How much of it counts as watched, also in another language; never falls."
    )
    read_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When they said that they read it, or played it elsewhere; all of it counts then.",
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "watched media"

    def __str__(self):
        return f"{self.enrolment_id} · {self.item_id}"


class Completion(models.Model):
    """A course completed: written once, with the facts of that moment, never taken back. Certificates follow from it."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="completion")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(db_index=True)
    lessons_count = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="Since enrolling, from day to day.")
    score_fraction = models.FloatField(
        null=True, help_text="Mean of the best quiz results; empty if there was no quiz."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score_fraction=None) | (Q(score_fraction__gte=0) & Q(score_fraction__lte=1)),
                name="completion_score_is_a_fraction",
            )
        ]

    def __str__(self):
        return f"{self.enrolment} · {self.completed_at:%Y-%m-%d}"
