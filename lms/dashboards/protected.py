"""Figures in every cut that can be asked for, less what is withheld."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from lms.dashboards import rules
from lms.measures.cuts import Dimension
from lms.measures.models import Milestone
from lms.measures.queries import NONE, Counts, add, count_of

MONTH = "month"
Named = Mapping[str, Any]  # dimension (or MONTH) -> member; nothing for everybody
Figures = tuple[int | None, ...]
Line = Mapping[Any, Counts]  # member -> counts
Cells = Mapping[tuple[Any, Any], Counts]

GROUPS = (
    (Milestone.ENROLLED,),
    (Milestone.STARTED,),
    (Milestone.HALFWAY,),
    # Nearly every completion has its certificate: a figure of the one gives away that of the other.
    (Milestone.COMPLETED, Milestone.CERTIFIED),
)
WEBINAR_GROUPS = ((Milestone.REGISTERED,), (Milestone.ATTENDED, Milestone.ATTESTED))


class Protected(Protocol):
    """The figures of one group of milestones, which are withheld together."""

    group: tuple[Milestone, ...]

    def figures(self, named: Named) -> Figures:
        """Return the group's figures for these members ({} for everybody), None for what is withheld."""


class Shown:
    """The figures of several groups by milestone."""

    def __init__(self, groups: Sequence[Protected]) -> None:
        self.of = {milestone: (one, place) for one in groups for place, milestone in enumerate(one.group)}

    def figures(self, named: Named, milestones: Sequence[Milestone]) -> Figures:
        asked = [self.of[milestone] for milestone in milestones]
        found = {group: group.figures(named) for group in dict.fromkeys(group for group, _place in asked)}
        return tuple(found[group][place] for group, place in asked)

    def figure(self, named: Named, milestone: Milestone) -> int | None:
        return self.figures(named, [milestone])[0]


@dataclass(eq=False)
class Everybody:
    """lines: all members of each dimension, with their counts; tables: all cells of two dimensions, where two can be named.

    whole: the dimension whose line adds up to everybody.
    """

    group: tuple[Milestone, ...]
    lines: Mapping[str, Line]
    tables: Mapping[tuple[str, str], Cells]
    whole: str = Dimension.TIER
    _withheld: dict[str, frozenset[rules.Key]] = field(default_factory=dict)
    _cells: dict[tuple[str, str], frozenset[rules.Cell]] = field(default_factory=dict)

    def figures(self, named: Named) -> Figures:
        names = tuple(name for name in self._order(named) if name in named)
        key = tuple(named[name] for name in names)
        is_known = all(named[name] in self.lines.get(name, {}) for name in names)
        if not self.shown_measures or not is_known or self._is_withheld(names, key):
            return (None,) * len(self.group)
        values = dict(zip(self.shown_measures, self._values(names, key), strict=True))
        return tuple(values.get(measure) for measure in self.group)

    def _order(self, named: Named) -> tuple[str, ...]:
        return next((pair for pair in self.tables if set(pair) == set(named)), tuple(named))

    def _is_withheld(self, names: tuple[str, ...], key: tuple[Any, ...]) -> bool:
        match names:
            case ():
                return False
            case (name,):
                return key[0] in self._withheld_members(name)
            case (first, second) if (first, second) in self.tables:
                return key in self._withheld_cells(first, second)
        return True

    def _values(self, names: tuple[str, ...], key: tuple[Any, ...]) -> rules.Values:
        match names:
            case ():
                return self._chosen(add(list(self.lines[self.whole].values())))
            case (name,):
                return self._chosen(self.lines[name][key[0]])
        return self._chosen(self.tables[names].get(key, NONE))  # type: ignore[index]

    def _chosen(self, counts: Counts) -> rules.Values:
        return tuple([counts[place] for place in self._places])

    @cached_property
    def shown_measures(self) -> tuple[Milestone, ...]:
        """Return the measures of the group whose very total may be shown."""
        total = add(list(self.lines[self.whole].values()))
        return tuple(measure for measure in self.group if count_of(measure, total) >= rules.LEAST)

    @cached_property
    def _places(self) -> list[int]:
        # Looked up once: a table has thousands of cells.
        return [list(Milestone).index(measure) for measure in self.shown_measures]

    def _withheld_members(self, name: str) -> frozenset[rules.Key]:
        if name not in self._withheld:
            line = {member: self._chosen(counts) for member, counts in self.lines[name].items()}
            self._withheld[name] = rules.withheld_parts(line)
        return self._withheld[name]

    def _withheld_cells(self, first: str, second: str) -> frozenset[rules.Cell]:
        if (first, second) not in self._cells:
            cells = {cell: self._chosen(counts) for cell, counts in self.tables[first, second].items()}
            self._cells[first, second] = rules.withheld_cells(
                rules.Table(rows=list(self.lines[first]), columns=list(self.lines[second]), cells=cells),
                hidden_rows=self._withheld_members(first),
                hidden_columns=self._withheld_members(second),
            )
        return self._cells[first, second]


@dataclass(eq=False)
class OneInstitution:
    """People of one institution. Besides small figures, those are withheld that would leave few people elsewhere.

    Of all institutions together nothing can be concluded on one, since nobody can ask for who has none.
    lines: its own; everybody: the same lines of all people.
    """

    group: tuple[Milestone, ...]
    institution: str
    lines: Mapping[str, Line]
    everybody: Mapping[str, Line]
    whole: str = Dimension.TIER

    def figures(self, named: Named) -> Figures:
        withheld: Figures = (None,) * len(self.group)
        others = {name: member for name, member in named.items() if name != Dimension.INSTITUTION}
        if named.get(Dimension.INSTITUTION) != self.institution or len(others) > 1:
            return withheld
        if not others:
            counts = add(list(self.lines[self.whole].values()))
            return (
                self._chosen(counts)
                if self._may_be_shown(counts, add(list(self.everybody[self.whole].values())))
                else withheld
            )
        ((name, member),) = others.items()
        line = {one: self._chosen(counts) for one, counts in self.lines.get(name, {}).items()}
        if member not in line or member in rules.withheld_parts(line):
            return withheld
        counts = self.lines[name][member]
        return self._chosen(counts) if self._may_be_shown(counts, self.everybody[name].get(member, NONE)) else withheld

    def _chosen(self, counts: Counts) -> rules.Values:
        return tuple(count_of(measure, counts) for measure in self.group)

    def _may_be_shown(self, counts: Counts, of_all: Counts) -> bool:
        own, everybody = self._chosen(counts), self._chosen(of_all)
        return all(
            mine >= rules.LEAST and (all_of_them == mine or all_of_them - mine >= rules.LEAST)
            for mine, all_of_them in zip(own, everybody, strict=True)
        )
