from django.db import migrations

from lms.lib.postgres_indexes import RunOnPostgres

INDEX = (
    "CREATE INDEX enrolments_of_a_run_by_activity"
    " ON enrolment_enrolment (run_id, last_active_on DESC NULLS LAST, id){} WHERE erased_at IS NULL"
)
DROP = "DROP INDEX enrolments_of_a_run_by_activity; "


class Migration(migrations.Migration):
    """How many of 100,000 have been away for a month is counted on the index, with no look at their rows."""

    dependencies = [("enrolment", "0011_enrolments_by_activity")]
    operations = [RunOnPostgres(DROP + INDEX.format(" INCLUDE (state, enrolled_at)"), DROP + INDEX.format(""))]
