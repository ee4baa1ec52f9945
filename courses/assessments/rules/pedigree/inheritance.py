"""Which modes of inheritance explain a family: exact, by passing what is possible along the households.

One locus, two alleles, no phenocopies; founders carry what they like. A genotype is a sex and the number of copies of the variant, so
the possible genotypes of a person are the bits of one number. In each household the genotypes that go with no choice of the others'
are struck out until nothing changes (genotype elimination, see O'Connell and Weeks 1999, doi:10.1086/302663).

If somebody has nothing left, the mode does not fit. If everybody has, it does, around loops such as a marriage of cousins too, though
that does not hold for genotypes in general: of what is left, let each have one copy, else none, else two (in XLR, men rather none;
whose sex is not stated a man, in YL a woman), and every child goes with its parents. The tests try this on all that can be left.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from types import MappingProxyType

from courses.assessments.rules.pedigree.family import Family

# Which children have a copy from their father, and which from their mother.
Locus = tuple[str, str]
AUTOSOME: Locus = ("MF", "MF")
X_CHROMOSOME: Locus = ("F", "MF")
Y_CHROMOSOME: Locus = ("M", "")
MITOCHONDRION: Locus = ("", "MF")  # homoplasmic: all copies of a person are alike, and count as one

LOCUS_OF = MappingProxyType(
    {
        "AD": AUTOSOME,
        "AR": AUTOSOME,
        "XLD": X_CHROMOSOME,
        "XLR": X_CHROMOSOME,
        "YL": Y_CHROMOSOME,
        "MT": MITOCHONDRION,
    }
)
MODES = tuple(LOCUS_OF)
_RECESSIVE = frozenset({"AR", "XLR"})


@dataclass(frozen=True)
class Assumptions:
    """What a question presupposes.

    is_complete: everybody with the genotype is affected; otherwise anybody with it may be unaffected, in every mode. Nobody is affected
    without it either way. may_be_new: whatever a parent passes on as normal may reach the child as the variant, any number of times in
    a family, but never the other way round.
    """

    is_complete: bool = True
    may_be_new: bool = False


def fits(family: Family, mode: str, assumptions: Assumptions) -> bool:
    """Say whether some genotypes explain the family."""
    possible = _possible(family, mode, assumptions, range(len(family.people)))
    return _narrow(family, mode, assumptions, possible, range(len(family.households)))


def obligate_carriers(family: Family, mode: str, assumptions: Assumptions) -> list[int]:
    """Return the places of the unaffected who must have the variant in a mode that fits (around loops, some may be missed)."""
    possible = _possible(family, mode, assumptions, range(len(family.people)))
    _narrow(family, mode, assumptions, possible, range(len(family.households)))
    without = _bit("M", 0) | _bit("F", 0)
    return [
        place
        for place, person in enumerate(family.people)
        if person.affected is False and not possible[place] & without
    ]


def nearest_contradiction(family: Family, mode: str, assumptions: Assumptions) -> tuple[int, ...]:
    """Return the places of the first who exclude a mode at a glance: one person, else a child and one parent, else a child and both.

    The child comes first. Empty if no such people do.
    """
    seen = _possible(family, mode, assumptions, range(len(family.people)))
    unseen = _possible(family, mode, assumptions, ())
    for place, mask in enumerate(seen):
        if not mask:
            return (place,)
    born = sorted((child, home.father, home.mother) for home in family.households for child in home.children)
    for looked_at in ((1,), (2,), (1, 2)):
        for trio in born:
            child, father, mother = (
                (seen if number == 0 or number in looked_at else unseen)[place] for number, place in enumerate(trio)
            )
            if _narrowed(LOCUS_OF[mode], assumptions.may_be_new, father, mother, frozenset([child])) is None:
                return (trio[0], *(trio[number] for number in looked_at))
    return ()


def joint_contradiction(family: Family, mode: str, assumptions: Assumptions) -> tuple[int, ...]:
    """Return places of people who together exclude a mode that does not fit, wherever they stand; none could be left out."""
    seen = _possible(family, mode, assumptions, range(len(family.people)))
    unseen = _possible(family, mode, assumptions, ())
    needed: list[int] = []
    others = [place for place, person in enumerate(family.people) if person.affected is not None]
    while True:  # whoever completes a contradiction is needed; then look again, them first, among those who came before
        possible = list(unseen)
        looked_at = 0
        for place in (*needed, *others):
            possible[place] &= seen[place]
            if not _narrow(family, mode, assumptions, possible, family.households_of[place]):
                break
            looked_at += 1
        if looked_at < len(needed):
            return tuple(sorted(needed))
        others = others[: looked_at - len(needed)]
        needed.append(place)


def _possible(family: Family, mode: str, assumptions: Assumptions, places: Collection[int]) -> list[int]:
    """Return the genotypes of every place, where being affected or not is told of these places only."""
    known = set(places)
    return [
        _genotypes(
            mode,
            sex,
            family.people[place].affected if place in known and place < len(family.people) else None,
            assumptions.is_complete,
        )
        for place, sex in enumerate(family.sexes)
    ]


def _narrow(
    family: Family, mode: str, assumptions: Assumptions, possible: list[int], households: Iterable[int]
) -> bool:
    """Strike out what cannot be, beginning with these households; say whether everybody is left with something."""
    if not all(possible):
        return False
    waiting = dict.fromkeys(households)
    while waiting:
        number = next(iter(waiting))
        del waiting[number]
        household = family.households[number]
        father, mother = possible[household.father], possible[household.mother]
        children = frozenset([possible[child] for child in household.children])
        narrowed = _narrowed(LOCUS_OF[mode], assumptions.may_be_new, father, mother, children)
        if narrowed is None:
            return False
        father, mother, child_of = narrowed
        after = [(household.father, father), (household.mother, mother)]
        after += [(child, child_of[possible[child]]) for child in household.children]
        for place, mask in after:
            if possible[place] != mask:
                possible[place] = mask
                waiting |= dict.fromkeys(other for other in family.households_of[place] if other != number)
    return True


def _bit(sex: str, copies: int) -> int:
    return 1 << (copies + 3 * (sex == "F"))


def _carried(locus: Locus, sex: str) -> int:
    """Return how many copies of the locus a person has."""
    return sum(sex in children for children in locus)


@lru_cache
def _genotypes(mode: str, sex: str, affected: bool | None, is_complete: bool) -> int:
    """Return what a person can have, given what is seen of them."""
    mask = 0
    for either in "MF" if sex == "U" else sex:
        carried = _carried(LOCUS_OF[mode], either)
        for copies in range(carried + 1):
            has_genotype = copies >= (carried if mode in _RECESSIVE else 1)
            if affected is None or has_genotype == affected or (has_genotype and not is_complete):
                mask |= _bit(either, copies)
    return mask


@lru_cache(maxsize=20_000)
def _narrowed(
    locus: Locus, may_be_new: bool, father: int, mother: int, children: frozenset[int]
) -> tuple[int, int, dict[int, int]] | None:
    """Return what is left to father, mother and each kind of child in one household; None if one of them has nothing left."""
    fathers = mothers = 0
    left = dict.fromkeys(children, 0)
    for of_father, of_mother in product(range(3), range(3)):
        if not (father & _bit("M", of_father) and mother & _bit("F", of_mother)):
            continue
        born = _born(locus, may_be_new, of_father, of_mother)
        if all(child & born for child in children):
            fathers |= _bit("M", of_father)
            mothers |= _bit("F", of_mother)
            left = {child: kept | (child & born) for child, kept in left.items()}
    return (fathers, mothers, left) if fathers else None


@lru_cache
def _born(locus: Locus, may_be_new: bool, of_father: int, of_mother: int) -> int:
    """Return what the children of parents with these numbers of copies can have."""
    mask = 0
    for sex in "MF":
        passed_on = []
        for parent, copies, children in zip("MF", (of_father, of_mother), locus, strict=True):
            normal = copies < _carried(locus, parent)
            variant = copies > 0 or (normal and may_be_new)
            passed_on.append([0] * normal + [1] * variant if sex in children else [0])
        for from_father, from_mother in product(*passed_on):
            mask |= _bit(sex, from_father + from_mother)
    return mask
