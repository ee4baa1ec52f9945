"""How a certificate looks and what it says besides its facts, as plain values: a layout of ours, filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CHROMOSOME, RULER, RING = "chromosome", "ruler", "ring"
LAYOUTS = (CHROMOSOME, RULER, RING)  # each a file of its name in templates/certificates/rendering
A4, US_LETTER = "a4", "us-letter"
PAPER_MM = {A4: (297.0, 210.0), US_LETTER: (279.4, 215.9)}  # landscape


@dataclass(frozen=True)
class Picture:
    """A picture as it is set into the page. kind: png, jpg or svg. words: what it shows, for who cannot see it."""

    data: bytes
    kind: str
    words: str


@dataclass(frozen=True)
class Signatory:
    """Who signs: a name and a role, either may be "", and the signature itself where there is a picture of it."""

    name: str
    role: str = ""
    signature: Picture | None = None


@dataclass(frozen=True)
class Colours:
    """The colours of a layout, each as "#rrggbb". deep: the ground of drawings and of lines that carry; accent: used sparingly."""

    deep: str = "#07372d"
    accent: str = "#f0b23a"


@dataclass(frozen=True)
class Design:
    """A layout of ours with all that is said in it besides the award.

    signatories: none stands for the award's own. wording: by language, the texts by field (see `words.FIELDS`) that take
    the place of ours.
    """

    layout: str = CHROMOSOME
    paper: str = A4
    colours: Colours = Colours()
    logos: tuple[Picture, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


BUILT_IN = Design()
