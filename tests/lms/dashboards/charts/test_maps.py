import re

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.charts import country_map, maps, tiles

FIGURES = {"IN": 78, "GH": 27, "LS": 10}


def shade_of(chart, title):
    return next(shade.name for shade in chart.shades for outline in shade.outlines if outline.title == title)


def test_no_two_countries_share_a_square():
    assert len(tiles.PLACES) == len(set(tiles.PLACES.values())) > 100


@given(st.integers(0, 10_000_000))
def test_the_darkest_shade_is_reached_and_the_lightest_begins_at_ten(largest):
    ladder = tiles.ladder_for(largest)
    assert len(ladder) == 4
    assert list(ladder) == sorted(set(ladder))
    assert ladder[0] == 10
    assert largest < 30 or ladder[-1] <= largest


def test_more_learners_are_darker_on_both_drawings():
    chart = country_map(FIGURES, withheld=["FJ"])
    squares = {square.code: square.shade for square in chart.squares}
    assert (squares["IN"], squares["GH"], squares["LS"]) == ("4", "2", "1")
    assert shade_of(chart, "India: 78") == "4"
    assert shade_of(chart, "Lesotho: 10") == "1"


def test_withheld_is_not_the_same_as_nobody():
    chart = country_map(FIGURES, withheld=["FJ"])
    squares = {square.code: square.shade for square in chart.squares}
    assert (squares["FJ"], squares["NZ"]) == ("withheld", "none")
    assert shade_of(chart, "Fiji: withheld") == "withheld"
    assert shade_of(chart, "New Zealand: 0") == "none"
    assert chart.has_withheld
    assert not country_map(FIGURES).has_withheld


@given(st.dictionaries(st.sampled_from([*maps._world()["outlines"], *maps._world()["dots"]]), st.integers(10, 9999)))
def test_whoever_has_a_figure_is_drawn_in_its_band(figures):
    chart = country_map(figures)
    shown = [outline for shade in chart.shades if shade.name != "none" for outline in shade.outlines]
    assert len(shown) == len(figures)
    for band in chart.bands:
        counts = [
            int(outline.title.rpartition(": ")[2].replace(",", ""))
            for shade in chart.shades
            if shade.name == band.shade
            for outline in shade.outlines
        ]
        assert all(band.lowest <= count <= (band.highest or count) for count in counts)


def test_a_country_too_small_for_an_outline_is_a_dot_where_it_has_something_to_show():
    assert shade_of(country_map({"SG": 12}), "Singapore: 12") == "1"
    assert shade_of(country_map({}, withheld=["SG"]), "Singapore: withheld") == "withheld"
    assert "Singapore" not in str(country_map({}).shades)


def test_a_country_without_a_place_is_named():
    chart = country_map({"VA": 12, "TV": 11})
    assert chart.without_square == ("Tuvalu", "Vatican City")
    assert chart.not_drawn == ("Tuvalu",)


def test_names_follow_the_language():
    with translation.override("fr"):
        assert shade_of(country_map({"DE": 12}), "Allemagne: 12") == "1"


def test_every_outline_lies_on_the_sheet_and_has_a_code_that_people_can_have():
    world = maps._world()
    assert {"XK", "SO", "CY", "UA", "PS", "EH"} <= set(world["outlines"])
    assert not set(world["outlines"]) & set(world["dots"])
    for code, path in world["outlines"].items():
        assert maps._name(code) != code
        assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", path)
        starts = [tuple(map(int, start)) for start in re.findall(r"M(\d+) (\d+)", path)]
        assert all(x <= world["width"] and y <= world["height"] for x, y in starts)
    assert "public domain" in world["licence"]
    assert "Natural Earth" in world["source"]
