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
    milestone = models.CharField(max_length=10, choices=Milestone.choices)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.milestone} · course {self.course_id} · {self.country} · {self.month:%Y-%m}"


class MilestoneDelta(Cell):
    """One step of one person, +1 or -1, written in the transaction that made it; folding moves it into a rollup."""

    count = models.SmallIntegerField()


class MilestoneRollup(Cell):
    """The sum of all folded deltas of a cell."""

    total = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course_id", "country", "month", "milestone"], name="one_rollup_per_cell")
        ]
