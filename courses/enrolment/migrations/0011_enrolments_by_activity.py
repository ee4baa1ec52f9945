from django.db import migrations

from lms.lib.postgres_indexes import RunOnPostgres


class Migration(migrations.Migration):
    """Whoever teaches a run of 100,000 sees the last active first: they are read off the index, in that order.

    The day changes once a day and learner, so rows are seldom written into it.
    """

    dependencies = [("enrolment", "0010_counted_by")]
    operations = [
        RunOnPostgres(
            "CREATE INDEX enrolments_of_a_run_by_activity"
            " ON enrolment_enrolment (run_id, last_active_on DESC NULLS LAST, id) WHERE erased_at IS NULL",
            "DROP INDEX enrolments_of_a_run_by_activity",
        )
    ]
