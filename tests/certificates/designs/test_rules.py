from dataclasses import dataclass
from datetime import date

import pytest

from certificates.designs.rules import contrast, is_colour, text_on


@dataclass(frozen=True)
class Covering:
    text: str
    valid_from: date
    valid_until: date


YEAR = Covering("B: one credit.", date(2026, 1, 1), date(2026, 12, 31))
WEEK = Covering("A: two credits.", date(2026, 3, 2), date(2026, 3, 8))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 12, 31), ""),
        (date(2026, 1, 1), "B: one credit."),
        (date(2026, 12, 31), "B: one credit."),
        (date(2027, 1, 1), ""),
        (date(2026, 3, 8), "A: two credits. B: one credit."),
    ],
)
def test_an_accreditation_covers_its_days_from_first_to_last(day, said):
    assert text_on(day, [YEAR, WEEK]) == said


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


@pytest.mark.parametrize(
    ("text", "is_one"), [("#07372d", True), ("#07372", False), ("red", False), ("#07372d\n", False), ("#07372D", False)]
)
def test_a_colour_is_written_in_six_digits(text, is_one):
    assert is_colour(text) == is_one
