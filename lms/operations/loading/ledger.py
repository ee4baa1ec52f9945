import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from lms.operations.models import LoadedItem


class Outcome(Enum):
    """What became of one item of the content."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OVERWRITTEN = "overwritten"
    KEPT = "kept as edited in the CMS"
    KEPT_DELETED = "not brought back, since it was deleted in the CMS"
    LEFT = "no longer in the content, left as it is"

    @property
    def writes(self) -> bool:
        return self in (Outcome.CREATED, Outcome.UPDATED, Outcome.OVERWRITTEN)


@dataclass(frozen=True)
class Line:
    """One item of the report. kind: "lesson", "question" ...; label: its title or name."""

    outcome: Outcome
    kind: str
    label: str


@dataclass(frozen=True)
class Report:
    """What a load did, item by item, and which questions wait for their kind to be built."""

    lines: tuple[Line, ...]
    waiting_questions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def count(self, *outcomes: Outcome) -> int:
        return sum(line.outcome in outcomes for line in self.lines)


@dataclass
class Ledger:
    """Decides, item by item, whether the files or the CMS have the say, and remembers what was loaded."""

    overwrite: bool
    items: dict[str, LoadedItem] = field(default_factory=lambda: {item.name: item for item in LoadedItem.objects.all()})
    lines: list[Line] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def decide(
        self, name: str, label: str, digest: str, found: Model | None, *, standing_digest: str | None = None
    ) -> Outcome:
        """Say what is to happen to an item, and note it for the report.

        digest: what the files say now. found: the object as it stands, if it does. standing_digest: the digest of what
        stands there, for objects without revisions; with revisions, one that loading did not make is an edit.
        """
        self._seen.add(name)
        outcome = self._decide(name, digest, found, standing_digest)
        self.lines.append(Line(outcome=outcome, kind=name.partition(":")[0], label=label))
        return outcome

    def _decide(self, name: str, digest: str, found: Model | None, standing_digest: str | None) -> Outcome:
        item = self.items.get(name)
        if found is None:
            return Outcome.CREATED if item is None or self.overwrite else Outcome.KEPT_DELETED
        if standing_digest is None:
            is_edited = item is None or item.revision_id != found.latest_revision_id  # type: ignore[attr-defined]
        else:
            is_edited = standing_digest != (item.content_hash if item else digest)
        if is_edited:
            return Outcome.OVERWRITTEN if self.overwrite else Outcome.KEPT
        return Outcome.UNCHANGED if digest == (item.content_hash if item else standing_digest) else Outcome.UPDATED

    def pass_over(self, *names: str) -> None:
        """Note that these items are in the files, though nothing is done about them."""
        self._seen.update(names)

    def record(self, name: str, digest: str, saved: Model) -> None:
        """Remember what was loaded, for the next load."""
        item, _created = LoadedItem.objects.update_or_create(
            name=name,
            defaults={
                "content_type": ContentType.objects.get_for_model(saved),
                "object_id": saved.pk,
                "content_hash": digest,
                "revision_id": getattr(saved, "latest_revision_id", None),
            },
        )
        self.items[name] = item

    def object_id(self, name: str) -> int | None:
        item = self.items.get(name)
        return item.object_id if item else None

    def note_left(self, *prefixes: str) -> None:
        """Note what was loaded earlier under these names and is not in the files any more."""
        for name in sorted(set(self.items) - self._seen):
            if name.startswith(prefixes):
                kind, _, rest = name.partition(":")
                self.lines.append(Line(outcome=Outcome.LEFT, kind=kind, label=rest))


def digest_of(value: Any) -> str:
    """Return a digest of plain values: the same for the same content, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
