from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    Revision,
)

from courses.assessments import rules
from courses.assessments.models.questions import Question


class Ruling(models.Model):
    """How a question that went wrong is put right in the attempts that asked it. Never changed: a later one supersedes it.

    It holds for the revisions up to one of them, so that a question mended since is marked by its own key.
    """

    class Strategy(models.TextChoices):
        NEW_KEY = "new-key", _("Mark the answers again by the question as it now stands")
        GIVE = "give", _("Give everybody who was asked it its full points")
        REMOVE = "remove", _("Take it out of the attempts that asked it, and ask nobody any more")

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="rulings")
    strategy = models.CharField(max_length=8, choices=Strategy.choices)
    revision = models.ForeignKey(
        Revision,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="New key: the one whose key marks all earlier ones. Otherwise the last one it holds for.",
    )
    reason = models.TextField(max_length=1000, help_text="Shown to those whose marks it changes.")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, help_text="When nothing was left to be marked again.")
    responses_changed = models.PositiveIntegerField(default=0)
    attempts_passed = models.PositiveIntegerField(default=0, help_text="Attempts that it made pass.")

    class Meta:
        indexes = [models.Index(fields=["decided_at"], condition=Q(applied_at=None), name="rulings_to_be_applied")]

    def __str__(self):
        return f"{self.question} · {self.strategy}"

    def covers(self, revision_id: int | None) -> bool:
        """Say whether it holds for answers to a revision of its question; None: one from before they were noted."""
        return rules.is_covered(revision_id, up_to=self.revision_id, is_new_key=self.strategy == self.Strategy.NEW_KEY)
