import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from wagtail.models import (
    Revision,
)

from courses.assessments import rules
from courses.assessments.models.questions import Question
from courses.assessments.models.quizzes import Quiz
from courses.assessments.models.rulings import Ruling
from courses.assessments.rules import percent_of
from courses.enrolment.models import Enrolment


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts: those still open, and those handed in, which alone say anything about a learner."""

    def open(self) -> "AttemptQuerySet":
        return self.filter(submitted_at=None)

    def handed_in(self) -> "AttemptQuerySet":
        return self.filter(submitted_at__isnull=False)


class Attempt(models.Model):
    """A quiz as drawn for a learner, open until it is handed in and marked.

    Its responses are made when it is opened: they say which revision of which question is asked, in which order.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    submission = models.UUIDField(default=uuid.uuid4, editable=False, help_text="No longer read.")
    opened_at = models.DateTimeField(null=True, help_text="Empty for attempts from before they were opened.")
    due_at = models.DateTimeField(null=True, help_text="When time is up; empty without a time limit.")
    draft = models.JSONField(default=dict, help_text="What is filled in so far: name of the input -> values.")
    saved_at = models.DateTimeField(null=True)
    taken_along_at = models.DateTimeField(
        null=True, help_text="When a device first took it along; it waits for it as drawn."
    )
    shuffles_options = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True, help_text="When it was handed in; empty while it is open.")
    points = models.FloatField(default=0)
    points_possible = models.PositiveSmallIntegerField()
    pass_mark_percent = models.PositiveSmallIntegerField()
    has_passed = models.BooleanField(default=False)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="one_attempt_per_number"),
            models.UniqueConstraint(fields=["enrolment", "submission"], name="one_attempt_per_submission"),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(submitted_at=None), name="one_open_attempt_per_quiz"
            ),
            models.CheckConstraint(
                condition=Q(has_passed=False) | Q(submitted_at__isnull=False), name="only_what_is_handed_in_passes"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(submitted_at=None), name="open_attempts_by_due_time"),
            # What item analysis reads: the newest first attempts at a quiz, however many there are.
            models.Index(fields=["quiz", "submitted_at"], condition=Q(number=1), name="first_attempts_at_a_quiz"),
        ]

    def __str__(self):
        return f"{self.enrolment} · {self.quiz} · {self.number}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None

    @property
    def score_fraction(self) -> float:
        return rules.Result(self.points, self.points_possible).fraction

    @property
    def percent(self) -> int:
        return percent_of(self.score_fraction)


class Response(models.Model):
    """A question of an attempt, as the revision that was drawn; once handed in, its answer and what that earned."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="responses")
    position = models.PositiveSmallIntegerField()
    revision = models.ForeignKey(
        Revision,
        null=True,
        on_delete=models.PROTECT,  # so that purging old revisions leaves those that somebody was asked
        related_name="+",
        help_text="The revision of the question that is asked.",
    )
    points = models.PositiveSmallIntegerField(default=1, help_text="Of a fully right answer.")
    answer = models.JSONField(default=list)
    score_fraction = models.FloatField(default=0, validators=[MinValueValidator(0), MaxValueValidator(1)])
    ruling = models.ForeignKey(
        Ruling, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="That marked it last."
    )
    first_fraction = models.FloatField(null=True, help_text="What it had earned before any ruling.")
    is_removed = models.BooleanField(
        default=False, db_default=False, help_text="A ruling has taken it out of the attempt."
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="one_response_per_question"),
            models.CheckConstraint(
                condition=Q(score_fraction__gte=0) & Q(score_fraction__lte=1), name="response_score_is_a_fraction"
            ),
        ]

    def __str__(self):
        return f"{self.attempt} · {self.question_id}"


class QuizStanding(models.Model):
    """A learner's best result in a quiz. Once passed it stays passed."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="standings", db_index=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    best_fraction = models.FloatField(default=0)
    passed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "quiz"], name="one_standing_per_quiz")]

    def __str__(self):
        return f"{self.enrolment} · {self.quiz}"

    @property
    def best_percent(self) -> int:
        return percent_of(self.best_fraction)
