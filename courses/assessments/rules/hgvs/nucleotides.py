"""Descriptions of DNA: c., g. and n."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from courses.assessments.rules.hgvs.changes import Change, Reading, Refused, apply, reverse_complement, simplest
from courses.assessments.rules.text import shown

LETTERS = frozenset("ACGTN")
MOST_CHANGES = 20  # in one pair of square brackets
MOST_COPIES = 1000  # of a repeated unit

_POSITION = r"[-*]?\d{1,9}(?:[-+]\d{1,9})?"
_BASES = "[ACGTURYSWKMBDHVN]*"
_CHANGE = re.compile(
    rf"""(?:(?P<start>{_POSITION})(?:_(?P<end>{_POSITION}))?)?
    (?:
      (?P<same>{_BASES})=
    | (?P<sub>{_BASES})>(?P<sub_new>{_BASES})
    | DEL(?P<delins>{_BASES}|\d{{1,9}})INS(?P<delins_new>.*)
    | DEL(?P<deleted>{_BASES}|\d{{1,9}})
    | DUP(?P<dup>{_BASES}|\d{{1,9}})
    | INV(?P<inv>{_BASES}|\d{{1,9}})
    | INS(?P<ins_new>.*)
    | (?P<unit>{_BASES})\[(?P<copies>\d{{1,9}})\]
    )""",
    re.ASCII | re.VERBOSE,
)
_INSERTED_RANGE = re.compile(rf"({_POSITION})_({_POSITION})(INV)?", re.ASCII)
_UNCERTAIN = re.compile(r"[?(]")


@dataclass(frozen=True)
class Numbering:
    """How positions are named. coordinate: c, g or n; the others: 1-based places in the reference, or None."""

    coordinate: str
    length: int
    cds_start: int | None = None
    cds_end: int | None = None

    def place_of(self, name: str) -> int:
        """Return the 0-based place of a position such as 26, -3 or *12. Raises Refused if the reference has none."""
        if not name[1:].isdigit() and len(name) > 1:
            raise Refused("hgvs-intron", position=name)
        mark, number = (name[0], name[1:]) if name[0] in "-*" else ("", name)
        if number.startswith("0"):
            raise Refused("hgvs-no-zero", position=name)
        if mark and self.coordinate != "c":
            raise Refused("hgvs-plain-numbers", position=name, prefix=f"{self.coordinate}.")
        place = int(number) - 1
        if self.cds_start is not None:
            place += self.cds_start - 1
            if mark == "-":
                place = self.cds_start - 1 - int(number)
            elif mark == "*":
                if self.cds_end is None:
                    raise Refused("hgvs-no-stop-known", position=name)
                place = self.cds_end - 1 + int(number)
            elif self.cds_end is not None and self.cds_end <= place < self.length:
                raise Refused("hgvs-behind-stop", position=name)
        if not 0 <= place < self.length:
            raise Refused("hgvs-outside", position=name)
        return place

    def name_of(self, place: int) -> str:
        """Return how a 0-based place is named."""
        if self.cds_start is None:
            return str(place + 1)
        if self.cds_end is not None and place >= self.cds_end:
            return f"*{place - self.cds_end + 1}"
        number = place - self.cds_start + 1
        return str(number + 1 if number >= 0 else number)


def read(text: str, reference: str, numbering: Numbering) -> Reading:
    """Return what a description without prefix says and leads to. Raises Refused if it cannot be read or applied."""
    slips: list[str] = []
    is_list = text.startswith("[") and text.endswith("]")
    parts = text[1:-1].split(";") if is_list else [text]
    if len(parts) > MOST_CHANGES:
        raise Refused("hgvs-too-many-changes", most=str(MOST_CHANGES))
    changes = tuple(_read_change(part, reference, numbering, slips) for part in parts)
    if is_list and len(changes) == 1:
        slips.append("hgvs-one-change")
    return Reading(
        changes=changes,
        spelling=spell(changes, reference, numbering),
        result=apply(reference, changes),
        slips=tuple(dict.fromkeys(slips)),
    )


def canonical(key: Reading, reference: str, numbering: Numbering) -> Reading:
    """Return the recommended description of the key's variant; of several changes, each in its recommended form."""
    if len(key.changes) == 1:
        if key.changes[0].kind == "=":
            return Reading(key.changes, key.spelling, key.result)
        changes: Sequence[Change] = [simplest(reference, str(key.result), can_invert=True)]
    else:
        ordered = sorted(key.changes, key=lambda change: (change.start, change.end))
        changes = [simplest(reference, apply(reference, [change]), can_invert=True) for change in ordered]
    return Reading(tuple(changes), spell(changes, reference, numbering), key.result)


def spell(changes: Sequence[Change], reference: str, numbering: Numbering) -> str:
    """Return changes as the recommendations write them, without prefix."""
    spelt = [_spell_change(change, reference, numbering) for change in changes]
    return spelt[0] if len(spelt) == 1 else f"[{';'.join(spelt)}]"


def _spell_change(change: Change, reference: str, numbering: Numbering) -> str:
    start, end, new = change.start, change.end, change.new
    if change.kind == "=" and (start, end) == (0, len(reference)):
        return "="
    if change.kind == "ins":
        return f"{numbering.name_of(start - 1)}_{numbering.name_of(start)}ins{new}"
    place = numbering.name_of(start)
    if end - start > 1:
        place += f"_{numbering.name_of(end - 1)}"
    if change.kind == "sub":
        return f"{place}{reference[start:end]}>{new}"
    if change.kind == "repeat":
        return f"{place}{change.unit}[{len(new) // len(change.unit)}]"
    return f"{place}{change.kind}{new if change.kind == 'delins' else ''}"


def _read_change(text: str, reference: str, numbering: Numbering, slips: list[str]) -> Change:
    match = _CHANGE.fullmatch(text.upper())
    if match is None:
        raise Refused("hgvs-uncertain") if _UNCERTAIN.search(text) else Refused("hgvs-not-readable", given=shown(text))
    given = match.groupdict()
    if given["start"] is None:
        if text != "=":
            raise Refused("hgvs-no-position", given=shown(text))
        return Change("=", 0, len(reference), reference)
    start = numbering.place_of(given["start"])
    end = numbering.place_of(given["end"]) + 1 if given["end"] else start + 1
    if given["end"] and end <= start + 1:
        if end <= start:
            raise Refused("hgvs-range-backwards", start=given["start"], end=given["end"])
        slips.append("hgvs-one-position")
    if given["ins_new"] is not None:
        if not given["end"] or end != start + 2:
            raise Refused("hgvs-ins-between", given=shown(text))
        return Change("ins", end - 1, end - 1, _inserted(given["ins_new"], reference, numbering, slips))
    if given["copies"] is not None:
        return _read_repeat(given, start, end, reference, numbering)
    if given["sub"] is not None:
        if not given["sub"] or not given["sub_new"]:
            raise Refused("hgvs-sub-letters", given=shown(text))
        _check_stated(given["sub"], start, end, reference, numbering)
        new = _letters(given["sub_new"])
        return Change("sub" if len(new) == end - start else "delins", start, end, new)
    kind = next(name for name in ("same", "delins", "deleted", "dup", "inv") if given[name] is not None)
    if given[kind]:
        _check_stated(given[kind], start, end, reference, numbering)
        slips.append("hgvs-stated-letters")
    old = reference[start:end]
    match kind:
        case "same":
            return Change("=", start, end, old)
        case "delins":
            return Change("delins", start, end, _inserted(given["delins_new"], reference, numbering, slips))
        case "deleted":
            return Change("del", start, end)
        case "dup":
            return Change("dup", start, end, old + old)
        case _:
            return Change("inv", start, end, reverse_complement(old))


def _read_repeat(given: dict[str, str | None], start: int, end: int, reference: str, numbering: Numbering) -> Change:
    """A repeated unit and its number of copies: 4_11CA[3] (the whole tract), 4CA[3] or 4_5[3] (its first unit)."""
    copies = int(given["copies"] or 0)
    unit = _letters(given["unit"]) if given["unit"] else reference[start:end]
    if copies > MOST_COPIES:
        raise Refused("hgvs-too-many-copies", most=str(MOST_COPIES))
    if given["end"] and given["unit"]:
        tract = reference[start:end]
    else:
        end = start
        while reference.startswith(unit, end):
            end += len(unit)
        tract = reference[start:end]
    if not tract or tract != unit * (len(tract) // len(unit)):
        raise Refused("hgvs-no-repeat", unit=unit, position=numbering.name_of(start))
    return Change("repeat", start, end, unit * copies, unit)


def _inserted(text: str, reference: str, numbering: Numbering, slips: list[str]) -> str:
    """Return the letters put in: as stated, or copied from a stretch of the reference (ins4_6, ins4_6inv)."""
    if copied := _INSERTED_RANGE.fullmatch(text):
        start, end = numbering.place_of(copied[1]), numbering.place_of(copied[2]) + 1
        if end <= start:
            raise Refused("hgvs-range-backwards", start=copied[1], end=copied[2])
        slips.append("hgvs-inserted-stretch")
        letters = reference[start:end]
        return reverse_complement(letters) if copied[3] else letters
    if not text or not text.isalpha():
        raise Refused("hgvs-inserted-letters")
    return _letters(text)


def _letters(text: str) -> str:
    if odd := sorted(set(text) - set("ACGT")):
        raise Refused("hgvs-letters", letters=shown(", ".join(odd)))
    return text


def _check_stated(stated: str, start: int, end: int, reference: str, numbering: Numbering) -> None:
    found = reference[start:end]
    if stated.isdigit():
        if int(stated) != end - start:
            raise Refused("hgvs-stated-length", stated=stated, length=str(end - start))
    elif len(stated) != end - start:
        raise Refused("hgvs-stated-length", stated=str(len(stated)), length=str(end - start))
    elif stated != found:
        raise Refused("hgvs-stated-differ", stated=shown(stated), found=shown(found), position=numbering.name_of(start))
