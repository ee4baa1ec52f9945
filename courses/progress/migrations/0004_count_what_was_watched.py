from django.db import migrations


def count_watched(apps, schema_editor):
    """What was watched before counts as well; the ranges are merged and within the recording. Running it again changes nothing."""
    WatchedMedia = apps.get_model("progress", "WatchedMedia")
    for row in WatchedMedia.objects.filter(reached_fraction=0).select_related("item").iterator(chunk_size=500):
        covered, duration = sum(end - start for start, end in row.ranges), row.item.duration
        if covered and duration:
            row.reached_fraction = 1.0 if duration - covered <= 0.5 else min(covered / duration, 1.0)
            row.save(update_fields=["reached_fraction"])


class Migration(migrations.Migration):
    dependencies = [("progress", "0003_watched_fraction")]

    # The way back is that the column leaves.
    operations = [migrations.RunPython(count_watched, migrations.RunPython.noop)]
