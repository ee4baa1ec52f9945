import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.dashboards.exports.errors import LeaseLost, TooLongForExcel, TooManyUnfinished
from lms.dashboards.exports.models import Export
from lms.dashboards.exports.queries import asked
from lms.dashboards.exports.queries.progress import ProgressTable
from lms.dashboards.exports.writing import MOST_IN_A_WORKBOOK, write_csv, write_workbook
from lms.dashboards.marks import mark_for
from lms.dashboards.questions import limit_of
from lms.lib.private_files import PrivateFolder, Written

logger = logging.getLogger(__name__)
files = PrivateFolder("exports")

State, Reason = Export.State, Export.Reason
Clock = Callable[[], datetime]

WHAT_IS_ASKED = ("kind", "filters", "file_format", "limit_country", "limit_institution_id", "language")
MOST_UNFINISHED = 3  # of one person
MAX_ATTEMPTS = 3
LEASE = timedelta(
    minutes=2
)  # renewed with every page once a third of it is over; zipping a workbook takes a part of it
KEEP = timedelta(days=7)  # files, and the rows of what failed
KEEP_ROWS = timedelta(days=30)  # after that, so that an old address still says what became of it
KEEP_LEFTOVERS = timedelta(days=1)
FORGOTTEN_AT_ONCE = 1000
TELL_EVERY = timedelta(seconds=1)


@transaction.atomic
def ask_for_export(
    person: User, *, kind: str, filters: Mapping[str, Any], file_format: str, language: str, now: datetime
) -> Export:
    """Put down that somebody wants a table as a file; the same that they still wait for is not made twice.

    Raises TooManyUnfinished.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # lock first, then count
    limit = limit_of(person)
    export = Export(
        asked_by=person,
        kind=kind,
        filters=filters,
        file_format=file_format,
        limit_country=limit.country or "",
        limit_institution_id=limit.institution_id,
        language=language,
        asked_at=now,
    )
    unfinished = Export.objects.filter(asked_by=person, state__in=Export.UNFINISHED)
    if same := unfinished.filter(**{name: getattr(export, name) for name in WHAT_IS_ASKED}).first():
        return same
    if unfinished.count() >= MOST_UNFINISHED:
        raise TooManyUnfinished(
            _("Three of your exports are not made yet. Wait until one of them is ready, then ask again.")
        )
    export.save()
    return export


def make_next(*, clock: Clock) -> bool:
    """Make the export that has waited longest; say whether there was one.

    May run twice, late, or side by side: an export is leased to one worker, who renews the lease while at it. A lease that
    lapsed is anybody's.
    """
    taken = _take_next(clock())
    if taken is None:
        return False
    _make(*taken, clock=clock)
    return True


def remove_expired(*, now: datetime) -> None:
    """Remove the files of exports that have expired, and the rows of those that did so long ago."""
    for export in asked.expired_files(now)[:FORGOTTEN_AT_ONCE]:
        files.remove(export.file_name)
        Export.objects.filter(pk=export.pk).update(file_name="")
    Export.objects.filter(expires_at__lte=now - KEEP_ROWS, file_name="").delete()


def remove_leftover_files(*, now: datetime) -> int:
    """Remove files that no export names: of a deleted account, or of a killed worker; return how many."""
    old = list(files.stored_before(now - KEEP_LEFTOVERS))
    leftover = set(old) - asked.names_in_use(old)
    for name in leftover:
        files.remove(name)
    return len(leftover) + files.remove_parts(before=now - KEEP_LEFTOVERS)


def _take_next(now: datetime) -> tuple[Export, UUID] | None:
    lease = uuid4()
    while not asked.is_one_being_made(now) and (waiting := asked.exports_to_make(now).first()) is not None:
        won = (
            asked.exports_to_make(now)
            .filter(pk=waiting.pk)
            .order_by()
            .update(state=State.WORKING, lease=lease, leased_until=now + LEASE, rows_done=0, attempts=F("attempts") + 1)
        )
        if won:
            return Export.objects.select_related("asked_by").get(pk=waiting.pk), lease
    return None


def _make(export: Export, lease: UUID, *, clock: Clock) -> None:
    if export.attempts > MAX_ATTEMPTS:
        _fail(export, lease, export.reason or Reason.LOST, now=clock())
        return
    keeper = _LeaseKeeper(export, lease, clock)
    try:
        with translation.override(export.language), files.written_whole(f"{lease}.{export.file_format}") as written:
            _write(export, keeper, written)
        if not _finish(export, lease, written, rows=keeper.done, now=clock()):
            files.remove(written.name)
    except TooLongForExcel:
        _fail(export, lease, Reason.TOO_LONG, now=clock())
    except LeaseLost:
        logger.info("Export %s was taken from this worker", export.pk)
    except Exception:
        # Said if it stays so; the lease runs out and the sweep tries again.
        Export.objects.filter(pk=export.pk, lease=lease).update(reason=Reason.FAULT)
        raise


def _write(export: Export, keeper: "_LeaseKeeper", written: Written) -> None:
    table = ProgressTable(export.limit, export.filters)
    is_workbook = export.file_format == Export.Format.XLSX
    keeper.total = table.total
    if is_workbook and table.total > MOST_IN_A_WORKBOOK:
        raise TooLongForExcel
    mark = mark_for(export.asked_by, now=keeper.clock())
    keeper(0)
    if is_workbook:
        write_workbook(written.file, table, title=str(export.get_kind_display()), mark=mark, on_page=keeper)
    else:
        write_csv(written.file, table, mark=mark, on_page=keeper)


@dataclass
class _LeaseKeeper:
    """Told of each page, it renews the lease and says how far the export is. It raises LeaseLost once that is not ours."""

    export: Export
    lease: UUID
    clock: Clock
    total: int = 0
    done: int = 0
    told_at: datetime | None = None

    def __call__(self, rows: int) -> None:
        self.done += rows
        now = self.clock()
        if self.told_at and now < self.told_at + TELL_EVERY:
            return
        total = max(self.total, self.done)
        told = {"rows_done": self.done, "rows_total": total, "leased_until": now + LEASE}
        if not Export.objects.filter(pk=self.export.pk, lease=self.lease).update(**told):
            raise LeaseLost
        self.told_at = now


def _finish(export: Export, lease: UUID, written: Written, *, rows: int, now: datetime) -> int:
    return Export.objects.filter(pk=export.pk, lease=lease).update(
        state=State.READY,
        reason="",
        lease=None,
        leased_until=None,
        rows_done=rows,
        rows_total=rows,
        file_name=written.name,
        file_bytes=written.size,
        file_sha256=written.sha256,
        ready_at=now,
        expires_at=now + KEEP,
    )


def _fail(export: Export, lease: UUID, reason: str, *, now: datetime) -> None:
    won = Export.objects.filter(pk=export.pk, lease=lease).update(
        state=State.FAILED, reason=reason, lease=None, leased_until=None, expires_at=now + KEEP
    )
    if won and reason != Reason.TOO_LONG:
        # An error and not a warning: somebody has to look at it.
        logger.error("Export %s failed: %s", export.pk, reason)
