"""Processes that apply for the seats of one pool at the same moment: `python -m tests.applicants POOL ID…`."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.services import ROOT


@dataclass(frozen=True)
class Rush:
    """How a rush went: the seconds from the signal to the last answer, and those that each application took."""

    seconds: float
    each: list[float]


def rush(pool_id: int, person_ids: Sequence[int], *, processes: int, environment: dict[str, str]) -> Rush:
    """Have people apply from several processes, which all begin at one signal. Raises CalledProcessError."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.applicants", str(pool_id), *map(str, person_ids[number::processes])],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    try:
        for child in children:
            child.stdout.readline()  # type: ignore[union-attr]  # it is ready
        began = time.monotonic()
        for child in children:
            child.stdin.write("go\n")  # type: ignore[union-attr]
            child.stdin.flush()  # type: ignore[union-attr]
        said = [child.stdout.readline() for child in children]  # type: ignore[union-attr]
        seconds = time.monotonic() - began
        for child in children:
            child.communicate()  # it leaves: only now, since that takes longer than many applications
    finally:
        for child in children:
            child.kill()
    for child in children:
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, child.args)
    return Rush(seconds, [one for text in said for one in json.loads(text)])


def main(pool_id: int, person_ids: Sequence[int]) -> None:
    import django

    django.setup()

    from django.utils import timezone

    from lms.access.services.seats import apply_for_seat
    from lms.accounts.models import User

    people = list(User.objects.filter(pk__in=person_ids))
    print("ready", flush=True)
    sys.stdin.readline()
    took = []
    for person in people:
        began = time.monotonic()
        apply_for_seat(pool_id, person, now=timezone.now())
        took.append(time.monotonic() - began)
    print(json.dumps(took), flush=True)
    sys.stdin.read()  # until all have answered


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(one) for one in sys.argv[2:]])
