"""What milestones are counted by: one or two dimensions, and a month. A rollup row is one cell of one cut."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain


class Dimension(StrEnum):
    """What a milestone is of, and the circumstances of the person at the time; each the column of a delta."""

    COURSE = "course_id"
    WEBINAR = "webinar_id"
    INSTITUTION = "institution_id"
    COUNTRY = "country"
    TIER = "tier"
    PROFESSION = "profession"
    LANGUAGE = "language"
    DEVICE = "device"


class Axis(StrEnum):
    """Whose month it is: of the enrolment or registration that a milestone follows, or of the milestone itself."""

    COHORT = "cohort"
    EVENT = "month"


NUMBERS = (Dimension.COURSE, Dimension.WEBINAR, Dimension.INSTITUTION)


@dataclass(frozen=True)
class Cut:
    """One way to count. number: as rollups store it, never given to another cut; second: empty in cuts by one dimension."""

    number: int
    axis: Axis
    first: Dimension
    second: Dimension | None = None

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return (self.first, self.second) if self.second else (self.first,)


_C, _D = Axis.COHORT, Dimension
_BY_COHORT = {
    1: (_D.COURSE,),
    2: (_D.COUNTRY,),
    3: (_D.TIER,),
    4: (_D.PROFESSION,),
    5: (_D.LANGUAGE,),
    6: (_D.DEVICE,),
    7: (_D.INSTITUTION,),
    8: (_D.WEBINAR,),
    11: (_D.COURSE, _D.COUNTRY),
    12: (_D.COURSE, _D.TIER),
    13: (_D.COURSE, _D.PROFESSION),
    14: (_D.COURSE, _D.LANGUAGE),
    15: (_D.COURSE, _D.DEVICE),
    21: (_D.COUNTRY, _D.TIER),
    22: (_D.COUNTRY, _D.PROFESSION),
    23: (_D.COUNTRY, _D.LANGUAGE),
    24: (_D.COUNTRY, _D.DEVICE),
    31: (_D.TIER, _D.PROFESSION),
    32: (_D.TIER, _D.LANGUAGE),
    33: (_D.TIER, _D.DEVICE),
    41: (_D.INSTITUTION, _D.COURSE),
    42: (_D.INSTITUTION, _D.TIER),
    43: (_D.INSTITUTION, _D.PROFESSION),
    44: (_D.INSTITUTION, _D.LANGUAGE),
    45: (_D.INSTITUTION, _D.DEVICE),
    51: (_D.WEBINAR, _D.COUNTRY),
    52: (_D.WEBINAR, _D.TIER),
}
_BY_EVENT = {
    101: (_D.COURSE,),
    102: (_D.COUNTRY,),
    103: (_D.TIER,),
    107: (_D.INSTITUTION,),
    108: (_D.WEBINAR,),
    111: (_D.COURSE, _D.COUNTRY),
}
CUTS: tuple[Cut, ...] = tuple(
    Cut(number, axis, *dimensions)
    for number, axis, dimensions in chain(
        ((number, Axis.COHORT, dimensions) for number, dimensions in _BY_COHORT.items()),
        ((number, Axis.EVENT, dimensions) for number, dimensions in _BY_EVENT.items()),
    )
)
_FOUND: Mapping[tuple[Axis, frozenset[Dimension]], Cut] = {(cut.axis, frozenset(cut.dimensions)): cut for cut in CUTS}


def cut_by(*dimensions: Dimension, axis: Axis = Axis.COHORT) -> Cut:
    """Return the cut by these dimensions, in whichever order it has them. Raises KeyError where nothing is counted so."""
    return _FOUND[axis, frozenset(dimensions)]


class Facet(StrEnum):
    """Whose lessons, or days to complete, are counted together."""

    ALL = ""
    COUNTRY = "country"
    TIER = "tier"
    INSTITUTION = "institution_id"
    COURSE = "course_id"


LESSON_FACETS = (Facet.ALL, Facet.COUNTRY, Facet.TIER, Facet.INSTITUTION)
DAYS_FACETS = (*LESSON_FACETS, Facet.COURSE)
