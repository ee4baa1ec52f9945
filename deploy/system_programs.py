"""Find the programs that tests use beside Python, and install the missing ones where that is ours to do.

python3 deploy/system_programs.py     on Debian as root installs them, elsewhere says what is missing
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# What the tests use it for, where to look, and Debian's package.
PROGRAMS = {
    "initdb": ("tests on PostgreSQL", "postgresql"),
    "redis-server": ("tests with Redis", "redis-server"),
    "chromium": ("browser tests", "chromium"),
    "java": ("the HTML validator", "default-jre-headless"),
    "npm": ("fetching the HTML validator and another checker of credentials", "npm"),
    "pdftotext": ("tests of certificates", "poppler-utils"),
    "qpdf": ("tests of certificates", "qpdf"),
}
OTHER_NAMES = {"chromium": ["chromium-browser", "google-chrome", "google-chrome-stable"]}


def find_program(name: str) -> str | None:
    """Return the path of a program, or None; Debian keeps PostgreSQL's own outside the PATH."""
    if name == "chromium" and os.environ.get("CHROMIUM"):
        return shutil.which(os.environ["CHROMIUM"])
    for known_as in [name, *OTHER_NAMES.get(name, [])]:
        if path := shutil.which(known_as):
            return path
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name.split(".")[0])
    )
    return next((str(folder / name) for folder in reversed(folders) if (folder / name).exists()), None)


def ensure_programs() -> dict[str, str]:
    """Install what is missing if we may; return, for each program still missing, one sentence saying so."""
    missing = [name for name in PROGRAMS if find_program(name) is None]
    if missing and os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        packages = [PROGRAMS[name][1] for name in missing]
        print(f"Installing {', '.join(packages)} ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        # One failing package must not keep the others away.
        for command in [
            ["update", "-qq"],
            *(["install", "-y", "-qq", "--no-install-recommends", it] for it in packages),
        ]:
            done = subprocess.run(
                ["apt-get", *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                print(f"apt-get {' '.join(command)} failed: {done.stdout.strip().splitlines()[-1:]}", flush=True)
    return {
        name: f"{name} was not found, which {purpose} need: apt-get install {package}"
        for name, (purpose, package) in PROGRAMS.items()
        if find_program(name) is None
    }


if __name__ == "__main__":
    sentences = ensure_programs().values()
    print("\n".join(sentences) or "PostgreSQL, Redis, Chromium, Java and the readers of PDF are here.")
    sys.exit(1 if sentences else 0)
