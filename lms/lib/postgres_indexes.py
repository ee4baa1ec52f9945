from typing import Any

from django.db.migrations.operations import RunSQL


class RunOnPostgres(RunSQL):
    """SQL that only PostgreSQL is to run: an index that other databases do not know, or can do without."""

    def __init__(self, sql: str, reverse_sql: str) -> None:
        super().__init__(sql, reverse_sql)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
