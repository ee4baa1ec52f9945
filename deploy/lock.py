"""Write the locks from pyproject.toml (`make lock`), or say whether they still match it (`--check`, no network).

Each lock names every package with its hashes and no address, for every Python from 3.11.0 on.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes"]
# The first lock decides; the others only add to it, so no two disagree about a version.
LOCKS = {
    "requirements.txt": [],
    "requirements-fonts.txt": ["--extra", "fonts", "--constraint", "requirements.txt"],
    "requirements-production.txt": ["--all-extras", "--constraint", "requirements.txt"],
    "requirements-dev.txt": ["--all-extras", "--group", "dev", "--constraint", "requirements-production.txt"],
}
MARK = "# Made from the dependencies with SHA-256 "


def dependencies_digest() -> str:
    """Return a digest of what pyproject.toml asks for, whatever else changes in that file."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    asked = {
        "python": project["requires-python"],
        "runtime": sorted(project["dependencies"]),
        "extras": {name: sorted(packages) for name, packages in project["optional-dependencies"].items()},
        "groups": {name: sorted(packages) for name, packages in pyproject["dependency-groups"].items()},
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def write_locks(*, upgrade: bool) -> None:
    digest = dependencies_digest()
    for name, options in LOCKS.items():
        command = [*COMPILE, *options, "--output-file", name]
        quiet = ["--no-header", "--quiet", *(["--upgrade"] if upgrade else [])]
        subprocess.run([*command, *quiet], cwd=ROOT, check=True)
        lock = ROOT / name
        header = f"# Written by `make lock`; do not edit. The command:\n#   {' '.join(command)}\n{MARK}{digest}\n"
        lock.write_text(header + lock.read_text(encoding="utf-8"), encoding="utf-8")
        print(f"{name}: {lock.read_text(encoding='utf-8').count('==')} packages")


def stale_locks() -> list[str]:
    """Return one sentence for each lock that is missing or no longer matches pyproject.toml."""
    digest = dependencies_digest()
    problems = []
    for name in LOCKS:
        lock = ROOT / name
        if not lock.exists():
            problems.append(f"{name} is missing: run `make lock`.")
            continue
        text = lock.read_text(encoding="utf-8")
        if MARK + digest not in text:
            problems.append(f"{name} was made from other dependencies than pyproject.toml names: run `make lock`.")
        if "://" in text:
            problems.append(f"{name} names an address: it must install from wherever the machine's own pip looks.")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="Example: make lock UPGRADE=1")
    parser.add_argument("--check", action="store_true", help="only say whether the locks match pyproject.toml")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")
    options = parser.parse_args()
    if not options.check:
        try:
            write_locks(upgrade=options.upgrade)
        except FileNotFoundError:
            print("The locks are made by uv, which is not on the PATH: `make test` brings it into .venv.")
            return 1
        except subprocess.CalledProcessError:
            return 1  # uv has said why
    problems = stale_locks()
    print("\n".join(problems) or "The locks match pyproject.toml.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
