from dataclasses import dataclass
from datetime import date, datetime

from django.db import models


class Milestone(models.TextChoices):
    """What is counted. Of courses: enrolled to passed (a quiz), one a person; of webinars: registered to minutes.

    erased: enrolments that are about nobody any more. attested: certificates of attendance. minutes: of presence.
    """

    ENROLLED = "enrolled"
    STARTED = "started"
    HALFWAY = "halfway"
    COMPLETED = "completed"
    CERTIFIED = "certified"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    PASSED = "passed"
    REGISTERED = "registered"
    ATTENDED = "attended"
    ATTESTED = "attested"
    MINUTES = "minutes"


class Device(models.TextChoices):
    FULL = "full"
    LITE = "lite"


class Circumstances(models.Model):
    """What counts are told apart by, as it was when somebody enrolled or registered.

    A later change of the person does not move them in the counts; whoever changes the copy counts anew
    (lms.operations.milestones.move). institution_id: no foreign key, since deleting an institution would change it.
    """

    tier = models.CharField(max_length=1, blank=True, default="", db_default="", help_text="P: priority; S: standard.")
    profession = models.CharField(max_length=20, blank=True, default="", db_default="")
    device = models.CharField(max_length=4, choices=Device.choices, blank=True, default="", db_default="")
    institution_id = models.IntegerField(null=True, blank=True)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Subject:
    """What and whose a milestone is. cohort: when they enrolled or registered. Of course and webinar one is named."""

    cohort: datetime
    course_id: int | None = None
    webinar_id: int | None = None
    institution_id: int | None = None
    country: str = ""
    tier: str = ""
    profession: str = ""
    language: str = ""
    device: str = ""


class MilestoneDelta(models.Model):
    """Steps, +1 or -1 a person, written in the transaction that made them; folding moves them into the rollups.

    Append-only and without an index but its key: writing it waits for nobody. cohort, month: first days of months (UTC).
    """

    course_id = models.IntegerField(null=True)
    webinar_id = models.IntegerField(null=True)
    institution_id = models.IntegerField(null=True)
    country = models.CharField(max_length=2)
    tier = models.CharField(max_length=1)
    profession = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    device = models.CharField(max_length=4)
    cohort = models.DateField()
    month = models.DateField()
    milestone = models.CharField(max_length=10, choices=Milestone.choices)
    count = models.SmallIntegerField()
    days = models.SmallIntegerField(null=True, help_text="Of a completion: since enrolling.")

    def __str__(self):
        return f"{self.milestone} {self.count:+d} · {self.month:%Y-%m}"


class MilestoneRollup(models.Model):
    """The sums of all folded deltas of a cell of a cut (lms.measures.cuts): one column per milestone, named for it."""

    pk = models.CompositePrimaryKey("cut", "month", "key", "other_key")
    cut = models.SmallIntegerField()
    month = models.DateField()
    key = models.CharField(max_length=20)
    other_key = models.CharField(max_length=20)
    enrolled = models.IntegerField(default=0)
    started = models.IntegerField(default=0)
    halfway = models.IntegerField(default=0)
    completed = models.IntegerField(default=0)
    certified = models.IntegerField(default=0)
    withdrawn = models.IntegerField(default=0)
    erased = models.IntegerField(default=0)
    passed = models.IntegerField(default=0)
    registered = models.IntegerField(default=0)
    attended = models.IntegerField(default=0)
    attested = models.IntegerField(default=0)
    minutes = models.IntegerField(default=0)

    def __str__(self):
        return f"{self.cut}: {self.key} {self.other_key} · {self.month:%Y-%m}"


class DaysRollup(models.Model):
    """How many completed in a month so many days after enrolling: exact medians at day grain, and cheap ones.

    Source: docs/decisions.md, "Counts".
    """

    pk = models.CompositePrimaryKey("facet", "month", "value", "days")
    facet = models.CharField(max_length=14)
    month = models.DateField(help_text="Of the completion.")
    value = models.CharField(max_length=20)
    days = models.SmallIntegerField()
    people = models.IntegerField(default=0)

    def __str__(self):
        return f"{self.facet} {self.value} · {self.month:%Y-%m}: {self.days} days"


class LessonDelta(models.Model):
    """A lesson touched, or done, for the first time by somebody; as MilestoneDelta. minutes: of a lesson that was done."""

    lesson_id = models.IntegerField()
    institution_id = models.IntegerField(null=True)
    country = models.CharField(max_length=2)
    tier = models.CharField(max_length=1)
    touched = models.SmallIntegerField(default=0)
    done = models.SmallIntegerField(default=0)
    minutes = models.SmallIntegerField(null=True)

    def __str__(self):
        return f"lesson {self.lesson_id}: {self.touched:+d} {self.done:+d}"


class LessonRollup(models.Model):
    """How many have touched and done a lesson, by a facet of them."""

    pk = models.CompositePrimaryKey("facet", "value", "lesson_id")
    facet = models.CharField(max_length=14)
    value = models.CharField(max_length=20)
    lesson_id = models.IntegerField()
    touched = models.IntegerField(default=0)
    done = models.IntegerField(default=0)

    def __str__(self):
        return f"lesson {self.lesson_id}, {self.facet} {self.value}"


class MinutesRollup(models.Model):
    """How many were done with a lesson so many minutes after they first opened it; MOST_MINUTES stands for more."""

    pk = models.CompositePrimaryKey("lesson_id", "minutes")
    lesson_id = models.IntegerField()
    minutes = models.SmallIntegerField()
    people = models.IntegerField(default=0)

    def __str__(self):
        return f"lesson {self.lesson_id}: {self.minutes} minutes"


MOST_MINUTES = 240


def month_of(moment: datetime) -> date:
    """Return the first day of the month (UTC) in which a moment lies."""
    return moment.date().replace(day=1)
