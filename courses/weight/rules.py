"""What a lesson may weigh. Bytes as they are served; kB means 1,000 of them."""

from collections.abc import Sequence
from dataclasses import dataclass

AROUND_BYTES = 9_200  # of a lesson's page besides its text: its style, what stands above, beside and below
MOST_OF_A_PAGE = 14_600  # what a server may send before it is answered: ten packets, 2.9 s at 50 kbit/s
MOST_OF_A_PICTURE = 60_000
MOST_OF_PICTURES = 150_000  # of one lesson: 3 s at 400 kbit/s


@dataclass(frozen=True)
class Weight:
    """What a lesson weighs. pictures, recordings: title and bytes of each; of a recording, of its smallest file."""

    text_bytes: int
    script_bytes: int
    pictures: tuple[tuple[str, int], ...] = ()
    recordings: tuple[tuple[str, int], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Say whether all recordings are prepared; one that is not is told as 0 bytes."""
        return all(size for _, size in self.recordings)

    @property
    def page_bytes(self) -> int:
        return self.text_bytes + AROUND_BYTES

    @property
    def pictures_bytes(self) -> int:
        return sum(size for _, size in self.pictures)

    @property
    def recordings_bytes(self) -> int:
        return sum(size for _, size in self.recordings)


@dataclass(frozen=True)
class Cost:
    """What reading costs somebody who pays by the megabyte. recordings_bytes: what watching costs beside it."""

    reading_bytes: int
    recordings_bytes: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.reading_bytes + other.reading_bytes, self.recordings_bytes + other.recordings_bytes)


def breaks_budget(weight: Weight) -> bool:
    """Say whether a lesson is too heavy for a thin line. Recordings are not counted: they load only when asked for."""
    return (
        weight.page_bytes > MOST_OF_A_PAGE
        or weight.pictures_bytes > MOST_OF_PICTURES
        or any(size > MOST_OF_A_PICTURE for _, size in weight.pictures)
    )


def in_all(costs: Sequence[Cost]) -> Cost:
    return sum(costs, start=Cost(0, 0))


def in_megabytes(size_bytes: int) -> tuple[float, int]:
    """Return a size in megabytes and how many decimals tell it: two digits that count, and never 0."""
    megabytes = max(size_bytes / 1_000_000, 0.01)
    return megabytes, 2 if megabytes < 0.995 else 1 if megabytes < 9.95 else 0
