import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deploy import world_map

longitudes, latitudes = st.integers(-180, 180), st.integers(-80, 80)

# Two squares side by side: the arc 0 is their common border, 1 and 2 are the rest of each.
NEIGHBOURS = {
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [[[20, 0], [0, 20]], [[20, 20], [-20, 0], [0, -20], [20, 0]], [[20, 0], [20, 0], [0, 20], [-20, 0]]],
}


def topology(*geometries):
    return world_map.Topology({**NEIGHBOURS, "objects": {"countries": {"geometries": list(geometries)}}})


def square(arcs, name, **more):
    return {"type": "Polygon", "arcs": [arcs], "properties": {"name": name}, **more}


def test_neighbours_share_their_border():
    rings = topology(square([0, 1], "A", id="004"), square([2, ~0], "B", id="008")).countries()
    assert {(20, 0), (20, 20)} <= set(rings["AF"][0]) & set(rings["AL"][0])


def test_parts_of_one_country_are_joined_without_a_line_between():
    (ring,) = topology(square([0, 1], "Somalia", id="706"), square([2, ~0], "Somaliland")).countries()["SO"]
    assert ring[0] == ring[-1]
    assert {(0, 0), (0, 20), (40, 0), (40, 20)} <= set(ring)
    assert not any({one, other} == {(20, 0), (20, 20)} for one, other in pairwise(ring))


@given(st.lists(st.tuples(longitudes, latitudes), min_size=2, max_size=30))
def test_thinning_out_keeps_the_ends_and_adds_nothing(points):
    kept = world_map.thin_out(points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    remaining = iter(points)
    assert all(point in remaining for point in kept)


@given(st.lists(st.tuples(longitudes, latitudes), min_size=1, max_size=30))
def test_no_line_runs_round_the_world(points):
    line = world_map.unwrapped(points)
    assert all(abs(one[0] - other[0]) <= 180 for one, other in pairwise(line))
    assert all((x - y[0]) % 360 == 0 for (x, _), y in zip(line, points, strict=True))


def test_the_projection_is_equal_earth():
    x, y = world_map.equal_earth(180, 0)
    assert abs(x - 2.7066) < 1e-4
    assert y == 0
    assert abs(x / world_map.equal_earth(0, 90)[1] - 2.05458) < 1e-4  # the paper's ratio of width to height


def test_the_drawing_that_is_committed_names_its_source():
    world = json.loads(world_map.TARGET.read_text())
    assert world_map.VERSION in world["source"]
    assert world["width"] == world_map.WIDTH
