import pytest
from hypothesis import given

from courses.offline.elsewhere.plain import WIDTH, as_plain_text
from tests.courses.offline.elsewhere.test_xhtml import pieces

SITE = "https://academy.example.org/courses/one/lesson/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>One\n  line</p>  <p>Two &amp; three</p>", "One line\n\nTwo & three"),
        ("<h2>Exons</h2>tail", "Exons\n=====\n\ntail"),
        ("<ul><li>a<li><p>b</p></ul>", "- a\n- b"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<table><tr><th>Gene<th>Drug<tr><td>A<td><b>B</b></table>", "Gene | Drug\n\nA | B"),
        (
            '<a href="../two/">Two</a> and <a href="#r">[1]</a>',
            "Two <https://academy.example.org/courses/one/two/> and [1]",
        ),
        ('<figure><img src="a" alt="A gel"><figcaption>Figure 1.</figcaption></figure>', "[A gel]\n\nFigure 1."),
        ("<p>on<script>bad()</script>wards</p><form>x</form>", "onwards"),
    ],
)
def test_what_is_said_is_kept(text, expected):
    assert as_plain_text(text, site=SITE) == f"{expected}\n"


def test_lines_are_broken_between_words_and_items_stay_in_line():
    lines = as_plain_text(f"<ul><li>{'word ' * 40}</ul>", site=SITE).splitlines()
    assert len(lines) > 2
    assert all(len(line) <= WIDTH for line in lines)
    assert [line[:2] for line in lines] == ["- ", *["  "] * (len(lines) - 1)]


@given(pieces)
def test_any_text_can_be_said(text):
    assert as_plain_text(text, site=SITE).endswith("\n")
