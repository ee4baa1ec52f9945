from typing import Any, NoReturn, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from lms.access.errors import Unchangeable

Row = TypeVar("Row", bound=models.Model, covariant=True)


def refuse_change() -> NoReturn:
    raise Unchangeable(_("This is a record of what was, so it can be neither changed nor deleted."))


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Rows are added and read; there is no way to change or delete one."""

    def update(self, **fields: Any) -> NoReturn:
        refuse_change()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse_change()

    def delete(self) -> NoReturn:
        refuse_change()


AppendOnlyManager = models.Manager.from_queryset(AppendOnlyQuerySet)


class AppendOnly(models.Model):
    """A row that stays as it was written."""

    objects = AppendOnlyManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            refuse_change()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse_change()
