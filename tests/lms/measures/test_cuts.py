from collections import Counter

import pytest

from lms.measures.cuts import CUTS, Dimension, cut_by


def test_every_cut_has_a_number_and_a_meaning_of_its_own():
    assert max(Counter(cut.number for cut in CUTS).values()) == 1
    assert max(Counter((cut.axis, frozenset(cut.dimensions)) for cut in CUTS).values()) == 1


def test_a_cut_is_found_in_either_order():
    assert cut_by(Dimension.COUNTRY, Dimension.COURSE) == cut_by(Dimension.COURSE, Dimension.COUNTRY)


def test_what_is_not_counted_is_said():
    with pytest.raises(KeyError):
        cut_by(Dimension.WEBINAR, Dimension.COURSE)
