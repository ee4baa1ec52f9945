"""Digital Bazaar's libraries for verifiable credentials and jose, as one Node process without network: they share no code with ours."""

import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from deploy.system_programs import find_program
from tests.services import ROOT, ServiceMissing

SOURCES = ROOT / "tests" / "certificates" / "credentials" / "verifier"
TOOLS = ROOT / "var" / "tools"


def independent_verifier() -> Callable[..., list[dict[str, Any]]]:
    """Return a function from documents by address, and checks, to what the libraries find of each check; see verify.mjs."""
    node, npm = find_program("node"), find_program("npm")
    if node is None or npm is None:
        raise ServiceMissing("another checker of credentials needs Node and npm (apt-get install npm)")
    command = [node, str(_installed(npm) / "verify.mjs")]
    # Where the machine lets us, it runs in a network of its own with nothing in it.
    alone = ["unshare", "--net"]
    if shutil.which("unshare") and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0:
        command = [*alone, *command]
    return partial(_verify, command)


def _verify(command: list[str], documents: dict[str, Any], checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked = json.dumps({"documents": documents, "checks": checks})
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _installed(npm: str) -> Path:
    """Return the folder of the libraries, fetched once by npm for each version of the lock, which names their digests."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(SOURCES.iterdir()))).hexdigest()
    folder = TOOLS / f"verifier-{digest[:12]}"
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "verifier.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel test processes fetch it once
        if not folder.exists():
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(SOURCES, part)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            done = subprocess.run(command, cwd=part, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            if done.returncode != 0:
                raise ServiceMissing(
                    "another checker of credentials could not be fetched: npm could not reach its registry"
                )
            part.rename(folder)
    return folder
