"""Processes that another one starts, watches and takes down with it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PR_SET_PDEATHSIG = 1  # Source: prctl(2)


def start_process(command: Sequence[str], *, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen:
    """Start a command in a process group of its own, so that Ctrl-C reaches only whoever started it.

    On Linux it is told to stop when its starter dies, even by `kill -9`. Start it from the main thread: the kernel
    takes the thread's end for the starter's.
    """
    return subprocess.Popen(
        command,
        env=dict(env) if env is not None else None,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_stop_with_parent if sys.platform == "linux" else None,
        **options,
    )


def stop_processes(processes: Sequence[subprocess.Popen], *, seconds: float = 15) -> None:
    """Ask the processes to end, wait, then kill what is left of their groups; none is running afterwards."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + seconds
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(deadline - time.monotonic(), 0.1))
    for process in processes:
        # The group outlives its leader when a grandchild does; the number cannot be taken by another group meanwhile.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen]:
    """Run a command for as long as the block lasts."""
    process = start_process(command, **options)
    try:
        yield process
    finally:
        stop_processes([process])


def _stop_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
