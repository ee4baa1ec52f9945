from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses.media.rules.ranges import BRIDGED_SECONDS, MOST_RANGES, merge, share

DURATION = 600.0
SECONDS = st.integers(-500, 6500).map(lambda tenths: tenths / 10)
RANGES = st.lists(st.tuples(SECONDS, SECONDS), max_size=40)


def union(*lists):
    return merge([one for ranges in lists for one in ranges], duration=DURATION)


@given(RANGES, RANGES, RANGES)
def test_the_order_of_what_was_watched_does_not_matter(a, b, c):
    assert union(union(a, b), c) == union(a, union(b, c)) == union(c, b, a)


@given(RANGES)
def test_telling_it_twice_changes_nothing(ranges):
    once = union(ranges)
    assert union(once) == union(once, ranges) == once


@given(RANGES)
def test_what_is_kept_is_in_order_apart_and_inside(ranges):
    kept = union(ranges)
    assert all(0 <= start < end <= DURATION for start, end in kept)
    assert all(later[0] - earlier[1] > BRIDGED_SECONDS for earlier, later in pairwise(kept))


@given(RANGES, RANGES)
def test_watching_more_never_lowers_the_share(before, more):
    assert 0 <= share(before, duration=DURATION) <= share(union(before, more), duration=DURATION) <= 1


@given(st.lists(st.integers(0, 1998), min_size=MOST_RANGES, max_size=600, unique=True))
def test_however_often_somebody_jumps_no_more_is_kept_than_fits_and_nothing_is_lost(jumps):
    duration = 2000.0
    kept = merge([(second, second + 0.3) for second in jumps], duration=duration)
    assert len(kept) <= MOST_RANGES
    assert all(any(start <= second and second + 0.3 <= end + 0.05 for start, end in kept) for second in jumps)


def test_shares():
    assert share([(0, 30), (20, 60)], duration=120) == 0.5
    assert share([(0, 119.8)], duration=120) == 1.0
    assert share([(0, 60)], duration=0) == 0.0
