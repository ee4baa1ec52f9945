from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from lms.lib.tables import Mark, as_csv, as_xlsx, escape_cell, stream_csv


@given(st.text(max_size=20))
def test_no_spreadsheet_takes_an_escaped_text_for_a_formula(text):
    assert not escape_cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", " =cmd|' /C calc'!A0"])
def test_a_formula_keeps_its_text_behind_an_apostrophe(text):
    assert escape_cell(text) == f"'{text}"


def test_an_ordinary_name_is_not_touched():
    assert escape_cell("Côte d’Ivoire") == "Côte d’Ivoire"


def test_a_table_line_by_line_is_the_same_as_whole():
    lines = [["Ama", 1], ["=1+1", 2]]
    assert b"".join(stream_csv(["Name", "Number"], iter(lines))) == as_csv(["Name", "Number"], lines)


def test_a_workbook_holds_any_name_and_no_formula():
    workbook = load_workbook(BytesIO(as_xlsx(["Name"], [["=1+1"], ["A\x00\x0bB"], ["محمد"]], title="Names")))
    assert [cell.value for cell in workbook["Names"]["A"]] == ["Name", "'=1+1", "AB", "محمد"]


def test_a_mark_heads_a_last_column_and_nothing_adds_up_otherwise():
    mark = Mark("=Ama", datetime(2026, 11, 28, 9, tzinfo=UTC), '=Made for "Ama"')
    lines = as_csv(["Name", "Number"], [["Ama", 1]], mark=mark).decode("utf-8-sig").splitlines()
    assert lines == ['Name,Number,"\'=Made for ""Ama"""', "Ama,1,"]


def test_a_workbook_says_for_whom_it_was_made_and_when():
    mark = Mark("=Ama\x00", datetime(2026, 11, 28, 9, tzinfo=UTC), "=Made for Ama")
    workbook = load_workbook(BytesIO(as_xlsx(["Name"], [["Bea"]], title="Names", mark=mark)))
    assert [list(sheet.values) for sheet in workbook] == [[("Name",), ("Bea",)], [("'=Made for Ama",)]]
    assert workbook.properties.creator == "'=Ama"
    assert workbook.properties.created.isoformat() == "2026-11-28T09:00:00"
