from collections.abc import Collection
from datetime import datetime, timedelta

from courses.offline.classroom.models import ClassroomFile, ClassroomReturn, ReturnedPerson
from courses.offline.classroom.rules import RETURNS_TAKEN
from courses.offline.classroom.services.packing import files
from courses.offline.classroom.services.taking import files as return_files
from lms.lib.private_files import PrivateFolder

KEEP_RETURNS = timedelta(days=30)  # what was sent, so that it can be brought again
KEEP_STRANGERS = timedelta(days=90)  # names in reports of people without an account; the privacy page says so
KEEP_FAILED = timedelta(days=30)
KEEP_LEFTOVERS = timedelta(days=1)


def forget_old(*, now: datetime) -> None:
    """Let go of what has had its time: files, what was sent, names of people without an account, and at last the rows."""
    ClassroomFile.objects.filter(expires_at__lte=now).exclude(file_name="").update(file_name="")
    old = ClassroomReturn.objects.filter(brought_at__lte=now - KEEP_RETURNS).exclude(
        state__in=ClassroomReturn.UNFINISHED
    )
    old.exclude(stored_name="").update(stored_name="")
    ReturnedPerson.objects.filter(person=None, brought_in__brought_at__lte=now - KEEP_STRANGERS).delete()
    ClassroomFile.objects.filter(packed_at__lte=now - RETURNS_TAKEN).delete()
    ClassroomFile.objects.filter(state=ClassroomFile.State.FAILED, asked_at__lte=now - KEEP_FAILED).delete()
    _remove_leftovers(
        files, set(ClassroomFile.objects.exclude(file_name="").values_list("file_name", flat=True)), now=now
    )
    in_use = ClassroomReturn.objects.exclude(stored_name="").values_list("stored_name", flat=True)
    _remove_leftovers(return_files, set(in_use), now=now)


def forget_address(address: str) -> None:
    """Let go of what classes sent of somebody with this address, and of what reports say of them."""
    rows = ReturnedPerson.objects.filter(email__iexact=address)
    named = ClassroomReturn.objects.filter(pk__in=rows.values("brought_in"))
    named.exclude(state__in=ClassroomReturn.UNFINISHED).update(stored_name="")
    rows.delete()


def _remove_leftovers(folder: PrivateFolder, in_use: Collection[str], *, now: datetime) -> None:
    """Remove files that no row names, those apart that a worker or a request may be about to name."""
    for name in set(folder.stored_before(now - KEEP_LEFTOVERS)) - set(in_use):
        folder.remove(name)
    folder.remove_parts(before=now - KEEP_LEFTOVERS)
