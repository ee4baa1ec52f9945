"""What is made of a recording, and ffmpeg's arguments for it. Source: https://ffmpeg.org/ffmpeg-all.html."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LOW, HIGH, AUDIO, POSTER = "240p", "480p", "audio", "poster"
SHORT_SIDE = {LOW: 240, HIGH: 480}  # pixels
SUFFIX = {LOW: "mp4", HIGH: "mp4", AUDIO: "m4a", POSTER: "webp"}

# An upload may be anything. Containers of one file alone are opened, never a list that leads ffmpeg to other files or
# addresses; and no picture larger than 8K, so that a small file cannot ask for all memory.
READ_SAFELY = (
    *("-hide_banner", "-nostdin", "-protocol_whitelist", "file"),
    *("-format_whitelist", "mov,matroska,ogg,mp3,wav,flac,aac", "-max_pixels", str(8192 * 4320)),
)
_AAC = ("-c:a", "aac", "-ar", "44100")
_SPEECH = (*_AAC, "-ac", "1", "-b:a", "48k")
# Whoever records with a phone tells where they stood: nothing of the upload's metadata goes on to readers.
_CLEAN = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-movflags", "+faststart")
_H264 = (
    *("-c:v", "libx264", "-preset", "fast", "-profile:v", "main", "-pix_fmt", "yuv420p"),
    *("-g", "100", "-fpsmax", "25"),
)
_QUALITY = {
    LOW: (*_H264, "-crf", "28", "-maxrate", "300k", "-bufsize", "600k", *_SPEECH),
    HIGH: (*_H264, "-crf", "26", "-maxrate", "900k", "-bufsize", "1800k", *_AAC, "-ac", "2", "-b:a", "96k"),
}

_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_STREAM = re.compile(r"^  Stream #0:\d+.*?: (Video|Audio): (.*)$", re.MULTILINE)
_PIXELS = re.compile(r"[ ,](\d{2,5})x(\d{2,5})[ ,]")


@dataclass(frozen=True)
class Facts:
    """What ffmpeg says of a file. duration_seconds: None where the file does not say; width, height: 0 without a picture."""

    duration_seconds: float | None
    width: int = 0
    height: int = 0
    has_sound: bool = False

    @property
    def has_picture(self) -> bool:
        return self.width > 0


def read_facts(said: str) -> Facts:
    """Return the facts in what ffmpeg says on opening a file (the part about its input)."""
    about_input = said.partition("\nOutput #0")[0].partition("\nStream mapping:")[0]
    duration = _DURATION.search(about_input)
    width = height = 0
    has_sound = False
    for kind, rest in _STREAM.findall(about_input):
        if kind == "Audio":
            has_sound = True
        elif not width and "(attached pic)" not in rest and (pixels := _PIXELS.search(rest)):
            width, height = int(pixels[1]), int(pixels[2])
    seconds = int(duration[1]) * 3600 + int(duration[2]) * 60 + float(duration[3]) if duration else None
    return Facts(duration_seconds=seconds, width=width, height=height, has_sound=has_sound)


def wanted(facts: Facts, *, is_video: bool) -> tuple[str, ...]:
    """Return what is made of a recording: a picture no larger than it came, and sound alone if there is any."""
    pictures: tuple[str, ...] = ()
    if is_video:
        is_large = min(facts.width, facts.height) > SHORT_SIDE[LOW]
        pictures = (LOW, HIGH, POSTER) if is_large else (LOW, POSTER)
    return (*pictures, *((AUDIO,) if facts.has_sound else ()))


def file_name(kind: str) -> str:
    return f"{kind}.{SUFFIX[kind]}"


def check_arguments(source: str, *, is_video: bool) -> list[str]:
    """Return the arguments that open a file and play its first second to nowhere, which proves what it is."""
    stream = "0:V:0" if is_video else "0:a:0"
    return [*READ_SAFELY, "-i", source, "-map", stream, "-t", "1", "-f", "null", "-"]


def transcode_arguments(source: str, kinds: Sequence[str], folder: str) -> list[str]:
    """Return the arguments that make everything but the poster in one reading of the source."""
    arguments = [*READ_SAFELY, "-v", "error", "-y", "-i", source]
    for kind in kinds:
        if kind in SHORT_SIDE:
            arguments += ["-map", "0:V:0", "-map", "0:a:0?", "-vf", _scale(SHORT_SIDE[kind]), *_QUALITY[kind]]
        elif kind == AUDIO:
            arguments += ["-map", "0:a:0", *_SPEECH]
        else:
            continue
        arguments += [*_CLEAN, f"{folder}/{file_name(kind)}"]
    return arguments


def poster_arguments(source: str, folder: str, *, duration_seconds: float) -> list[str]:
    """Return the arguments that make a still picture, from a tenth of the way in: the first is often black."""
    at = f"{min(duration_seconds / 10, 30):.2f}"
    return [
        *(*READ_SAFELY, "-v", "error", "-y", "-ss", at, "-i", source, "-map", "0:V:0", "-frames:v", "1"),
        *("-vf", _scale(SHORT_SIDE[HIGH]), "-c:v", "libwebp", "-quality", "55", "-map_metadata", "-1"),
        f"{folder}/{file_name(POSTER)}",
    ]


def _scale(short_side: int) -> str:
    """Return the filter that makes the shorter side so long, or leaves it; both sides even, as H.264 asks, pixels square."""
    wide = f"trunc(min({short_side},ih)/2)*2"
    tall = f"trunc(min({short_side},iw)/2)*2"
    return f"scale=w='if(gt(iw,ih),-2,{tall})':h='if(gt(iw,ih),{wide},-2)':reset_sar=1"


def last_words(said: str) -> str:
    """Return the last line of what ffmpeg said, without the addresses of memory that stand before it."""
    lines = [re.sub(r"^\[[^\]]*\]\s*", "", line.strip()) for line in said.splitlines() if line.strip()]
    return lines[-1][:250] if lines else ""


def size_in_words(size_bytes: int) -> str:
    """Return a size such as "360 kB" or "2.1 MB", of 1,000 and 1,000,000 bytes; never 0."""
    kilobytes = max(round(size_bytes / 1000), 1)
    return f"{kilobytes} kB" if kilobytes < 1000 else f"{size_bytes / 1_000_000:.1f} MB"


def clock_time(seconds: float) -> str:
    """Return a duration such as "6:10" or "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
