"""A sequence of DNA, RNA or protein laid out in groups under a ruler: pure functions on plain values.

Positions are counted as HGVS counts them: before 1 comes -1, there is no 0.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

GROUP = 10  # residues between two numbers of the ruler

# Source: IUPAC-IUB nucleotide codes (1984) and amino acid codes, with U and O, * for a stop and - for a gap.
LETTERS = {
    "dna": frozenset("ACGTRYSWKMBDHVN-"),
    "rna": frozenset("ACGURYSWKMBDHVN-"),
    "protein": frozenset("ACDEFGHIKLMNPQRSTVWYUOBJZX*-"),
}


@dataclass(frozen=True)
class Piece:
    """Neighbouring residues of one group that are all marked or all plain."""

    text: str
    is_marked: bool


@dataclass(frozen=True)
class Group:
    """Up to GROUP residues. position: that of the first."""

    position: int
    pieces: tuple[Piece, ...]


def residues_in(text: str) -> str:
    """Return the letters of a pasted sequence: spaces, line ends and the numbers of a GenBank record are left out."""
    return re.sub(r"[\s\d]+", "", text)


def strange_letters(residues: str, kind: str) -> list[str]:
    """Return the characters that are no residue of this kind ("dna", "rna" or "protein"), each once, in order."""
    return list(dict.fromkeys(letter for letter in residues if letter.upper() not in LETTERS[kind]))


def position_of(index: int, *, starts_at: int) -> int:
    """Return the position of the residue with this index (from 0) in a sequence whose first has the position starts_at."""
    position = starts_at + index
    return position + 1 if starts_at < 0 <= position else position


def index_of(position: int, *, starts_at: int) -> int:
    """Return the index (from 0) of a position; the other way of position_of."""
    return position - starts_at - (1 if starts_at < 0 < position else 0)


def stretch(residues: str, first: int, last: int, *, starts_at: int) -> str:
    """Return the residues from one position to another, both included."""
    return residues[max(index_of(first, starts_at=starts_at), 0) : max(index_of(last, starts_at=starts_at) + 1, 0)]


def lay_out(residues: str, marked: Iterable[tuple[int, int]], *, starts_at: int) -> tuple[Group, ...]:
    """Return a sequence in groups. marked: first and last position of each range to mark, both included."""
    flags = bytearray(len(residues))
    for first, last in marked:
        begin = max(index_of(first, starts_at=starts_at), 0)
        end = max(min(index_of(last, starts_at=starts_at) + 1, len(residues)), begin)
        flags[begin:end] = b"\1" * (end - begin)
    return tuple(
        Group(
            position=position_of(begin, starts_at=starts_at),
            pieces=_pieces(residues[begin : begin + GROUP], flags[begin : begin + GROUP]),
        )
        for begin in range(0, len(residues), GROUP)
    )


def _pieces(letters: str, flags: Sequence[int]) -> tuple[Piece, ...]:
    runs = groupby(zip(letters, flags, strict=True), key=lambda pair: pair[1])
    return tuple(Piece("".join(letter for letter, _flag in run), bool(flag)) for flag, run in runs)
