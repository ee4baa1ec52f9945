import pytest

from lms.access.rules import tables
from lms.access.rules.tables import UnusableTable, read_table


def read(data: bytes, **options):
    table = read_table(data, columns=("a", "b"), **options)
    return [table.header, *((row.line, *row.values) for row in table.rows)]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"a,b\n1,2\n", [(2, "1", "2")]),
        (b"b,a\n1,2", [(2, "1", "2")]),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n\r\n\r\n", [(2, "1", "2")]),
        (b'"a","b"\n"1\n1",2\n,\n', [(2, "1\n1", "2"), (4, "", "")]),
        (b"a,b\n", []),
    ],
)
def test_a_table_is_read_with_the_line_of_each_row(data, rows):
    assert read(data)[1:] == rows


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Line 1: the header is missing"),
        (b"\n\n", "Line 1: the header is missing"),
        (b"1,2\n", "Line 1: the header has no column called “a”"),
        (b"A,b\n", "Line 1: the header has no column called “a”"),
        (b"a;b\n", "Line 1: the header has no column called “a”"),
        (b"a,b,a\n", "Line 1: the header names the column “a” more than once"),
        (b"a,b,c\n", "Line 1: the header has a column “c”"),
        (b"a,b,\n", "Line 1: the header has a column “”"),
        (b"a,b\n1\n", "Line 2: the header has 2 columns, and this row has 1"),
        (b"a,b\n1,2\n1,2,3\n", "Line 3: the header has 2 columns, and this row has 3"),
        (b"a,b\n1,2\n\n1,2\n", "Line 3: the line is empty"),
        (b'a,b\n"1\n\n1",2\n"1"x,2\n', "Line 5: the row cannot be read"),
        (b'a,b\n1,"2\n3\n4\n', "Line 2: the row cannot be read"),
        (b"a,b\n1,2\n1,\xff\n", "Line 3: the text is not UTF-8"),
        (b"a,b\n1,\0\n", "Line 2: there is a NUL character"),
        (b"a,b\n1," + b"x" * 200_000 + b"\n", "Line 2: the row cannot be read"),
        (b"\x00a\x00,\x00b", "Line 1: there is a NUL character"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(data, said):
    with pytest.raises(UnusableTable) as refusal:
        read(data)
    assert str(refusal.value).startswith(said)
    assert str(refusal.value).count("\n") == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(tables, "LARGEST_FILE", 10)
    with pytest.raises(UnusableTable, match="larger than 10 bytes"):
        read(b"a,b\n" + b"1,2\n" * 3)


def test_further_columns_are_kept_where_they_may_be():
    assert read(b"a,note,b\n1,x,2\n", may_have_more=True)[1:] == [(2, "1", "x", "2")]
