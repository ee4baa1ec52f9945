import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from courses.offline.classroom.models import ClassroomFile, ClassroomReturn, PackedQuestion, ReturnedPerson
from courses.offline.classroom.services import taking
from courses.offline.classroom.services.tidying import forget_old
from courses.offline.services import KEPT, forget_events
from tests.courses.offline.classroom.services.test_taking import BACK, Class
from tests.factories.classroom import confirmed, pupil, returned
from tests.factories.progress import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def klass():
    return Class()


def stored(name: str, *, at: datetime) -> Path:
    """Return a file of the private storage, as if it had been stored then."""
    path = Path(storages["private"].path(name))
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_the_file_goes_after_a_month_and_returns_are_taken_for_a_year(klass):
    path = stored(klass.file.file_name, at=NOW)
    forget_old(now=NOW + 29 * DAY)
    assert path.exists()
    forget_old(now=NOW + 30 * DAY)
    assert not path.exists()
    klass.file.refresh_from_db()
    assert (klass.file.state, klass.file.file_name) == ("ready", "")
    [row] = klass.bring(pupil(confirmed(), klass.everything()), now=NOW + 360 * DAY)
    assert row.accepted == 3
    forget_old(now=NOW + 365 * DAY)
    assert not ClassroomFile.objects.exists()
    assert not PackedQuestion.objects.exists()
    assert not ClassroomReturn.objects.exists()


def test_no_event_is_forgotten_while_its_file_is_taken(klass):
    learner = confirmed()
    work = pupil(learner, klass.everything())
    klass.bring(work, now=NOW + DAY)
    forget_events(now=NOW + 364 * DAY)
    [row] = klass.bring(work, now=NOW + 364 * DAY)
    assert (row.accepted, row.known) == (0, 3)
    assert timedelta(days=365) < KEPT


def test_what_was_sent_goes_after_a_month_and_names_of_strangers_after_three(klass):
    klass.bring(pupil("nobody@example.org", []), pupil(confirmed(), []))
    brought = ClassroomReturn.objects.get()
    path = stored(brought.stored_name, at=BACK)
    forget_old(now=BACK + 29 * DAY)
    assert path.exists()
    forget_old(now=BACK + 30 * DAY)
    brought.refresh_from_db()
    assert (path.exists(), brought.stored_name, brought.people.count()) == (False, "", 2)
    forget_old(now=BACK + 90 * DAY)
    assert [row.person is None for row in ReturnedPerson.objects.all()] == [False]


def test_what_waits_keeps_its_file_and_what_no_row_names_goes(klass):
    waiting = taking.bring_return(returned(klass.file, []), klass.file.course, by=klass.host, now=BACK)
    path = stored(waiting.stored_name, at=BACK)
    lost = Path(storages["private"].path("classroom-returns/lost.genomed"))
    lost.write_bytes(b"")
    stored("classroom-returns/lost.genomed", at=BACK)
    young = Path(storages["private"].path("classroom-returns/young.genomed"))
    young.write_bytes(b"")
    forget_old(now=timezone.now())
    assert (path.exists(), lost.exists(), young.exists()) == (True, False, True)
