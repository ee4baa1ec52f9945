"""Where the people of a family stand and which lines join them; symbols and lines as in Bennett 2008,
doi:10.1007/s10897-008-9169-9. Imports the family alone."""

from courses.assessments.rules.pedigree.drawing.layout import Layout, homes_of, rows_of, with_passages
from courses.assessments.rules.pedigree.drawing.lines import are_related, draw
from courses.assessments.rules.pedigree.drawing.placing import first_order, place, reorder
from courses.assessments.rules.pedigree.drawing.shapes import HALF, Drawing, Symbol, crossings_of
from courses.assessments.rules.pedigree.family import Family

__all__ = ["HALF", "Drawing", "Symbol", "are_related", "crossings_of", "drawing_of"]

_ORDERS = 6  # attempts at a better order


def drawing_of(family: Family) -> Drawing:
    """Return the drawing of a family; nobody stands upon anybody else, and lines cross only where no order found avoids it."""
    homes = homes_of(family)
    row_of = rows_of(len(family.people), homes)
    homes = with_passages(homes, row_of)
    layout = Layout(family, homes, row_of, first_order(homes, row_of), [0.0] * len(row_of))
    place(layout)
    best = draw(layout)
    crossings = crossings_of(best)
    for _round in range(_ORDERS if crossings else 0):
        before = [list(row) for row in layout.rows]
        reorder(layout)
        if layout.rows == before:
            break
        place(layout)
        drawn = draw(layout)
        if crossings_of(drawn) < crossings:
            best, crossings = drawn, crossings_of(drawn)
    return best
