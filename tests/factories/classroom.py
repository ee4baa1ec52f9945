"""Classroom files as workers make them, and what classes send back."""

import gzip
import hashlib
import hmac
import json
import shutil
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from courses.catalogue.models import Course, CoursePage
from courses.offline.classroom.models import ClassroomFile, ClassroomHost, ClassroomReturn
from courses.offline.classroom.packing.pages import parts
from courses.offline.classroom.packing.rewriting import Surroundings
from courses.offline.classroom.packing.words import words
from courses.offline.classroom.packing.writing import CARRIED
from courses.offline.classroom.services import packing
from courses.offline.classroom.services.taking import take_next_return
from lms.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.progress import NOW


def confirmed(**fields: object) -> User:
    """Return a person who has confirmed their address."""
    person = UserFactory(**fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def packed_file(
    page: CoursePage, *, by: User | None = None, with_sound: bool = False, now: datetime = NOW
) -> ClassroomFile:
    """Return the classroom file of a course page, made."""
    asked = packing.ask_for_file(by or UserFactory(), page, with_sound=with_sound, now=now)
    assert packing.make_next(clock=lambda: now)
    asked.refresh_from_db()
    assert asked.state == "ready", asked.reason
    return asked


def classroom_file_of(course: Course, *, by: User | None = None) -> ClassroomFile:
    """Return a classroom file of a course whose content is a word."""
    now = timezone.now()
    name = storages["private"].save("classroom-files/one.zip", ContentFile(b"zip"))
    facts = {
        "packed_at": now,
        "expires_at": now + timedelta(days=7),
        "file_name": name,
        "file_bytes": 3,
        "file_sha256": "0" * 64,
    }
    return ClassroomFile.objects.create(
        course=course,
        language="en",
        asked_by=by or UserFactory(),
        asked_at=now,
        state=ClassroomFile.State.READY,
        **facts,
    )


def classroom_return_to(course: Course, *, by: User | None = None) -> ClassroomReturn:
    """Return a return to a course that names one person, as it is once it is taken in; what was sent is a word."""
    now = timezone.now()
    name = storages["private"].save("classroom-returns/one.genomed", ContentFile(b"return"))
    facts = {"brought_at": now, "made_at": now, "digest": "0" * 64, "stored_name": name, "done": 1, "total": 1}
    brought = ClassroomReturn.objects.create(
        file=classroom_file_of(course, by=by),
        brought_by=by or UserFactory(),
        state=ClassroomReturn.State.READY,
        **facts,
    )
    brought.people.create(position=0, email="stranger@example.org", name="Stranger", outcome="no-account")
    return brought


def classroom_host_of(course: Course) -> ClassroomHost:
    return ClassroomHost.objects.create(course=course, person=UserFactory(), named_at=timezone.now())


def unzipped(file: ClassroomFile, folder: Path) -> Path:
    """Unpack a classroom file and return the folder in which its program stands."""
    with storages["private"].open(file.file_name) as stored, zipfile.ZipFile(stored) as archive:
        archive.extractall(folder)
    [found] = folder.iterdir()
    return found


def pupil(person: User | str, events: Sequence[dict], *, name: str = "Pupil") -> dict:
    return {"email": person if isinstance(person, str) else person.email, "name": name, "events": list(events)}


def returned(
    file: ClassroomFile, people: Sequence[dict], *, made_at: datetime = NOW, head: dict | None = None
) -> bytes:
    """Return the file that a class sends back, signed. head: what differs in its first line."""
    first = {
        "genomed": "classroom-return",
        "version": 1,
        "file": str(file.key),
        "computer": str(uuid4()),
        "made_at": made_at.isoformat(),
        "people": len(people),
    }
    return signed(file.secret, [json.dumps(one) for one in (first | (head or {}), *people)])


def signed(secret: str, lines: Sequence[str]) -> bytes:
    text = "\n".join(lines).encode() + b"\n"
    return gzip.compress(text + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().encode() + b"\n")


def taken_in(brought: ClassroomReturn, *, now: datetime) -> ClassroomReturn:
    """Let a worker take a return in, to its end."""
    while take_next_return(clock=lambda: now):
        pass
    brought.refresh_from_db()
    return brought


SOUND = bytes(range(256)) * 40
REFLECTION = "0f8fad5b-d9cb-469f-a165-70867728950e"


def small_class(folder: Path) -> Path:
    """Write what a classroom file unpacks to, of two lessons and a quiz that the academy never had; return where."""
    around = Surroundings({}, {}, "https://academy.example")
    question = '<label>Question \ue000 of \ue001 <input type="radio" name="q{0}" value="yes"></label>'
    order = "".join(
        f'<select name="q9_{number}"><option value="">Choose</option><option value="1">1</option><option value="2">2</option></select>'
        for number in range(2)
    )
    lesson = {"kind": "lesson", "by_hand": True, "recordings": [], "blocks": []}
    told = {
        "version": 1,
        "key": str(uuid4()),
        "secret": "s" * 64,
        "title": "A small class",
        "language": "en",
        "steps": [
            {**lesson, "name": "1-1", "page": 11, "title": "One", "blocks": [REFLECTION]},
            {**lesson, "name": "1-2", "page": 12, "title": "Two", "recordings": [{"id": 5, "title": "Talk"}]},
            {**lesson, "name": "1-3", "page": 13, "title": "Three", "by_hand": False},
            {
                "kind": "quiz",
                "name": "1-4",
                "page": 14,
                "title": "Quiz",
                "draws": {},
                "shuffles": False,
                "questions": [
                    {"id": 8, "html": question.format(8), "pool": "", "places": []},
                    {"id": 9, "html": order, "pool": "", "places": ["Sample", "Report"]},
                ],
            },
        ],
        "parts": parts("en", around),
        "words": words(),
    }
    (folder / "course" / "static").mkdir(parents=True)
    (folder / "course" / "sound").mkdir()
    (folder / "class.json").write_text(json.dumps(told))
    page = "<!--here who--><!--stick-->From a stick<!--/stick-->"
    ticks = "".join(f"<p id='t{name}'><!--here tick-{name}--></p>" for name in ("1-1", "1-2", "1-3", "1-4"))
    (folder / "course" / "index.html").write_text(f"{page}The course{ticks}")
    for name in ("1-1", "1-2", "1-3"):
        reply = f"<!--here reply-{REFLECTION}-->" if name == "1-1" else ""
        (folder / "course" / f"{name}.html").write_text(f"{page}Lesson {name}{reply}<!--here done-->" + "long " * 400)
    (folder / "course" / "1-4.html").write_text(f"{page}<!--here quiz-->")
    (folder / "course" / "static" / "class.css").write_text("p { color: red }")
    (folder / "course" / "sound" / "5.m4a").write_bytes(SOUND)
    shutil.copytree(CARRIED / "program", folder / "program", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CARRIED / "serve.py", folder)
    return folder
