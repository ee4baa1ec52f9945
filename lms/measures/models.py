from django.db import models


class Milestone(models.TextChoices):
    ENROLLED = "enrolled"
    STARTED = "started"
    COMPLETED = "completed"
    CERTIFIED = "certified"
    WITHDRAWN = "withdrawn"


class Cell(models.Model):
    """What milestones are counted by. month: first day of the month in which it happened (UTC)."""

    course_id = models.IntegerField()
    country = models.CharField(max_length=2)
    month = models.DateField()

    class Meta:
        abstract = True

    def __str__(self):
        return f"course {self.course_id} · {self.country} · {self.month:%Y-%m}"


class MilestoneDelta(Cell):
    """Steps in one cell, +1 or -1 a person, written in the transaction that made them; folding moves it into the rollup.

    Append-only and without an index but its key: writing it waits for nobody.
    """

    milestone = models.CharField(max_length=10, choices=Milestone.choices)
    count = models.SmallIntegerField()


class MilestoneRollup(Cell):
    """The sums of all folded deltas of a cell: one column per milestone, named for it."""

    enrolled = models.IntegerField(default=0)
    started = models.IntegerField(default=0)
    completed = models.IntegerField(default=0)
    certified = models.IntegerField(default=0)
    withdrawn = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course_id", "country", "month"], name="one_rollup_per_cell")]
