"""The program that reads and makes recordings; it comes with the wheel of imageio-ffmpeg."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from imageio_ffmpeg import get_ffmpeg_exe

from courses.media.errors import NotPlayable
from courses.media.rules import formats
from courses.media.rules.formats import Facts
from lms.lib.processes import start_process, stop_processes

CHECK_SECONDS = 20  # to open a file and play its first second
TICK_SECONDS = 1.0


def check(path: Path, *, is_video: bool) -> Facts:
    """Return what a file is, found by playing its first second, whatever its name says. Raises NotPlayable."""
    command = [get_ffmpeg_exe(), *formats.check_arguments(str(path), is_video=is_video)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=CHECK_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise NotPlayable(
            _("This file could not be read within %(seconds)d seconds.") % {"seconds": CHECK_SECONDS}
        ) from error
    facts = formats.read_facts(done.stderr.decode(errors="replace"))
    is_what_it_says = facts.has_picture if is_video else facts.has_sound
    if done.returncode != 0 or not is_what_it_says:
        raise NotPlayable(
            _("This is not a video that can be played. Accepted: MP4, MOV, MKV, WebM and Ogg.")
            if is_video
            else _("This is not a sound recording that can be played. Accepted: MP3, M4A, AAC, WAV, FLAC and Ogg.")
        )
    return facts


def make(source: Path, kinds: Sequence[str], folder: Path, *, facts: Facts, on_tick: Callable[[], None]) -> None:
    """Make files of these kinds in a folder, named as `formats.file_name` says.

    on_tick: called each second; what it raises stops the work. Raises NotPlayable; CalledProcessError if ffmpeg was killed.
    """
    run(formats.transcode_arguments(str(source), kinds, str(folder)), folder, on_tick=on_tick)
    if formats.POSTER in kinds:
        arguments = formats.poster_arguments(str(source), str(folder), duration_seconds=facts.duration_seconds or 0)
        run(arguments, folder, on_tick=on_tick)


def run(arguments: Sequence[str], folder: Path, *, on_tick: Callable[[], None]) -> None:
    """Run ffmpeg in the background of everything else, until it ends or its time is over; it ends with this process."""
    said = folder / "said"
    deadline = time.monotonic() + settings.MEDIA_PREPARE_SECONDS
    with said.open("wb") as output:
        process = start_process(
            ["nice", "-n", "10", get_ffmpeg_exe(), *arguments], stdout=subprocess.DEVNULL, stderr=output
        )
        try:
            while process.poll() is None:
                on_tick()
                if time.monotonic() > deadline:
                    minutes = settings.MEDIA_PREPARE_SECONDS // 60
                    raise NotPlayable(_("Preparing it took more than %(minutes)d minutes.") % {"minutes": minutes})
                _wait(process)
        finally:
            stop_processes([process], seconds=2)
    if process.returncode in (-signal.SIGKILL, -signal.SIGTERM):
        raise subprocess.CalledProcessError(process.returncode, "ffmpeg")  # out of memory, or told to stop: try again
    if process.returncode != 0:
        words = formats.last_words(said.read_text(errors="replace"))
        raise NotPlayable(_("The file could not be converted; ffmpeg said: %(words)s") % {"words": words})


def _wait(process: subprocess.Popen) -> None:
    try:
        process.wait(timeout=TICK_SECONDS)
    except subprocess.TimeoutExpired:
        return
