"""A family as an item states it, with what no family can be refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import Any

from courses.assessments.rules.marks import UnusableItem
from courses.assessments.rules.text import has_control_characters, shown

MOST_MEMBERS = 60
LONGEST_ID = 40
_SEXES = MappingProxyType(
    {"M": "M", "F": "F", "U": "U", "MALE": "M", "FEMALE": "F", "UNKNOWN": "U"}  # as stated: as read
)


@dataclass(frozen=True)
class Person:
    """A member of a family: sex is M, F or U (not stated), affected is None where that is not known."""

    id: str
    father: str | None
    mother: str | None
    sex: str
    affected: bool | None
    is_deceased: bool = False
    is_proband: bool = False

    @property
    def parents(self) -> tuple[str, ...]:
        return tuple(parent for parent in (self.father, self.mother) if parent is not None)


@dataclass(frozen=True)
class Household:
    """A couple and their children, as places in Family.sexes."""

    father: int
    mother: int
    children: tuple[int, ...]


@dataclass(frozen=True)
class Family:
    """People in the order of the item.

    Behind them come the parents that are not named: a child of whom one parent is known has another all of its own.
    """

    people: tuple[Person, ...]
    place_of: Mapping[str, int] = field(compare=False)

    @cached_property
    def sexes(self) -> tuple[str, ...]:
        """The sex of each place, M or F for whoever is a father or mother, unnamed parents included."""
        fathers = {person.father for person in self.people}
        mothers = {person.mother for person in self.people}
        named = ("M" if one.id in fathers else "F" if one.id in mothers else one.sex for one in self.people)
        unnamed = ("F" if person.mother is None else "M" for person in self._with_one_parent)
        return (*named, *unnamed)

    @cached_property
    def households(self) -> tuple[Household, ...]:
        children: dict[tuple[int, int], list[int]] = {}
        unnamed = iter(range(len(self.people), len(self.sexes)))
        for place, person in enumerate(self.people):
            if person.parents:
                father = next(unnamed) if person.father is None else self.place_of[person.father]
                mother = next(unnamed) if person.mother is None else self.place_of[person.mother]
                children.setdefault((father, mother), []).append(place)
        return tuple(Household(*couple, tuple(places)) for couple, places in children.items())

    @cached_property
    def households_of(self) -> tuple[tuple[int, ...], ...]:
        """For each place, the numbers of the households it belongs to, as child or as parent."""
        belongs: list[list[int]] = [[] for _place in self.sexes]
        for number, household in enumerate(self.households):
            for place in (household.father, household.mother, *household.children):
                belongs[place].append(number)
        return tuple(map(tuple, belongs))

    @property
    def _with_one_parent(self) -> Iterator[Person]:
        return (person for person in self.people if len(person.parents) == 1)


def family_of(item: Mapping[str, Any]) -> Family:
    """Return the family of an item: {"members": [{"id", "father", "mother", "sex", "affected", "deceased"?, "proband"?}, ...]}.

    A person of unstated sex who is named as father or mother has the sex of that role.
    Raises UnusableItem for what is no family: a person twice or missing, a circle of descent, a female father, a male mother.
    """
    members = item.get("members")
    if not isinstance(members, Sequence) or isinstance(members, str) or not 0 < len(members) <= MOST_MEMBERS:
        raise UnusableItem(f"members is not a list of 1 to {MOST_MEMBERS} people", "members")
    people = tuple(map(_person_of, members, range(len(members))))
    by_id: dict[str, Person] = {}
    for number, person in enumerate(people):
        if by_id.setdefault(person.id, person) is not person:
            raise UnusableItem(f"there are two people called {shown(person.id)}", "members", number, "id")
    for number, person in enumerate(people):
        for role, parent, other_sex, sex in (
            ("father", person.father, "F", "male"),
            ("mother", person.mother, "M", "female"),
        ):
            if parent is None:
                continue
            place = ("members", number, role)
            if parent not in by_id:
                said = f"a parent of {shown(person.id)} is {shown(parent)}, who is not among the members"
                raise UnusableItem(said, *place)
            if by_id[parent].sex == other_sex:
                raise UnusableItem(f"{shown(parent)}, the {role} of {shown(person.id)}, is not {sex}", *place)
    place_of = {person.id: place for place, person in enumerate(people)}
    both = {person.father for person in people} & {person.mother for person in people} - {None}
    if both:
        person_id = min(filter(None, both))
        raise UnusableItem(f"{shown(person_id)} is a father and a mother", "members", place_of[person_id])
    try:
        TopologicalSorter({person.id: person.parents for person in people}).prepare()
    except CycleError as error:
        person_id = error.args[1][0]
        said = f"{shown(person_id)} is among their own ancestors"
        raise UnusableItem(said, "members", place_of[person_id]) from error
    return Family(people, place_of)


def _person_of(member: Any, number: int) -> Person:
    if not isinstance(member, Mapping):
        raise UnusableItem("one of the members is not an object with named fields")
    place = ("members", number)
    person_id = _id_of(member.get("id"), "the id of a member", *place, "id")
    father, mother = (
        None
        if member.get(role) in (None, "")
        else _id_of(member[role], f"the {role} of {shown(person_id)}", *place, role)
        for role in ("father", "mother")
    )
    stated = member.get("sex")
    sex = _SEXES.get(stated.upper()) if isinstance(stated, str) else None
    if sex is None:
        raise UnusableItem(f"the sex of {shown(person_id)} is none of M, F, U", *place, "sex")
    affected = member.get("affected")
    if not (affected is None or isinstance(affected, bool)):
        raise UnusableItem(f"whether {shown(person_id)} is affected is none of true, false, null")
    for fact in ("deceased", "proband"):
        if not isinstance(member.get(fact, False), bool):
            raise UnusableItem(f"{fact} of {shown(person_id)} is neither true nor false")
    return Person(
        person_id,
        father,
        mother,
        sex,
        affected,
        is_deceased=member.get("deceased", False),
        is_proband=member.get("proband", False),
    )


def _id_of(name: Any, what: str, *place: str | int) -> str:
    """Return an id as text; whole numbers are usual for people in a family file."""
    text = str(name) if isinstance(name, int) and not isinstance(name, bool) else name
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_ID or has_control_characters(text):
        raise UnusableItem(f"{what} is not a name of 1 to {LONGEST_ID} characters", *place)
    return text.strip()
