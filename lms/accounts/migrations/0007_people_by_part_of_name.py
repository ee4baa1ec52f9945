from django.db import migrations

from lms.lib.postgres_indexes import RunOnPostgres

# A search for part of a name otherwise reads every name there is. Where the extension is not to be had, it goes on doing so.
FORWARDS = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX people_by_part_of_name ON accounts_user USING gin (upper(name::text) gin_trgm_ops);
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_stand_ins")]
    operations = [RunOnPostgres(FORWARDS, "DROP INDEX IF EXISTS people_by_part_of_name")]
