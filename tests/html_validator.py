"""The Nu Html Checker, the validator of the HTML standard itself, as one Java process that answers page by page."""

import base64
import contextlib
import fcntl
import hashlib
import json
import subprocess
import tarfile
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.system_programs import find_program
from lms.lib.processes import running
from tests.services import ROOT, ServiceMissing, free_port, wait_until

VERSION = "26.9.27"
# Source: the npm package vnu-jar, its own "integrity".
SHA512 = "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
TOOLS = ROOT / "var" / "tools"


@contextlib.contextmanager
def html_validator() -> Iterator[Callable[[str], list[str]]]:
    """Yield a function from a page's HTML to its errors and warnings, one line each; [] for a valid page."""
    java = find_program("java")
    if java is None:
        raise ServiceMissing("the HTML validator needs Java (apt-get install default-jre-headless)")
    port = free_port()
    address = f"http://127.0.0.1:{port}/?out=json"
    server = [java, "-Xmx512m", "-Dnu.validator.servlet.bind-address=127.0.0.1", "-cp", str(validator_jar())]

    def validate(html: str) -> list[str]:
        headers = {"Content-Type": "text/html; charset=utf-8"}
        request = urllib.request.Request(address, data=html.encode(), headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            found = json.load(answer)["messages"]
        return [_line(message) for message in found if message["type"] != "info" or "subType" in message]

    def answers() -> bool:
        try:
            return validate("<!doctype html><html lang=en><title>Ready</title>") == []
        except OSError:
            return False

    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with running([*server, "nu.validator.servlet.Main", str(port)], **quiet) as process:
        wait_until(answers, seconds=90, what="The HTML validator", process=process)
        yield validate


def validator_jar() -> Path:
    """Return the path of the checker, fetched once by npm and compared with its known digest."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    jar = TOOLS / f"vnu-{VERSION}.jar"
    with (TOOLS / "vnu.lock").open("w") as lock, tempfile.TemporaryDirectory(dir=TOOLS) as scratch:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel test processes fetch it once
        if not jar.exists():
            package = _fetch(Path(scratch))
            with tarfile.open(package) as archive:
                archive.extract("package/build/dist/vnu.jar", scratch, filter="data")
            (Path(scratch) / "package/build/dist/vnu.jar").rename(jar)
    return jar


def _fetch(folder: Path) -> Path:
    npm = find_program("npm")
    if npm is None:
        raise ServiceMissing("the HTML validator is fetched by npm, which was not found (apt-get install npm)")
    command = [npm, "pack", f"vnu-jar@{VERSION}", "--silent"]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    package = folder / f"vnu-jar-{VERSION}.tgz"
    if done.returncode != 0 or not package.exists():
        raise ServiceMissing("the HTML validator could not be fetched: npm could not reach its registry")
    if base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode() != SHA512:
        raise ServiceMissing("the HTML validator that npm fetched is not the one we know, so it was not run")
    return package


def _line(message: dict) -> str:
    kind = message.get("subType", message["type"])
    return f"{kind}, line {message.get('lastLine', '?')}: {message['message']} ({message.get('extract', '').strip()})"
