import pytest
import zxingcpp
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from PIL import Image

from certificates.rendering.square_code import LEVELS, SquareCode, square_code


def picture_of(code: SquareCode) -> Image.Image:
    drawn = Image.frombytes("L", (code.modules, code.modules), b"".join(code.rows))
    drawn = drawn.resize((3 * code.modules,) * 2, Image.NEAREST)
    page = Image.new("L", (3 * code.modules + 24,) * 2, 255)
    page.paste(drawn, (12, 12))
    return page


@example_settings(max_examples=40, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=900), st.sampled_from(LEVELS))
def test_what_is_written_is_read(text, level):
    read = zxingcpp.read_barcode(picture_of(square_code(text, level)))
    assert (read.text, read.ec_level) == (text, level)


def test_the_drawing_has_a_shape_for_each_dark_run():
    code = square_code("https://genomed.example/v/7Q312K8M4TR6", "M")
    assert code.svg.count("M0 0h7v1h-7z") == 1  # the upper edge of the first corner
    assert code.modules == 29


def test_more_than_a_code_can_hold_is_refused():
    with pytest.raises(ValueError, match="too long"):
        square_code("x" * 4000, "L")
