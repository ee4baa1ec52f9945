"""A map of the world in squares, one a country, so that small countries are seen. Not every country has a square."""

from collections.abc import Mapping

SIZE, STEP = 25, 27  # of a square, and from one to the next

_MAP = """
.. CA .. .. .. .. .. .. .. .. SE FI .. .. .. .. .. .. .. .. .. .. .. .. ..
.. US .. .. .. .. .. IE GB NL DE PL UA .. .. .. .. .. .. .. .. .. .. .. ..
.. MX .. CU .. .. .. .. PT FR IT RO .. GE .. .. KZ .. .. MN .. .. .. .. ..
.. GT HN .. HT DO .. .. ES .. XK GR .. TR AM .. UZ KG .. CN .. KR JP .. ..
.. .. NI .. .. .. .. .. MA DZ TN LY EG LB JO IQ IR AF PK NP BT .. .. .. ..
.. .. CR PA .. .. .. SN ML BF NE TD SD .. YE SA .. .. IN BD MM LA VN PH ..
.. .. .. CO VE .. .. SL CI GH NG CM SS ET SO .. .. .. LK .. TH KH .. .. ..
.. .. .. EC .. BR .. .. .. .. GA CD UG KE .. .. .. .. .. .. MY .. .. .. ..
.. .. .. PE BO PY .. .. .. .. AO ZM RW TZ .. .. .. .. .. .. .. ID TL PG ..
.. .. .. .. CL AR UY .. .. .. NA BW ZW MW .. MG .. .. .. .. .. .. AU .. FJ
.. .. .. .. .. .. .. .. .. .. .. ZA LS MZ .. .. .. .. .. .. .. .. .. NZ ..
"""
PLACES: Mapping[str, tuple[int, int]] = {
    code: (column, row)
    for row, line in enumerate(_MAP.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
WIDTH = STEP * (1 + max(column for column, _row in PLACES.values())) + 2
HEIGHT = STEP * (1 + max(row for _column, row in PLACES.values())) + 2
# Figures from which a square is of the next darker class; the last ladder that the largest figure reaches is used.
_LADDERS = ((10, 15, 20, 30), (10, 20, 40, 60), (10, 25, 50, 100), (10, 50, 100, 300), (10, 100, 500, 1000))


def ladder_for(largest: int) -> tuple[int, ...]:
    """Return the figures from which a square is of classes 1 to 4, for a largest figure of this size."""
    ladder: tuple[int, ...] = next((steps for steps in reversed(_LADDERS) if steps[-1] <= largest), _LADDERS[0])
    while ladder[-1] * 10 <= largest:
        ladder = (ladder[0], *(10 * step for step in ladder[1:]))
    return ladder
