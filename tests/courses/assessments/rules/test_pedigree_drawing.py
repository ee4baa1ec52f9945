from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.assessments.rules.pedigree import drawing_of, family_of
from courses.assessments.rules.pedigree.drawing import HALF, are_related, crossings_of
from tests.courses.assessments.rules.test_content_pack import QUESTIONS
from tests.courses.assessments.rules.test_pedigree import families, person

PACK = {question["id"]: question["members"] for question in QUESTIONS if question["type"] == "pedigree"}


def family(**parents_of):
    """Members from name="father mother" (either may be "-", for not named); names in capitals are women."""
    return [
        person(
            name, "F" if name.isupper() else "M", None, *(None if parent == "-" else parent for parent in pair.split())
        )
        for name, pair in parents_of.items()
    ]


USUAL = {
    **PACK,
    "one person": family(a="- -"),
    "cousins": family(
        a="- -", B="- -", C="a B", d="- -", e="a B", F="- -", g="d C", H="d C", I="e F", j="e F", K="g I", l="g I"
    ),
    "uncle and niece": family(a="- -", B="- -", c="a B", D="a B", e="- -", F="e D", g="e D", h="c F"),
    "brother and sister": family(a="- -", B="- -", c="a B", D="a B", E="c D", f="c D"),
    "two partners": family(a="- -", B="- -", C="- -", d="a B", E="a B", f="a C"),
    "parents of both": family(
        a="- -", B="- -", c="- -", D="- -", E="a B", f="a B", g="a B", H="c D", I="c D", j="c D", K="f I", l="f I"
    ),
    "one parent named": family(a="- -", B="a -", c="a -", D="- B"),
    "parents of the grandmother": family(
        a="- -", B="- -", c="a B", D="- -", e="c D", f="- -", G="- -", H="f G", i="e H", J="c D"
    ),
}


def drawn(members):
    return drawing_of(family_of({"members": members}))


def assert_nobody_overlaps(drawing):
    for one, other in combinations(drawing.symbols, 2):
        assert abs(one.x - other.x) >= 3 * HALF or abs(one.y - other.y) >= 4 * HALF
    for symbol in drawing.symbols:
        assert 2 * HALF <= symbol.x <= drawing.width - 2 * HALF
        assert 2 * HALF <= symbol.y <= drawing.height - 2 * HALF


def touches(point, line):
    x, y = point
    return any(
        min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2) for (x1, y1), (x2, y2) in pairwise(line)
    )


def joined_to(start, lines):
    """Return every line that hangs together with one, end on line."""
    found, waiting = {start}, [start]
    while waiting:
        line = waiting.pop()
        for other in lines:
            if other not in found and (
                any(touches(end, other) for end in (line[0], line[-1]))
                or any(touches(end, line) for end in (other[0], other[-1]))
            ):
                found.add(other)
                waiting.append(other)
    return found


def people_at(drawing, lines):
    """Return who has one of the lines beginning or ending at their side."""
    ends = {end for line in lines for end in (line[0], line[-1])}
    return {
        symbol.person.id
        for symbol in drawing.symbols
        if any(abs(x - symbol.x) == HALF and abs(y - symbol.y) <= 2 for x, y in ends)
    }


def lines_to(drawing, person_id):
    [symbol] = [symbol for symbol in drawing.symbols if symbol.person.id == person_id]
    at_top = [line for line in drawing.lines if abs(line[-1][0] - symbol.x) < HALF and line[-1][1] == symbol.y - HALF]
    return joined_to(at_top[0], drawing.lines)


@pytest.mark.parametrize("members", USUAL.values(), ids=USUAL)
def test_in_usual_families_lines_do_not_cross_and_each_child_hangs_from_its_parents_alone(members):
    drawing = drawn(members)
    assert_nobody_overlaps(drawing)
    assert crossings_of(drawing) == 0
    for symbol in drawing.symbols:
        if symbol.person.parents:
            assert people_at(drawing, lines_to(drawing, symbol.person.id)) == set(symbol.person.parents)


@st.composite
def descendants(draw):
    """A couple, their descendants, and partners who marry in: three or four generations."""
    members = [person("p0", "M"), person("p1", "F")]
    couples = [("p0", "p1")]
    for _generation in range(draw(st.integers(1, 3))):
        following = []
        for father, mother in couples:
            for _child in range(draw(st.integers(1, 3))):
                sex, name = draw(st.sampled_from("MF")), f"p{len(members)}"
                members.append(person(name, sex, None, father, mother))
                if draw(st.booleans()):
                    partner = f"p{len(members)}"
                    members.append(person(partner, "F" if sex == "M" else "M"))
                    following.append((name, partner) if sex == "M" else (partner, name))
        couples = following[:4]
    return members[:60]


@settings(deadline=None)
@given(descendants())
def test_lines_of_one_couples_descendants_never_cross(members):
    drawing = drawn(members)
    assert_nobody_overlaps(drawing)
    assert crossings_of(drawing) == 0


@settings(deadline=None)
@given(families(most=12))
def test_in_any_family_nobody_stands_upon_another_and_children_hang_below_their_parents(item):
    drawing = drawing_of(family_of(item))
    assert_nobody_overlaps(drawing)
    assert {symbol.person.id for symbol in drawing.symbols} == {member["id"] for member in item["members"]}
    y_of = {symbol.person.id: symbol.y for symbol in drawing.symbols}
    for symbol in drawing.symbols:
        if symbol.person.parents:
            assert all(y_of[parent] < symbol.y for parent in symbol.person.parents)
            assert people_at(drawing, lines_to(drawing, symbol.person.id)) >= set(symbol.person.parents)


@settings(deadline=None, max_examples=20)
@given(families(most=12))
def test_the_same_family_is_drawn_the_same(item):
    assert drawing_of(family_of(item)) == drawing_of(family_of(item))


def test_partners_stand_beside_each_other_and_founders_right_above_their_children():
    rows = {symbol.person.id: symbol.y for symbol in drawn(USUAL["parents of the grandmother"]).symbols}
    assert rows["a"] == rows["B"] < rows["c"] == rows["D"] == rows["f"] == rows["G"] < rows["e"] == rows["H"]


@pytest.mark.parametrize(
    ("name", "partners", "expected"),
    [
        ("cousins", ("g", "I"), True),
        ("cousins", ("d", "C"), False),
        ("uncle and niece", ("c", "F"), True),
        ("brother and sister", ("c", "D"), True),
        ("parents of both", ("f", "I"), False),
    ],
)
def test_a_double_line_joins_related_partners(name, partners, expected):
    drawing = drawn(USUAL[name])
    assert are_related(family_of({"members": USUAL[name]}), *partners) == expected
    places = {symbol.person.id: symbol for symbol in drawing.symbols}
    left, right = sorted((places[partner] for partner in partners), key=lambda symbol: symbol.x)
    ends = [(left.x + HALF, right.x - HALF, left.y + shift) for shift in (-2, 0, 2)]
    found = [(line[0][0], line[-1][0], line[0][1]) in ends for line in drawing.lines if len(line) == 2]
    assert sum(found) == (2 if expected else 1)


def test_long_names_are_cut_short_and_given_room():
    drawing = drawn(family(**{"a" * 30: "- -", "B" * 30: "- -", "c": f"{'a' * 30} {'B' * 30}"}))
    one, other, _child = drawing.symbols
    assert one.label == "a" * 11 + "…"
    assert abs(one.x - other.x) >= 7 * 12
