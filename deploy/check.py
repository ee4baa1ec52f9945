"""Run every check but the tests (`make check`), all of them whatever the others say, and list what failed.

make check                      all
make check ARGS="types layers"  only these
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable

CHECKS = {
    "locks": [PYTHON, "deploy/lock.py", "--check"],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "layers": [str(BIN / "lint-imports"), "--no-cache"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "templates": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
    "translations": [PYTHON, "deploy/translations.py"],
}


@dataclass(frozen=True)
class Outcome:
    name: str
    passed: bool
    output: str
    seconds: float


def run(name: str) -> Outcome:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    started_at = time.monotonic()
    done = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(name, done.returncode == 0, done.stdout.strip(), time.monotonic() - started_at)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"There is no check called {', '.join(unknown)}; there are {', '.join(CHECKS)}.")
        return 2
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for outcome in pool.map(run, names or CHECKS):
            print(f"{outcome.name}: {'passed' if outcome.passed else 'FAILED'} ({outcome.seconds:.1f} s)", flush=True)
            if not outcome.passed:
                print("    " + outcome.output.replace("\n", "\n    "), flush=True)
                failed.append(outcome.name)
    print(f"Failed: {', '.join(failed)}." if failed else "Every check passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
