from collections.abc import Mapping
from typing import Any

from django import template

from courses.assessments.rules import UnusableItem
from courses.assessments.rules.pedigree import Family, drawing_of, family_of

register = template.Library()


@register.inclusion_tag("courses/assessments/pedigree.html")
def pedigree(item: Mapping[str, Any]) -> dict[str, Any]:
    """The family of a pedigree question, drawn, with the same in words as a table: {% pedigree item %}.

    item: what the marker reads, {"members": [...], ...}; nothing of it but the members is shown, so no key is given away.
    A family that cannot be (in the editor's preview, say) draws nothing.
    """
    try:
        family = family_of(item)
    except UnusableItem:
        return {"family": None}
    return {"family": family, "drawing": drawing_of(family), "has_remarks": _has_remarks(family)}


def _has_remarks(family: Family) -> bool:
    return any(person.is_deceased or person.is_proband for person in family.people)
