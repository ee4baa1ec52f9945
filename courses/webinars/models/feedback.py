from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.webinars.models.registrations import Registration

LONGEST_TEXT = 1000  # characters
QUESTIONS = {
    "useful": _("Was it useful for your work?"),
    "level": _("Was the level right for you?"),
    "recommend": _("Would you recommend it to a colleague?"),
    "good": _("What was good?"),
    "change": _("What should change?"),
}


class Agreement(models.IntegerChoices):
    NOT_AT_ALL = 1, _("Not at all")
    LITTLE = 2, _("A little")
    PARTLY = 3, _("Partly")
    MOSTLY = 4, _("Mostly")
    FULLY = 5, _("Fully")


class Level(models.IntegerChoices):
    MUCH_TOO_EASY = 1, _("Much too easy")
    RATHER_EASY = 2, _("Rather easy")
    RIGHT = 3, _("Just right")
    RATHER_HARD = 4, _("Rather hard")
    MUCH_TOO_HARD = 5, _("Much too hard")


SCALES = {"useful": Agreement, "level": Level, "recommend": Agreement}


class Feedback(models.Model):
    """What somebody who was registered says of a webinar afterwards, on scales from 1 to 5 and in their own words.

    mixing: texts are read in its order, which tells nothing of when or by whom they were written.
    """

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="feedback")
    useful = models.PositiveSmallIntegerField(QUESTIONS["useful"], choices=Agreement.choices)
    level = models.PositiveSmallIntegerField(QUESTIONS["level"], choices=Level.choices)
    recommend = models.PositiveSmallIntegerField(QUESTIONS["recommend"], choices=Agreement.choices)
    good = models.CharField(QUESTIONS["good"], max_length=LONGEST_TEXT, blank=True)
    change = models.CharField(QUESTIONS["change"], max_length=LONGEST_TEXT, blank=True)
    given_at = models.DateTimeField(_("given at"))
    mixing = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(**{f"{scale}__range": (1, 5)}), name=f"feedback_{scale}_is_on_its_scale")
            for scale in SCALES
        ]

    def __str__(self):
        return f"{self.registration_id}"
