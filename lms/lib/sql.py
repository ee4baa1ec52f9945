"""Names for statements that are written by hand, and what they tell."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model


def table(model: type[Model]) -> str:
    """Return the quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)


def moment_of(value: datetime | str) -> datetime:
    """Return a moment as it was written; SQLite tells it without its zone, UTC, and at times as a text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def prepared_moment(moment: datetime) -> Any:
    """Return a moment as this database takes it."""
    return connection.ops.adapt_datetimefield_value(moment)


def prepared_uuid(value: UUID) -> Any:
    """Return a UUID as this database takes it."""
    return value if connection.features.has_native_uuid_field else value.hex
