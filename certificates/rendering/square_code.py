"""Square codes (QR), fast enough to stand on a certificate that is made in a hundredth of a second.

Bytes only, up to version 25, and always the same mask: any is right to read, and trying all eight, as the standard asks
of who prints them, takes longer than setting the whole page. Tests compare each version with another implementation.
Source of tables and order: ISO/IEC 18004:2015, tables 1, 9 and E.1.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from operator import itemgetter

LEVELS = ("M", "L")  # what can be put right: 15 and 7 hundredths of the code
_FORMAT_BITS = {"M": 0b00, "L": 0b01}
# For versions 1 to 25: check bytes in a block, and blocks.
_CHECK_BYTES = {
    "L": (7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26),
    "M": (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28),
}
_BLOCKS = {
    "L": (1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12),
    "M": (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21),
}
_VERSIONS = range(1, 26)
_DARK_RUN = re.compile("1+")


@dataclass(frozen=True)
class SquareCode:
    """A code as rows of "0" and "1", 1 being dark."""

    rows: tuple[str, ...]

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
    data = text.encode()
    version = next((version for version in _VERSIONS if len(data) <= _room(version, level)), None)
    if version is None:
        raise ValueError(f"{len(data)} bytes are too many for a square code")
    frame = _frame(version, level)
    message = _with_check_bytes(_padded(data, version, level), version, level)
    bits = int.from_bytes(message) << frame.spare ^ frame.mask
    taken = itemgetter(*frame.sources)(f"{bits:0{len(message) * 8 + frame.spare}b}" + "01")
    cells = "".join(taken)
    side = _side(version)
    return SquareCode(tuple(cells[start : start + side] for start in range(0, side * side, side)))


def _side(version: int) -> int:
    return 17 + 4 * version


def _data_bytes(version: int, level: str) -> int:
    return len(_frame(version, level).order) // 8 - _CHECK_BYTES[level][version - 1] * _BLOCKS[level][version - 1]


@cache
def _room(version: int, level: str) -> int:
    return _data_bytes(version, level) - (2 if version < 10 else 3)


def _padded(data: bytes, version: int, level: str) -> bytes:
    """Return mode, length, data and end as bytes, filled up with the standard's own."""
    length_bits = 8 if version < 10 else 16
    bits = (0b0100 << length_bits | len(data)) << 8 * len(data) | int.from_bytes(data)
    room = _data_bytes(version, level)
    packed = (bits << 4).to_bytes(len(data) + 1 + length_bits // 8)
    return packed + (b"\xec\x11" * room)[: room - len(packed)]


def _with_check_bytes(data: bytes, version: int, level: str) -> bytes:
    """Return blocks of data and of their check bytes, each interleaved byte by byte."""
    blocks, checks = _BLOCKS[level][version - 1], _CHECK_BYTES[level][version - 1]
    short, longer = divmod(len(data), blocks)
    lengths = [short] * (blocks - longer) + [short + 1] * longer
    starts = [sum(lengths[:n]) for n in range(blocks)]
    parts = [data[start : start + length] for start, length in zip(starts, lengths, strict=True)]
    both = (parts, [_check_bytes(part, checks) for part in parts])
    return bytes(byte for some in both for column in zip_longest(*some) for byte in column if byte is not None)


def _check_bytes(data: bytes, count: int) -> bytes:
    multiples = _multiples_of_generator(count)
    shift, whole = 8 * (count - 1), (1 << 8 * (count - 1)) - 1
    rest = 0
    for byte in data:
        rest = (rest & whole) << 8 ^ multiples[byte ^ rest >> shift]
    return rest.to_bytes(count)


@cache
def _multiples_of_generator(count: int) -> list[int]:
    """Return, for each byte, the polynomial of that degree times it, its leading term left out, as one number."""
    powers = [1]
    for _ in range(254):
        powers.append(powers[-1] << 1 ^ (0x11D if powers[-1] & 0x80 else 0))
    logs = {power: n for n, power in enumerate(powers)}

    def times(a: int, b: int) -> int:
        return powers[(logs[a] + logs[b]) % 255] if a and b else 0

    generator = [1]
    for n in range(count):
        shifted, scaled = [*generator, 0], [0, *(times(term, powers[n]) for term in generator)]
        generator = [a ^ b for a, b in zip(shifted, scaled, strict=True)]
    return [int.from_bytes(bytes(times(term, byte) for term in generator[1:])) for byte in range(256)]


@dataclass(frozen=True)
class _Frame:
    """What all codes of a version and level have in common.

    order: cells of the message, as it is read. spare: cells after its last byte. mask: what turns some of its bits over.
    sources: for each cell of the code, which character of the message's bits followed by "01" stands there.
    """

    order: tuple[int, ...]
    spare: int
    mask: int
    sources: tuple[int, ...]


@cache
def _frame(version: int, level: str) -> _Frame:
    side = _side(version)
    fixed = _fixed_cells(version, level)
    columns = [right for right in range(side - 1, 0, -2) if right > 6] + [5, 3, 1]
    order = []
    for number, right in enumerate(columns):
        rows = range(side) if number % 2 else range(side - 1, -1, -1)
        order += [(row, column) for row in rows for column in (right, right - 1) if (row, column) not in fixed]
    # Mask 0: cells whose row and column add up to an even number.
    mask = int("".join("01"[(row + column) % 2 == 0] for row, column in order), 2)
    place = {cell: n for n, cell in enumerate(order)}
    sources = tuple(
        place[cell] if cell in place else len(order) + fixed[cell]
        for cell in ((row, column) for row in range(side) for column in range(side))
    )
    flat = tuple(row * side + column for row, column in order)
    return _Frame(order=flat, spare=len(order) % 8, mask=mask, sources=sources)


def _fixed_cells(version: int, level: str) -> dict[tuple[int, int], int]:
    """Return the cells that say where the code is and how it is written, 1 being dark."""
    side = _side(version)
    cells: dict[tuple[int, int], int] = {}
    for n in range(side):
        cells[6, n] = cells[n, 6] = 1 - n % 2
    for row, column in _alignments(version):
        for y in range(-2, 3):
            for x in range(-2, 3):
                cells[row + y, column + x] = int(max(abs(y), abs(x)) != 1)
    for row, column in ((3, 3), (3, side - 4), (side - 4, 3)):
        for y in range(-4, 5):
            for x in range(-4, 5):
                if 0 <= row + y < side and 0 <= column + x < side:
                    cells[row + y, column + x] = int(max(abs(y), abs(x)) not in (2, 4))
    told = _with_remainder(_FORMAT_BITS[level] << 3, 10, 0x537) ^ 0x5412
    around = [*((n, 8) for n in (0, 1, 2, 3, 4, 5, 7, 8)), (8, 7), *((8, n) for n in range(5, -1, -1))]
    apart = [*((8, side - 1 - n) for n in range(8)), *((side - 7 + n, 8) for n in range(7))]
    for n, (first, second) in enumerate(zip(around, apart, strict=True)):
        cells[first] = cells[second] = told >> n & 1
    cells[side - 8, 8] = 1
    if version >= 7:
        told = _with_remainder(version, 12, 0x1F25)
        for n in range(18):
            cells[n // 3, side - 11 + n % 3] = cells[side - 11 + n % 3, n // 3] = told >> n & 1
    return cells


def _alignments(version: int) -> list[tuple[int, int]]:
    if version == 1:
        return []
    count = version // 7 + 2
    step = (version * 8 + count * 3 + 5) // (count * 4 - 4) * 2
    at = [6, *(_side(version) - 7 - n * step for n in range(count - 2, -1, -1))]
    corners = {(6, 6), (6, at[-1]), (at[-1], 6)}
    return [(row, column) for row in at for column in at if (row, column) not in corners]


def _with_remainder(value: int, bits: int, generator: int) -> int:
    rest = value
    for _ in range(bits):
        rest = rest << 1 ^ (rest >> bits - 1) * generator
    return value << bits | rest & (1 << bits) - 1
