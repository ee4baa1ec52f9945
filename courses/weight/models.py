from django.db import models

from courses.lessons.models import LessonPage


class LessonWeight(models.Model):
    """What a published lesson weighs, as it was last weighed; may be deleted at any time, and is made again."""

    page = models.OneToOneField(LessonPage, on_delete=models.CASCADE, primary_key=True, related_name="weight")
    revision_id = models.BigIntegerField(help_text="The published revision that was weighed; 0: without one.")
    page_bytes = models.PositiveIntegerField()
    pictures_bytes = models.PositiveIntegerField()
    recordings_bytes = models.PositiveBigIntegerField()
    weighed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.page_id}: {self.page_bytes} bytes"
