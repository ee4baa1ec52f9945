from django.contrib.contenttypes.models import ContentType
from django.db import models


class LoadedItem(models.Model):
    """A piece of content that was loaded from files, and what it was then: how a later load knows whether the files or
    the CMS changed it since."""

    name = models.CharField(
        max_length=255, unique=True, help_text="Its name for ever, such as lesson:en:course/lesson."
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    content_hash = models.CharField(max_length=64)
    revision_id = models.PositiveBigIntegerField(
        null=True, help_text="The revision that loading made, for what has revisions."
    )
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return self.name
