"""What templates/dashboards/charts make of figures: light, valid, without style or script, said to who cannot see it."""

import gzip
import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django_countries.data import ALT_CODES

from lms.dashboards.charts import (
    GapPoint,
    Quartiles,
    RateRow,
    country_map,
    funnel,
    gap_chart,
    line_chart,
    quartiles,
    rates,
)

MOST_BYTES = 25_000  # compressed
TITLED = {"id": "drawn", "title": "What it says", "caption": "What is counted"}
MONTHS = [SimpleNamespace(key=date(2026, month, 1)) for month in range(1, 13)]


def gap_of(pairs, *, rtl):
    points = [GapPoint(f"Q{number}", *pair) for number, pair in enumerate(pairs)]
    return gap_chart(points, names=("Standard", "Priority"), rtl=rtl)


def everything(*, rtl):
    """Return every component with as much as it may have to show: its template and what that is given."""
    everywhere = {code: 10 + 997 * number for number, code in enumerate(sorted(ALT_CODES)) if number % 3}
    lessons = [RateRow(f"Lesson {number}", 4000 - 31 * number, 4000, url=f"/cms/{number}/") for number in range(120)]
    return {
        "map": {
            "chart": country_map(everywhere, withheld=set(ALT_CODES) - set(everywhere)),
            "id": "map",
            "titled_by": "drawn",
        },
        "lines": {
            "chart": line_chart([[*range(11), None], [None, *range(11)]], rtl=rtl),
            "months": MONTHS,
            "titled_by": "drawn",
        },
        "gap": {
            **TITLED,
            "chart": gap_of([(44.5, 29.25), (45, None), *[(48, 40)] * 14], rtl=rtl),
            "column": "Quarter",
            "note": "Completion within 12 weeks.",
        },
        "funnel": {**TITLED, "chart": funnel([("Enrolled", 200), ("Started", None), ("Half way", 33)])},
        "rates": {
            **TITLED,
            "chart": rates([*lessons, RateRow("The last", None, None, flag="most stop here")]),
            "group": "Lesson",
            "rate": "Finished",
            "people": "Enrolled",
        },
        "quartiles": {
            **TITLED,
            "chart": quartiles([Quartiles("Nurses", 4.5, 9, 33, 12), Quartiles("Others", None, 1, 2, None)]),
            "group": "Profession",
            "people": "People",
        },
    }


@pytest.fixture(params=["en", "fr", "ar"])
def drawings(request):
    """Each component, drawn in a language."""
    with translation.override(request.param):
        given = everything(rtl=request.param == "ar")
        return {name: render_to_string(f"dashboards/charts/{name}.html", context) for name, context in given.items()}


def test_a_drawing_has_no_style_and_no_script(drawings):
    for html in drawings.values():
        assert not re.search(r"<style|<script|\sstyle=|\son\w+=|javascript:", html)


def test_no_drawing_weighs_more_than_it_may(drawings):
    for name, html in drawings.items():
        assert len(gzip.compress(html.encode())) < MOST_BYTES, name


def test_a_drawing_is_a_titled_picture_or_hidden_beside_its_figures(drawings):
    for html in drawings.values():
        for tag in re.findall(r"<svg[^>]*>", html):
            assert 'role="img" aria-labelledby="drawn"' in re.sub(r"\s+", " ", tag) or 'aria-hidden="true"' in tag


def test_what_is_not_a_number_is_never_part_of_a_drawing(drawings):
    for html in drawings.values():
        for value in re.findall(r'\s(?:x|y|dx|dy|cx|cy|r|width|height|viewBox|d)="([^"]*)"', html):
            assert re.fullmatch(r"[-\d. MLHVlhvazmA]+|[\d.]+em|", value), value


def test_figures_stand_in_a_table(drawings):
    assert {name for name, html in drawings.items() if "<table" not in html} == {"map", "lines"}  # the page's own


def test_the_drawings_are_valid_html(validate_html):
    for name, context in everything(rtl=False).items():
        html = render_to_string(f"dashboards/charts/{name}.html", context)
        heading = "" if "title" in context else '<h3 id="drawn">What it says</h3>'
        page = f"<!doctype html><html lang=en><title>Chart</title><h1>Chart</h1><h2>One</h2>{heading}{html}</html>"
        assert validate_html(page) == [], name


def test_what_is_withheld_is_hatched_and_said():
    context = {"chart": country_map({"IN": 78}, withheld=["FJ"]), "id": "map", "titled_by": "drawn"}
    html = render_to_string("dashboards/charts/map.html", context)
    assert 'shade--withheld" fill="url(#map-hatch)"' in html
    assert "<title>Fiji: withheld</title>" in html
    assert "<title>India: 78</title>" in html
    assert "Under 10 or withheld" in html


def test_many_countries_without_a_square_are_counted():
    context = {"chart": country_map(dict.fromkeys(ALT_CODES, 12)), "id": "map", "titled_by": "drawn"}
    assert "countries are not on the map, but in the table." in render_to_string("dashboards/charts/map.html", context)


def test_a_withheld_figure_is_said_in_the_table_of_a_gap():
    context = {**TITLED, "chart": gap_of([(44, 43), (45, None)], rtl=False), "column": "Quarter"}
    html = render_to_string("dashboards/charts/gap.html", context)
    assert html.count(">withheld<") == 2  # the rate, and the gap
    assert "Where a line has a gap, the figure is withheld." in html
    assert "1 point\n" in html


def test_a_row_that_stands_out_does_so_in_words():
    rows = [RateRow("1.1", 90, 100), RateRow("1.2", 50, 100, flag="Most people stop here")]
    context = {**TITLED, "chart": rates(rows), "group": "Lesson", "rate": "Finished", "people": "Enrolled"}
    html = render_to_string("dashboards/charts/rates.html", context)
    assert html.count("value--low") == html.count("<small>Most people stop here</small>") == 1
