"""Names for statements that are written by hand."""

from django.db import connection
from django.db.models import Model


def table(model: type[Model]) -> str:
    """Return the quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)
