"""Attendance lists: uploaded, looked through, confirmed; and who cannot be told by e-mail or name, settled by hand."""

import contextlib
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from courses.webinars.attendance_files import Listed, UnknownColumns, likely_provider, read_attendance
from courses.webinars.attendance_heads import Column
from courses.webinars.attendance_matching import Listee, Match, Register, listees_of
from courses.webinars.models import AttendanceDraft, AttendanceList, Presence, Registration, Webinar
from courses.webinars.queries import register_of
from courses.webinars.services.attendance import MOST_AT_ONCE, settle_attendance
from lms.accounts.models import User
from lms.lib.errors import Refusal

DRAFT_KEPT = timedelta(days=1)
STRANGERS_KEPT = timedelta(days=90)  # after the webinar; the privacy page says so
LONGEST_FILE_NAME = 120


class CannotImport(Refusal):
    """There is nothing to import, or not now; the text says why."""


@dataclass(frozen=True)
class Preview:
    """What confirming a draft would import, and whose it would be."""

    people: Sequence[Listee]
    matches: Mapping[int, Match]
    register: Register

    @property
    def lines(self) -> list[Listed]:
        return [line for person in self.people for line in person.lines]


def hold_draft(webinar: Webinar, data: bytes, *, file_name: str, zone: str, by: User, now: datetime) -> AttendanceDraft:
    """Keep an uploaded list until it is confirmed, in place of one that the same person uploaded before.

    Raises Unreadable, or CannotImport where it has been imported or nobody can have come yet. Heads in an unknown language are
    no refusal: they are asked for next.
    """
    if webinar.starts_at is None or webinar.called_off_at is not None or webinar.starts_at > now:
        raise CannotImport(_("This webinar has not taken place, so nobody can have been there."))
    earlier = webinar.attendance_lists.filter(digest=_digest(data)).first()
    if earlier is not None:
        raise CannotImport(
            _("This file has been imported already, as “%(name)s”. Nothing is counted twice.") % {"name": earlier}
        )
    said = {"file": data, "file_name": _cleaned(file_name), "zone": zone, "minutes_ahead": 0, "columns": {}}
    with contextlib.suppress(UnknownColumns):
        _read(webinar, AttendanceDraft(**said))
    draft, _is_new = AttendanceDraft.objects.update_or_create(
        webinar=webinar, by=by, defaults={**said, "changed_at": now}
    )
    return draft


def read_differently(draft: AttendanceDraft, *, now: datetime, **said: object) -> None:
    """Note that a draft's clock or columns are to be read differently. Raises Unreadable if they cannot be; then nothing is noted."""
    for name, value in said.items():
        setattr(draft, name, value)
    _read(draft.webinar, draft)
    draft.changed_at = now
    draft.save(update_fields=[*said, "changed_at"])


def preview_of(draft: AttendanceDraft) -> Preview:
    """Return what confirming a draft would import. Raises Unreadable."""
    people = listees_of(_read(draft.webinar, draft))
    register = register_of(draft.webinar)
    return Preview(people, register.match(people), register)


def import_draft(
    draft: AttendanceDraft, *, owners: Mapping[int, int | None], strangers: Collection[int], now: datetime
) -> AttendanceList:
    """Import a draft that its uploader has looked through; return the list, of a file that was there already the earlier one.

    owners: registrations by the line that stands for a person, where they differ from what matches; None: not settled yet.
    strangers: such lines of people who are not registered. Raises Unreadable, or CannotImport if the draft is gone or changed.
    """
    preview = preview_of(draft)
    wanted = {line: match.registered.registration_id for line, match in preview.matches.items()} | dict(owners)
    with transaction.atomic():
        webinar = Webinar.objects.select_for_update(no_key=True).get(pk=draft.webinar_id)
        _number, gone = AttendanceDraft.objects.filter(pk=draft.pk, changed_at=draft.changed_at).delete()
        if not gone:
            raise CannotImport(
                _("This list has been confirmed or changed in another window. Look at what is there now.")
            )
        attendance_list, is_new = AttendanceList.objects.get_or_create(
            webinar=webinar,
            digest=_digest(bytes(draft.file)),
            defaults={
                "provider": likely_provider(bytes(draft.file)),
                "file_name": draft.file_name,
                "imported_by": draft.by,
                "imported_at": now,
            },
        )
        if is_new:
            known = set(webinar.registrations.live().values_list("pk", flat=True))
            Presence.objects.bulk_create(
                [
                    Presence(
                        webinar=webinar,
                        list=attendance_list,
                        line=line.line,
                        registration_id=owner if owner in known and person.line not in strangers else None,
                        is_stranger=person.line in strangers,
                        name=line.name,
                        email=line.email,
                        joined_at=line.joined_at,
                        left_at=line.left_at,
                    )
                    for person in preview.people
                    for owner in [wanted.get(person.line)]
                    for line in person.lines
                ],
                batch_size=MOST_AT_ONCE,
            )
            settle_attendance(webinar, now=now)
    return attendance_list


def take_back(attendance_list: AttendanceList, *, now: datetime) -> None:
    """Undo an import, of the wrong list for instance; what has been fixed by then stays. The file can be imported anew."""
    with transaction.atomic():
        webinar = Webinar.objects.select_for_update(no_key=True).get(pk=attendance_list.webinar_id)
        AttendanceList.objects.filter(pk=attendance_list.pk).delete()
        settle_attendance(webinar, now=now)


def settle_by_hand(presence: Presence, registration: Registration | None, *, now: datetime) -> None:
    """Say whose presence it is that lists tell of somebody, under this name and address; None: nobody's who is registered."""
    with transaction.atomic():
        webinar = Webinar.objects.select_for_update(no_key=True).get(pk=presence.webinar_id)
        same = Presence.objects.filter(webinar=webinar, name=presence.name, email=presence.email)
        same.update(registration=registration, is_stranger=registration is None)
        settle_attendance(webinar, now=now)


def forget_names(*, now: datetime) -> None:
    """Delete the drafts that nobody has confirmed for a day, and what lists tell of people nobody knew for long after."""
    AttendanceDraft.objects.filter(changed_at__lt=now - DRAFT_KEPT).delete()
    Presence.objects.filter(registration=None, webinar__ends_at__lt=now - STRANGERS_KEPT).delete()


def _read(webinar: Webinar, draft: AttendanceDraft) -> list[Listed]:
    starts_at, _ends_at = webinar.when
    columns = {head: Column(column) for head, column in draft.columns.items()}
    lines = read_attendance(bytes(draft.file), starts_at=starts_at, zone=ZoneInfo(draft.zone), columns=columns)
    ahead = timedelta(minutes=draft.minutes_ahead)
    return [replace(line, joined_at=line.joined_at - ahead, left_at=line.left_at - ahead) for line in lines]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _cleaned(file_name: str) -> str:
    """Return a file's name as it may be shown: without what is invisible or turns the direction of writing, not too long."""
    return "".join(letter for letter in file_name if letter.isprintable())[:LONGEST_FILE_NAME] or "attendance.csv"
