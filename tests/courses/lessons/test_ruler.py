import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courses.lessons.ruler import GROUP, index_of, lay_out, position_of, residues_in, strange_letters, stretch

starts = st.integers(-300, 300).filter(bool)
sequences = st.text("ACGT", max_size=95)


def letters(groups):
    return "".join(piece.text for group in groups for piece in group.pieces)


@example("AA", [(0, 0)], 2)  # a range that ends before the sequence begins
@given(sequences, st.lists(st.tuples(st.integers(-400, 400), st.integers(-400, 400))), starts)
def test_laying_out_neither_adds_nor_loses_a_letter(residues, marked, start):
    assert letters(lay_out(residues, marked, starts_at=start)) == residues


@given(sequences, st.integers(0, 94), st.integers(0, 94), starts)
def test_exactly_the_range_is_marked(residues, one, other, start):
    begin, end = sorted((one, other))
    first, last = position_of(begin, starts_at=start), position_of(end, starts_at=start)
    groups = lay_out(residues, [(first, last)], starts_at=start)
    marked = "".join(piece.text for group in groups for piece in group.pieces if piece.is_marked)
    assert marked == residues[begin : end + 1] == stretch(residues, first, last, starts_at=start)


@given(st.integers(0, 1000), starts)
def test_positions_go_both_ways_and_leave_out_zero(index, start):
    position = position_of(index, starts_at=start)
    assert position != 0
    assert index_of(position, starts_at=start) == index


def test_each_group_says_where_it_begins():
    groups = lay_out("A" * 25, [], starts_at=-12)
    assert [group.position for group in groups] == [-12, -2, 9]
    assert [len(group.pieces[0].text) for group in groups] == [GROUP, GROUP, 5]


def test_a_pasted_genbank_record_loses_its_numbers_and_spaces():
    assert residues_in("    1 atgaaa tttGGG\n   13 CCC\r\n") == "atgaaatttGGGCCC"


@pytest.mark.parametrize(
    ("text", "kind", "strange"),
    [
        ("ACGTNn-", "dna", []),
        ("ACGU", "dna", ["U"]),
        ("acgu", "rna", []),
        ("MKFG*", "protein", []),
        (">x1;<", "protein", [">", "1", ";", "<"]),
    ],
)
def test_letters_that_are_no_residues_are_found(text, kind, strange):
    assert strange_letters(text, kind) == strange
