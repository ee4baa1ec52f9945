from django.db import migrations

from lms.lib.postgres_indexes import RunOnPostgres


class Migration(migrations.Migration):
    """What is counted of one course, in all months: the tables' own keys have the month before the course."""

    dependencies = [("measures", "0002_rollups_by_cut")]
    operations = [
        RunOnPostgres("CREATE INDEX counts_by_key ON measures_milestonerollup (cut, key)", "DROP INDEX counts_by_key"),
        RunOnPostgres(
            "CREATE INDEX days_by_value ON measures_daysrollup (facet, value) INCLUDE (days, people)",
            "DROP INDEX days_by_value",
        ),
    ]
