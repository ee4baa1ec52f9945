from dataclasses import dataclass

from courses.lessons.models import LessonPage, Reference
from courses.lessons.rules import number_citations


@dataclass(frozen=True)
class Sources:
    """A lesson's sources in the order of its reference list, and the number of each key that is cited."""

    references: tuple[Reference, ...]
    numbers: dict[str, int]


def sources_of(page: LessonPage) -> Sources:
    """Return the sources of a lesson: those cited, in order of first citation, then those only listed.

    One query, and a second if a source is cited that is not listed.
    """
    cited = number_citations(page.body.stream_block.get_searchable_content(page.body))
    found = {reference.key: reference for reference in page.references.all()}
    keys = list(dict.fromkeys([*cited, *found]))
    missing = [key for key in keys if key not in found]
    if missing:
        found |= {reference.key: reference for reference in Reference.objects.filter(key__in=missing)}
    keys = [key for key in keys if key in found]
    return Sources(
        references=tuple(found[key] for key in keys),
        numbers={key: number for number, key in enumerate(keys, start=1)},
    )
