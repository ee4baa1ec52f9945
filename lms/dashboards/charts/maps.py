"""Figures by country, as a map of the world and as a grid of squares, one a country, for where a map would be too small.

The outlines are a drawing to find a country by, and no statement on borders: see deploy/world_map.py.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries as country_names

from lms.dashboards.charts import tiles

DOT_RADIUS = 5  # of a country too small for an outline


@dataclass(frozen=True)
class Outline:
    """A country on the map of the world, and what is said of it: its name and figure."""

    path: str
    title: str


@dataclass(frozen=True)
class Shade:
    """The countries of one shade. name: 1 to 4, darker for more; "none" where there is nobody, "withheld"."""

    name: str
    outlines: tuple[Outline, ...]


@dataclass(frozen=True)
class Square:
    """A country in the grid; shade as that of the map."""

    code: str
    x: int
    y: int
    text_x: float
    text_y: int
    shade: str


@dataclass(frozen=True)
class Band:
    """What a shade stands for: figures from the lowest to the highest, which the darkest has not."""

    shade: str
    lowest: int
    highest: int | None


@dataclass(frozen=True)
class CountryMap:
    """Both drawings and their key, darkest first. not_drawn, without_square: names of those that have figures, and no place there."""

    width: int
    height: int
    shades: tuple[Shade, ...]
    not_drawn: tuple[str, ...]
    squares: tuple[Square, ...]
    without_square: tuple[str, ...]
    bands: tuple[Band, ...]
    has_withheld: bool


def country_map(figures: Mapping[str, int], *, withheld: Collection[str] = ()) -> CountryMap:
    """Return maps of figures by country code; what is withheld is hatched, and where there is neither, nobody is said to be."""
    ladder = tiles.ladder_for(max(figures.values(), default=0))
    withheld = set(withheld) - set(figures)
    world = _world()

    def shade(code: str) -> str:
        return "withheld" if code in withheld else _shade(figures.get(code, 0), ladder)

    return CountryMap(
        width=world["width"],
        height=world["height"],
        shades=_shades(shade, figures, withheld),
        not_drawn=_names(code for code in figures if code not in world["outlines"] and code not in world["dots"]),
        squares=tuple(
            Square(
                code,
                x := column * tiles.STEP + 1,
                y := row * tiles.STEP + 1,
                text_x=x + tiles.SIZE / 2,
                text_y=y + 16,
                shade=shade(code),
            )
            for code, (column, row) in tiles.PLACES.items()
        ),
        without_square=_names(code for code in figures if code not in tiles.PLACES),
        bands=tuple(
            Band(str(number), lowest, ladder[number] - 1 if number < len(ladder) else None)
            for number, lowest in reversed(list(enumerate(ladder, start=1)))
        ),
        has_withheld=bool(withheld),
    )


def _shades(shade: Callable[[str], str], figures: Mapping[str, int], withheld: Collection[str]) -> tuple[Shade, ...]:
    """Return every outline, and a dot for each country without one that has something to show."""
    world = _world()
    paths = dict(world["outlines"])
    paths.update({code: _dot(*place) for code, place in world["dots"].items() if code in figures or code in withheld})
    with_figure, with_none = _("%(country)s: %(count)s"), _("%(country)s: withheld")
    drawn: dict[str, list[Outline]] = {name: [] for name in ("none", "1", "2", "3", "4", "withheld")}
    for code, path in paths.items():
        title = with_none if code in withheld else with_figure
        facts = {"country": _name(code), "count": intcomma(figures.get(code, 0))}
        drawn[shade(code)].append(Outline(path, title % facts))
    return tuple(Shade(name, tuple(outlines)) for name, outlines in drawn.items() if outlines)


def _shade(figure: int, ladder: Iterable[int]) -> str:
    return str(sum(figure >= step for step in ladder) or "none")


def _dot(x: int, y: int) -> str:
    radius, across = DOT_RADIUS, 2 * DOT_RADIUS
    return f"M{x - radius} {y}a{radius} {radius} 0 1 0 {across} 0a{radius} {radius} 0 1 0-{across} 0z"


def _names(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((_name(code) for code in codes), key=str.casefold))


def _name(code: str) -> str:
    return _all_names(get_language()).get(code, code)


@cache  # looking the names up one by one takes longer than the rest of the map
def _all_names(_language: str) -> dict[str, str]:
    return {code: str(name) for code, name in country_names}


@cache
def _world() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "world.json").read_text())
