from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.operations.loading.located_yaml import YamlProblem, parse_yaml


def test_places_know_their_lines():
    source = parse_yaml('title: "A"\nlist:\n  - {id: x}\n  - id: y\n    text: z\n', first_line=2)
    assert source.value == {"title": "A", "list": ({"id": "x"}, {"id": "y", "text": "z"})}
    assert source.line_of(("list", 1, "text")) == 6
    assert source.line_of(("list", 1, "unknown")) == 5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1, 2\n", 3),
        ("a: 1\n\tb: 2\n", 2),
        ("a: &x [1]\nb: 2\n", 1),
        ("a: 1\nb: *x\n", 2),
        ("a: 1\nb: !!python/object/apply:os.system [echo]\n", 2),
        ("a: 1\nb: !!binary aGVsbG8=\n", 2),
        ("a: 1\na: 2\n", 2),
        ("a: 1\n2: b\n", 2),
        ("a: 1\nb: 2026-13-45\n", 2),
        ("a: 1\nb: " + "9" * 5000 + "\n", 2),
        ("a: 1\nb: " + "[" * 50_000 + "\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
    ],
)
def test_bad_yaml_is_refused_on_its_line(text, line):
    with pytest.raises(YamlProblem) as refused:
        parse_yaml(text)
    assert refused.value.line == line


def test_ten_lines_do_not_become_gigabytes():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    with pytest.raises(YamlProblem, match="aliases"):
        parse_yaml(bomb)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with suppress(YamlProblem):
        assert parse_yaml(text).line_of(("nowhere",)) >= 1
