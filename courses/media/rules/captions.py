"""WebVTT, the format of captions. Source: https://www.w3.org/TR/webvtt1/ (file structure, cue timings, cue text)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from html import unescape

LONGEST_FILE = 1_000_000  # characters
MOST_CUES = 10_000
PAUSE_SECONDS = 2.0  # a silence this long begins a new paragraph of the transcript

_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMINGS = re.compile(rf"^{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+(?P<settings>[\w:%.,\- \t]*))?$")
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"<[^>]*>")


class Problem(Enum):
    """Why a text is no captions file."""

    TOO_LONG = "too long"
    NO_HEADER = "no header"
    NO_CUES = "no cues"
    TOO_MANY_CUES = "too many cues"
    TIMINGS = "timings"
    BACKWARDS = "backwards"
    OUT_OF_ORDER = "out of order"
    EMPTY_CUE = "empty cue"


class NotCaptions(Exception):
    """A text that is not WebVTT. line: counted from 1; problem: what is wrong there."""

    def __init__(self, problem: Problem, line: int = 1):
        super().__init__(problem, line)
        self.problem, self.line = problem, line


@dataclass(frozen=True)
class Cue:
    """One caption. start, end: seconds; text: WebVTT cue text, of one or more lines; settings: such as "align:start"."""

    start: float
    end: float
    text: str
    settings: str = ""

    @property
    def plain(self) -> str:
        """The words alone, with who says them."""
        named = _VOICE.sub(lambda voice: f"{voice[1].strip()}: ", self.text)
        return " ".join(unescape(_TAG.sub("", named)).split())


def read_captions(text: str) -> list[Cue]:
    """Return the cues of a WebVTT file; notes, styles and regions are left out. Raises NotCaptions."""
    if len(text) > LONGEST_FILE:
        raise NotCaptions(Problem.TOO_LONG)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.match(r"^WEBVTT(?:[ \t].*)?$", lines[0]):
        raise NotCaptions(Problem.NO_HEADER)
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if re.match(r"^(NOTE|STYLE|REGION)(?:[ \t].*)?$", block[0]):
            continue
        cue = _read_cue(number, block)
        if cues and cue.start < cues[-1].start:
            raise NotCaptions(Problem.OUT_OF_ORDER, number)
        cues.append(cue)
        if len(cues) > MOST_CUES:
            raise NotCaptions(Problem.TOO_MANY_CUES, number)
    if not cues:
        raise NotCaptions(Problem.NO_CUES, len(lines))
    return cues


def write_captions(cues: Sequence[Cue]) -> str:
    """Return the cues as a WebVTT file."""
    blocks = [f"{_time(cue.start)} --> {_time(cue.end)} {cue.settings}".rstrip() + f"\n{cue.text}" for cue in cues]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def transcript_of(cues: Sequence[Cue]) -> str:
    """Return what the captions say as paragraphs, divided where there is a pause or somebody else speaks."""
    paragraphs: list[list[str]] = []
    ended = 0.0
    for cue in cues:
        if not paragraphs or cue.start - ended >= PAUSE_SECONDS or _VOICE.match(cue.text):
            paragraphs.append([])
        paragraphs[-1].append(cue.plain)
        ended = cue.end
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each run of lines between blank ones, after the header's own, with the number of its first line."""
    after_header = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    block: list[str] = []
    for number, line in enumerate([*lines[after_header:], ""], start=after_header + 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _read_cue(number: int, block: Sequence[str]) -> Cue:
    at = 0 if "-->" in block[0] else 1  # a name for the cue may stand before its timings
    match = _TIMINGS.match(block[at].strip()) if at < len(block) else None
    if match is None:
        raise NotCaptions(Problem.TIMINGS, number + min(at, len(block) - 1))
    start, end = _seconds(*match.groups()[:4]), _seconds(*match.groups()[4:8])
    if end <= start:
        raise NotCaptions(Problem.BACKWARDS, number + at)
    text = "\n".join(line.strip() for line in block[at + 1 :])
    if not text or "-->" in text:
        raise NotCaptions(Problem.EMPTY_CUE, number + at)
    return Cue(start=start, end=end, text=text, settings=" ".join((match["settings"] or "").split()))


def _seconds(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return (whole * 1000 + int(milliseconds)) / 1000


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
