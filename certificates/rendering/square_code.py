"""Square codes (QR): drawn by zxing-cpp in a millisecond, as a shape that the page can take in."""

import re
from dataclasses import dataclass
from typing import Any, cast

import zxingcpp

LEVELS = ("M", "L")  # what can be put right: 15 and 7 hundredths of the code
_DARK_RUN = re.compile(b"\x00+")


@dataclass(frozen=True)
class SquareCode:
    """A code as rows of bytes, one a square: 0 is dark, 255 light."""

    rows: tuple[bytes, ...]

    @property
    def modules(self) -> int:
        """How many squares stand along each side."""
        return len(self.rows)

    @property
    def svg(self) -> str:
        """A drawing in which a square is one unit, with no quiet zone around."""
        runs = (
            f"M{run.start()} {y}h{run.end() - run.start()}v1h{run.start() - run.end()}z"
            for y, row in enumerate(self.rows)
            for run in _DARK_RUN.finditer(row)
        )
        side = self.modules
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
            f'<path fill="#14221d" d="{"".join(runs)}"/></svg>'
        )


def square_code(text: str, level: str) -> SquareCode:
    """Return the smallest code of a level that holds a text. Raises ValueError if none does."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    image = code.to_image(scale=1, add_quiet_zones=False)
    # One byte a square, row after row; its types do not say that an image is a buffer.
    side, cells = image.shape[0], bytes(cast(Any, image))
    return SquareCode(tuple(cells[start : start + side] for start in range(0, side * side, side)))
