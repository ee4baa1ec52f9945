import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from PIL import Image

from certificates.rendering.square_code import LEVELS, SquareCode, square_code

LONGEST = {"L": 1273, "M": 997}


def picture_of(code: SquareCode) -> Image.Image:
    cells = bytes(255 * (cell == "0") for row in code.rows for cell in row)
    drawn = Image.frombytes("L", (code.modules, code.modules), cells).resize((3 * code.modules,) * 2, Image.NEAREST)
    page = Image.new("L", (3 * code.modules + 24,) * 2, 255)
    page.paste(drawn, (12, 12))
    return page


@example_settings(max_examples=40, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=900), st.sampled_from(LEVELS))
def test_what_is_written_is_read(text, level):
    read = zxingcpp.read_barcode(picture_of(square_code(text, level)))
    assert (read.text, read.ec_level) == (text, level)


@pytest.mark.parametrize("level", LEVELS)
def test_every_version_is_drawn_as_another_implementation_draws_it(level):
    """Filled to the last byte, since what fills up the rest carries nothing and may differ."""
    lengths = [length for length in range(1, LONGEST[level] + 1) if _is_full(length, level)]
    assert len(lengths) == 25
    for length in lengths:
        text = ("https://genomed.example/v/7Q312K8M4TR6#" * 40)[:length]
        other = segno.make(text, error=level, mask=0, boost_error=False, micro=False, mode="byte")
        assert square_code(text, level).rows == tuple("".join(map(str, row)) for row in other.matrix)


def _is_full(length: int, level: str) -> bool:
    if length == LONGEST[level]:
        return True
    return square_code("x" * length, level).modules < square_code("x" * (length + 1), level).modules


def test_more_than_a_code_can_hold_is_refused():
    with pytest.raises(ValueError, match="1274 bytes"):
        square_code("x" * 1274, "L")
