"""The tables of the Clinical Pharmacogenetics Implementation Consortium (CPIC): what an allele does, what two amount to.

They ship with the code, in courses/assessments/data/, whose README tells their source and how they were checked."""

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from courses.assessments.rules.marks import UnusableItem
from courses.assessments.rules.text import as_meant, shown

DATA = Path(__file__).parents[2] / "data"

# "*2x2"; "*1x≥3": at least three copies; "*1xN": several, not counted.
_COPIES = re.compile(r"(?P<base>\*\d+)X(?P<copies>(?P<open>≥)?(?P<number>\d{1,2})|N)")
_FEWEST_COPIES = 2  # of N; source: CYP2D6 tables of the CPIC guidelines, "N is 2 or more"
_ACCESSION = re.compile(
    r"^NM_000110(\.\d+)?(\(DPYD\))?:"
)  # the transcript of DPYD, whose alleles are named by HGVS descriptions
_STATED_BASES = re.compile(r"(?<=\dDEL)[ACGT]+$")  # HGVS leaves them out, CPIC writes them


@dataclass(frozen=True)
class Allele:
    """An allele as CPIC sees it.

    function: CPIC's word for it, or "" for a number of copies that the table does not list. value: its activity value, all copies
    together; None where CPIC gives none. is_least: the value may be greater. base, copies: of several copies, one and how many.
    """

    name: str
    function: str
    value: float | None = None
    is_least: bool = False
    base: "Allele | None" = None
    copies: str = ""


@dataclass(frozen=True)
class Step:
    """A phenotype and the activity scores, lowest and highest, that lead to it; the highest step has no highest score."""

    lowest: float
    highest: float
    phenotype: str

    @property
    def range(self) -> str:
        if self.highest == math.inf:
            return f"> {self.lowest:g}"
        return f"{self.lowest:g}" if self.lowest == self.highest else f"{self.lowest:g} – {self.highest:g}"


@dataclass(frozen=True)
class Table:
    """One gene in one edition: either pairs of functions decide, or steps of the activity score; the lowest step comes first.

    alleles: by every name that stands for one, as _comparable writes it. without_score: the phenotype where a value is not known.
    """

    gene: str
    edition: str
    alleles: Mapping[str, Allele]
    pairs: Mapping[frozenset[str], str]
    steps: Sequence[Step]
    without_score: str

    @property
    def phenotypes(self) -> Sequence[str]:
        """Every phenotype that the gene has, in the order of the alphabet."""
        return sorted({*self.pairs.values(), *(step.phenotype for step in self.steps), self.without_score} - {""})

    @property
    def noun(self) -> str:
        """The word that the gene's phenotypes end in: Metabolizer, or Function for a transporter."""
        return next(phenotype.split()[-1] for phenotype in self.phenotypes if " " in phenotype)

    def allele(self, written: str) -> Allele:
        """Return the allele of this name, with or without the gene before it. Raises UnusableItem if there is none."""
        name = _comparable(written).removeprefix(self.gene)
        if self.gene == "DPYD":
            name = _ACCESSION.sub("", name.removeprefix(":"))
        if name in self.alleles:
            return self.alleles[name]
        found = _COPIES.fullmatch(name)
        base = self.alleles.get(found["base"]) if found else None
        if found is None or base is None or not self._counts_copies:
            raise UnusableItem(f"{self.gene} has no allele {shown(written)} in the edition {self.edition}")
        number = int(found["number"] or _FEWEST_COPIES)
        if number == 0:
            raise UnusableItem(f"{shown(written)} has no copy of the gene: name its deletion, such as *5")
        if found["copies"] == "1":
            return base
        # Each copy counts. Source: Caudle 2020 (doi:10.1111/cts.12692).
        value = None if base.value is None else number * base.value
        is_least = bool(value) and not (found["number"] and not found["open"])
        return Allele(name.replace("X", "x"), "", value, is_least, base, found["copies"])

    def phenotype(self, pair: Sequence[Allele]) -> str:
        """Return what two alleles, in any order, amount to. Raises UnusableItem if copies that are not counted decide it."""
        if not self.steps:
            return self.pairs[frozenset(allele.function for allele in pair)]
        steps = self.steps_of(pair)
        if len(steps) > 1:
            open_ended = next(allele.name for allele in pair if allele.is_least)
            raise UnusableItem(f"the phenotype depends on how many copies {open_ended} stands for; name the number")
        return steps[0].phenotype if steps else self.without_score

    def steps_of(self, pair: Sequence[Allele]) -> Sequence[Step]:
        """Return the steps that the activity score of two alleles may stand on; none if a value is not known."""
        values = [allele.value for allele in pair if allele.value is not None]
        if len(values) < len(pair):
            return ()
        reached = [step for step in self.steps if sum(values) <= step.highest]
        return reached if any(allele.is_least for allele in pair) else reached[:1]

    @property
    def _counts_copies(self) -> bool:
        return any(allele.base for allele in self.alleles.values())


def table_for(gene: str, edition: str) -> Table:
    """Return the table of a gene that was in force in an edition: its own, or else its newest one before.

    Raises UnusableItem for a gene or an edition that there is not, or a gene that had no table yet.
    """
    of_gene = [table for table in TABLES if table.gene == gene.strip().upper()]
    if not of_gene:
        raise UnusableItem(f"there is no table for the gene {shown(gene)}", "gene")
    editions = sorted({table.edition for table in TABLES})
    if edition not in editions:
        raise UnusableItem(f"there is no edition {shown(edition)}, only {', '.join(editions)}", "edition")
    in_force = [table for table in of_gene if table.edition <= edition]
    if not in_force:
        raise UnusableItem(f"there is no table for the gene {shown(gene)} in the edition {edition}", "edition")
    return max(in_force, key=lambda table: table.edition)


def newest_edition(gene: str) -> str:
    """Return the edition of the newest table of a gene; empty if it has none."""
    return max((table.edition for table in TABLES if table.gene == gene), default="")


def _read_tables() -> Sequence[Table]:
    alleles, pairs, scores = (
        _rows_by_table(f"pharmacogene_{name}.csv") for name in ("alleles", "function_pairs", "activity_scores")
    )
    return tuple(
        Table(
            *of_table,
            alleles=_alleles_of(rows),
            pairs={
                frozenset((row["function_1"], row["function_2"])): row["phenotype"] for row in pairs.get(of_table, ())
            },
            steps=_steps_of(scores.get(of_table, ())),
            without_score=_without_score(scores.get(of_table, ())),
        )
        for of_table, rows in alleles.items()
    )


def _rows_by_table(file: str) -> dict[tuple[str, str], list[dict[str, str]]]:
    by_table: dict[tuple[str, str], list[dict[str, str]]] = {}
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            by_table.setdefault((row["gene"], row["edition"]), []).append(row)
    return by_table


def _alleles_of(rows: Iterable[Mapping[str, str]]) -> dict[str, Allele]:
    """Return the alleles by every name of theirs; in the file, one copy stands before several."""
    alleles: dict[str, Allele] = {}
    for row in rows:
        written = row["activity_value"]
        value = None if written in ("", "n/a") else float(written.removeprefix("≥"))
        found = _COPIES.fullmatch(_comparable(row["allele"]))
        base, copies = (alleles[found["base"]], found["copies"]) if found else (None, "")
        allele = Allele(row["allele"], row["function"], value, written.startswith("≥"), base, copies)
        alleles |= dict.fromkeys(_names_of(row["allele"]), allele)
    return alleles


def _names_of(allele: str) -> set[str]:
    """Return every name of an allele: "c.1898delC (*3)" is also "c.1898delC", "c.1898del" and "*3"."""
    description, _, star = allele.partition(" (")
    names = {_comparable(name) for name in (allele, description, star.removesuffix(")")) if name}
    if allele == "Reference":
        names |= {"*1", "C.="}
    return names | {_STATED_BASES.sub("", name) for name in names}


def _comparable(name: str) -> str:
    return re.sub(r"\s", "", as_meant(name)).upper().replace("×", "X").replace(">=", "≥")


def _steps_of(rows: Iterable[Mapping[str, str]]) -> tuple[Step, ...]:
    """Return the steps of rows with a score each, "1.5", or a range, "0.25-1" or ">2.25"; rows of one phenotype are one step."""
    bounds: dict[str, list[float]] = {}
    for row in rows:
        score = row["activity_score"]
        if score == "n/a":
            continue
        numbers = [float(number) for number in score.removeprefix(">").split("-")]
        bounds.setdefault(row["phenotype"], []).extend([*numbers, math.inf] if score.startswith(">") else numbers)
    steps = [Step(min(numbers), max(numbers), phenotype) for phenotype, numbers in bounds.items()]
    return tuple(sorted(steps, key=lambda step: step.highest))


def _without_score(rows: Iterable[Mapping[str, str]]) -> str:
    return next((row["phenotype"] for row in rows if row["activity_score"] == "n/a"), "")


# Read with the code: no learner waits for it, and a file that is not there stops the start.
TABLES = _read_tables()
