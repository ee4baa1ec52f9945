from django.db import migrations

from lms.lib.postgres_indexes import RunOnPostgres


class Migration(migrations.Migration):
    """How long one course takes, of all years: the table's own key has the month before the course."""

    dependencies = [("measures", "0002_rollups_by_cut")]
    operations = [
        RunOnPostgres(
            "CREATE INDEX days_by_value ON measures_daysrollup (facet, value) INCLUDE (days, people)",
            "DROP INDEX days_by_value",
        )
    ]
