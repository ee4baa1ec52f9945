"""The five criteria as people read them. A change of what they say gets a new number, which each request keeps."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDING_VERSION = 1


@dataclass(frozen=True)
class Criterion:
    """title: what is true where somebody works; meaning: when to tick it, in one sentence."""

    letter: str
    title: str | Promise
    meaning: str | Promise


# Source: the five criteria by which the Genomic Medicine Alliance defines a low-resource environment.
WORDING = (
    Criterion(
        "a",
        _("Resources are scarce"),
        _("Money, equipment, reagents or staff for genomic tests or research are hard to get."),
    ),
    Criterion(
        "b",
        _("Knowledge is out of reach"),
        _("Journals, databases, experts or a dependable internet connection are hard to reach."),
    ),
    Criterion(
        "c",
        _("Genomics is little used"),
        _("Genomic tests are rarely ordered, done or used in the care of patients."),
    ),
    Criterion(
        "d",
        _("There is little teaching"),
        _("Few courses or teachers of genomics are within reach of people who work or study there."),
    ),
    Criterion(
        "e",
        _("Partners are rare"),
        _(
            "Other institutions to work with on genomics are hard to find, because of distance, cost, society or politics."
        ),
    ),
)


def named(sentences: Mapping[str, str]) -> list[tuple[Criterion, str]]:
    """Return the criteria that somebody named, each with what they said to it."""
    return [(one, sentences[one.letter]) for one in WORDING if one.letter in sentences]
