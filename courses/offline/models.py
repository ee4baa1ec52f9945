from django.conf import settings
from django.db import models


class SyncedEvent(models.Model):
    """Something done on a device that the academy has: whatever is sent again is known by its person and id.

    Written in the transaction that counts it. reason: why it did not count, as its learner reads it; empty if it did.
    """

    class Kind(models.TextChoices):
        SEEN = "seen"
        DONE = "done"
        READ = "read"
        WATCHED = "watched"
        ANSWERS = "answers"
        REFLECTION = "reflection"

    pk = models.CompositePrimaryKey("person_id", "event_id")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    event_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    happened_at = models.DateTimeField(help_text="By our clock.")
    received_at = models.DateTimeField(db_index=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "synced event"

    def __str__(self):
        return f"{self.person_id} · {self.event_id}"
