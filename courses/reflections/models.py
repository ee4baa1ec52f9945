from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.lessons.models import Lesson
from courses.reflections.rules import name_of


class Reflection(models.Model):
    """What a learner wrote for themselves at one question of a lesson, in whatever language they read it.

    Theirs alone: it is reached through its learner only, goes with their account, and is registered nowhere in the CMS.
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reflections")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    question_key = models.UUIDField(help_text="The id of the question's block, the same in every language.")
    question = models.TextField(help_text="As it was asked, in plain words: it may be gone from the lesson by now.")
    text = models.TextField()
    written_at = models.DateTimeField()

    # Wagtail would list it, to administrators, among the uses of a person.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson", "question_key"], name="one_reflection_per_question")
        ]

    def __str__(self):
        return f"{self.learner_id} · {self.lesson_id}"

    @property
    def version(self) -> str:
        """Return what tells this text from a later one."""
        return self.written_at.isoformat()

    def is_what_was_seen(self, seen: str) -> bool:
        """Say whether a writer had this text before them. seen: its version, or its name (see rules.name_of)."""
        return seen in (self.version, name_of(self.text))
