"""Batches as a device sends them."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from courses.offline.queries import device_name_of
from lms.accounts.models import User
from tests.factories.progress import NOW


def event(kind: str, page, *, at: datetime = NOW, **parts) -> dict:
    """Return an event of a page; its id is new unless one is given."""
    where = "quiz" if kind == "answers" else "lesson"
    return {"id": str(uuid4()), "kind": kind, "at": at.isoformat(), where: page.pk, **parts}


def batch(person: User, events: Sequence[dict], *, sent_at: datetime = NOW, **changes) -> bytes:
    told = {"version": 1, "person": device_name_of(person), "sent_at": sent_at.isoformat(), "events": list(events)}
    return json.dumps(told | changes).encode()
