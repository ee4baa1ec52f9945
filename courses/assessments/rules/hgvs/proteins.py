"""Descriptions of proteins: p."""

import re
from dataclasses import dataclass

from courses.assessments.rules.hgvs.changes import Change, Reading, Refused, apply, simplest
from courses.assessments.rules.text import shown

# Source: HGVS Nomenclature, standards, amino acid codes (IUPAC-IUB).
NAMES = {
    "A": "Ala", "C": "Cys", "D": "Asp", "E": "Glu", "F": "Phe", "G": "Gly", "H": "His", "I": "Ile", "K": "Lys",
    "L": "Leu", "M": "Met", "N": "Asn", "P": "Pro", "Q": "Gln", "R": "Arg", "S": "Ser", "T": "Thr", "V": "Val",
    "W": "Trp", "Y": "Tyr", "U": "Sec", "O": "Pyl", "*": "Ter",
}  # fmt: skip
LETTERS = frozenset(NAMES)
MOST_COPIES = 1000

_BY_NAME = {name.upper(): letter for letter, name in NAMES.items()} | {"STOP": "*"}
_RESIDUE = "(?:" + "|".join([*(name for name in _BY_NAME if name != "STOP"), "STOP", "XAA", "[A-Z*]"]) + ")"
_STOP = r"(?:TER|STOP|\*|X)"
_CHANGE = re.compile(
    rf"""(?P<first>{_RESIDUE})(?P<start>\d{{1,9}})(?:_(?P<last>{_RESIDUE})(?P<end>\d{{1,9}}))?
    (?:
      (?P<same>=)
    | (?P<unknown>\?)
    | DEL(?P<deleted>[A-Z*]*)
    | DUP(?P<dup>[A-Z*]*)
    | INS(?P<ins_new>[A-Z*]+)
    | (?P<shift>(?P<shift_new>{_RESIDUE})?FS(?P<shift_stop>{_STOP}(?P<shift_length>\d{{1,9}}|\?))?)
    | (?P<ext>(?P<ext_new>{_RESIDUE})?EXT(?P<ext_length>-\d{{1,9}}|(?P<ext_stop>{_STOP})(?:\d{{1,9}}|\?)))
    | \[(?P<copies>\d{{1,9}})\]
    | (?P<sub_new>{_RESIDUE})
    )""",
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
_WHOLE = {"=": "=", "0": "0", "0?": "0?", "?": "?"}


@dataclass(frozen=True)
class Told:
    """What a description says of a protein that its reference cannot show; None is left unsaid."""

    what: str
    place: int
    new: str | None = None
    length: str | None = None

    def is_part_of(self, other: "Told") -> bool:
        """Say whether this says the same as the other as far as it goes, and not less than where."""
        return (self.what, self.place) == (other.what, other.place) and all(
            mine in (None, its) for mine, its in ((self.new, other.new), (self.length, other.length))
        )


def read(text: str, reference: str) -> Reading:
    """Return what a description without prefix says and leads to; reference: residues without the stop.

    Raises Refused if it cannot be read or applied.
    """
    slips: list[str] = []
    is_predicted = text.startswith("(") and text.endswith(")")
    core = text[1:-1] if is_predicted else text
    if core in _WHOLE:
        result: object = reference if core == "=" else Told(core, 0)
        changes = (Change("=", 0, len(reference), reference),) if core == "=" else ()
        return Reading(changes, core, result, (), is_predicted)
    match = _CHANGE.fullmatch(core)
    if match is None:
        raise Refused("hgvs-not-readable", given=shown(text))
    reader = _Reader(match, reference, slips)
    change, told, spelling = reader.read()
    result = told if told is not None else _until_stop(apply(reference + "*", [change]))
    return Reading((change,) if told is None else (), spelling, result, tuple(dict.fromkeys(slips)), is_predicted)


def canonical(key: Reading, reference: str) -> Reading:
    """Return the recommended description of the key's variant, brackets as in the key."""
    result = key.result
    if isinstance(result, Told) or not key.changes or key.changes[0].kind == "=":
        return Reading(key.changes, key.spelling, result, (), key.is_predicted)
    assert isinstance(result, str)
    written = key.changes[0]
    if "*" in written.new and written.new != "*" and not reference.startswith(result):
        return Reading(key.changes, key.spelling, result, (), key.is_predicted)  # where the old end began is not told
    if reference.startswith(result) and result != reference:
        change = Change("sub", len(result), len(result) + 1, "*")
    else:
        change = simplest(reference, result, can_invert=False)
    return Reading((change,), spell(change, reference), result, (), key.is_predicted)


def spell(change: Change, reference: str) -> str:
    """Return a change as the recommendations write it, without prefix."""
    start, end, new = change.start, change.end, change.new
    if change.kind == "=" and (start, end) == (0, len(reference)):
        return "="
    if change.kind == "ins":
        start, end = start - 1, start + 1
    place = _place(start, reference)
    if end - start > 1:
        place += f"_{_place(end - 1, reference)}"
    if change.kind == "sub":
        return place + _named(new)
    if change.kind == "repeat":
        return f"{place}[{len(new) // len(change.unit)}]"
    return place + change.kind + (_named(new) if change.kind in {"ins", "delins"} else "")


def _place(place: int, reference: str) -> str:
    return f"{NAMES[(reference + '*')[place]]}{place + 1}"


def _named(letters: str) -> str:
    return "".join(NAMES[letter] for letter in letters)


def _until_stop(letters: str) -> str:
    return letters.partition("*")[0]


def _around_ins(text: str) -> tuple[str, str]:
    """Return what stands before and behind the ins of a delins; all of it and nothing if there is no ins."""
    at = text.upper().find("INS")  # in a regular expression this search could take the square of the length
    return (text[:at], text[at + 3 :]) if 0 <= at < len(text) - 3 else (text, "")


class _Reader:
    """One description taken apart; notes how its residues were written."""

    def __init__(self, match: re.Match[str], reference: str, slips: list[str]) -> None:
        self.given = match.groupdict()
        self.text = match[0]
        self.reference = reference
        self.slips = slips
        self.first_as_written = match["first"]

    def read(self) -> tuple[Change, Told | None, str]:
        """Return the change, or what is told beyond the reference, and its spelling."""
        given = self.given
        start = self._located(given["first"], given["start"])
        end = start + 1
        if given["end"]:
            end = self._located(given["last"], given["end"]) + 1
            if end <= start:
                raise Refused("hgvs-range-backwards", start=given["start"], end=given["end"])
            if end == start + 1:
                self.slips.append("hgvs-one-position")
        old = self.reference[start:end]
        at_stop = end > len(self.reference)
        if given["unknown"]:
            return self._tell(Told("?", start), f"{_place(start, self.reference)}?")
        if given["shift"] is not None:
            return self._shift(start)
        if given["ext"] is not None:
            return self._extension(start)
        if at_stop and given["same"] is None and given["ins_new"] is None:
            raise Refused("hgvs-stop-lost")
        return self._change(start, end, old)

    def _change(self, start: int, end: int, old: str) -> tuple[Change, None, str]:
        given = self.given
        if given["same"] is not None:
            change = Change("=", start, end, (self.reference + "*")[start:end])
        elif given["sub_new"] is not None:
            if end != start + 1:
                raise Refused("hgvs-protein-range", given=shown(self.text))
            change = Change("sub", start, end, self._residue(given["sub_new"]))
        elif given["ins_new"] is not None:
            if not given["end"] or end != start + 2:
                raise Refused("hgvs-ins-between-residues", given=shown(self.text))
            if end > len(self.reference):
                raise Refused("hgvs-stop-lost")
            change = Change("ins", end - 1, end - 1, self._residues(given["ins_new"]))
        elif given["deleted"] is not None:
            stated, inserted = _around_ins(given["deleted"])
            self._check_stated(stated, old)
            new = self._residues(inserted)
            change = Change("delins" if new else "del", start, end, new)
        elif given["dup"] is not None:
            self._check_stated(given["dup"], old)
            change = Change("dup", start, end, old + old)
        else:
            copies = int(given["copies"])
            if copies > MOST_COPIES:
                raise Refused("hgvs-too-many-copies", most=str(MOST_COPIES))
            tract_end = end
            while self.reference.startswith(old, tract_end):
                tract_end += len(old)
            change = Change("repeat", start, tract_end, old * copies, old)
            return change, None, f"{spell(Change('del', start, end), self.reference).removesuffix('del')}[{copies}]"
        return change, None, spell(change, self.reference)

    def _shift(self, start: int) -> tuple[Change, Told | None, str]:
        given = self.given
        if given["end"]:
            raise Refused("hgvs-not-readable", given=shown(self.text))
        new = self._residue(given["shift_new"]) if given["shift_new"] else None
        length = given["shift_length"]
        if given["shift_stop"]:
            self._note_stop(given["shift_stop"][: -len(length)])
        if start >= len(self.reference):
            raise Refused("hgvs-stop-lost")
        if length == "0" or new == "*" or (length == "1" and new is not None):
            raise Refused("hgvs-shift-begins-with-stop")
        if length == "1":  # the first changed codon is the stop: no frame shift, but a new stop
            self.slips.append("hgvs-nonsense")
            change = Change("sub", start, start + 1, "*")
            return change, None, spell(change, self.reference)
        spelling = (
            _place(start, self.reference) + (NAMES[new] if new else "") + "fs" + (f"Ter{length}" if length else "")
        )
        return self._tell(Told("fs", start, new, length), spelling)

    def _extension(self, start: int) -> tuple[Change, Told | None, str]:
        given = self.given
        is_front = given["ext_length"].startswith("-")
        if given["end"] or start != (0 if is_front else len(self.reference)):
            raise Refused("hgvs-extension-at-ends")
        new = self._residue(given["ext_new"]) if given["ext_new"] else None
        length = given["ext_length"]
        if given["ext_stop"]:
            self._note_stop(given["ext_stop"])
            length = f"Ter{length[len(given['ext_stop']) :]}"
        spelling = _place(start, self.reference) + (NAMES[new] if new else "") + "ext" + length
        return self._tell(Told("ext", start, new, length), spelling)

    def _tell(self, told: Told, spelling: str) -> tuple[Change, Told | None, str]:
        return Change("=", 0, 0), told, spelling

    def _located(self, residue: str, number: str) -> int:
        """Return the 0-based place of a residue such as Trp24; Raises Refused if another stands there."""
        if number.startswith("0"):
            raise Refused("hgvs-no-zero", position=number)
        place, letter = int(number) - 1, self._residue(residue)
        if place > len(self.reference) or (place == len(self.reference) and letter != "*"):
            raise Refused("hgvs-outside", position=number)
        found = (self.reference + "*")[place]
        if letter != found:
            raise Refused("hgvs-stated-differ", stated=NAMES[letter], found=NAMES[found], position=number)
        return place

    def _residue(self, written: str) -> str:
        return self._letters([written])

    def _residues(self, written: str) -> str:
        """Return residues in a row, read in the style in which the first residue is written where both could be."""
        tokens = self._by_name(written)
        is_shouted = len(self.first_as_written) > 1 and self.first_as_written.isupper()
        # ALA is Ala-Leu-Ala, except where all is in capitals
        if tokens is None or (written.isupper() and not is_shouted):
            tokens = list(written)
        return self._letters(tokens)

    def _by_name(self, written: str) -> list[str] | None:
        tokens, at = [], 0
        while at < len(written):
            size = 1 if written[at] == "*" else 4 if written[at : at + 4].upper() == "STOP" else 3
            token = written[at : at + size]
            if token != "*" and token.upper() not in _BY_NAME and token.upper() != "XAA":
                return None
            tokens.append(token)
            at += size
        return tokens

    def _letters(self, tokens: list[str]) -> str:
        letters = []
        for token in tokens:
            if token.upper() in {"X", "XAA"}:
                raise Refused("hgvs-x")
            letter = _BY_NAME.get(token.upper(), token.upper())
            if letter not in LETTERS:
                raise Refused("hgvs-no-residue", given=shown(token))
            if letter == "*":
                self._note_stop(token)
            elif len(token) == 1:
                self.slips.append("hgvs-three-letter")
            letters.append(letter)
        return "".join(letters)

    def _note_stop(self, written: str) -> None:
        if written.upper() != "TER":
            self.slips.append("hgvs-ter")

    def _check_stated(self, stated: str, old: str) -> None:
        if not stated:
            return
        letters = self._residues(stated)
        if letters != old:
            raise Refused("hgvs-stated-residues-differ", stated=shown(stated), found=shown(_named(old)))
        self.slips.append("hgvs-stated-letters")
