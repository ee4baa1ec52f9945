"""Starts the class, or writes its return file: what is typed, and what is said to whoever typed it."""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import sys
from pathlib import Path

from .course import Course
from .returning import return_files, write_returns
from .serving import Server
from .store import Store

HERE = Path(__file__).resolve().parent.parent
PORTS = range(8000, 8010)  # the first that is free
# Addresses of private networks: what would be sent there leaves by the card whose address we look for. Nothing is sent.
BEYOND = ("10.255.255.255", "172.31.255.255", "192.168.255.255")


def main(arguments: list[str]) -> int:
    course = Course(HERE)
    words = course.words
    parser = argparse.ArgumentParser(prog="serve.py", description=f"{course.title}: {words['what_it_does']}")
    parser.add_argument("--port", type=int, help=words["help_port"])
    parser.add_argument("--export", action="store_true", help=words["help_export"])
    chosen = parser.parse_args(arguments)
    work = HERE / "work"
    try:
        work.mkdir(mode=0o700, exist_ok=True)
        # What was done with another file, unpacked over this one, is not mixed in.
        store = Store(work / f"class-{course.key[:8]}.sqlite3")
    except Exception as problem:  # a stick that takes nothing, a disk that is full
        return _end(f"{words['cannot_write']}\n{work}: {problem}")
    if chosen.export:
        return _export(course, store, work)
    server = _listening(course, store, [chosen.port] if chosen.port else list(PORTS))
    if server is None:
        return _end(words["no_port"])
    _greet(course, store, server.server_address[1])
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    _say(words["ended"])
    return 0


def _listening(course: Course, store: Store, ports: list[int]) -> Server | None:
    for port in ports:
        with contextlib.suppress(OSError, OverflowError):
            return Server(("0.0.0.0", port), course, store)
    return None


def _greet(course: Course, store: Store, port: int) -> None:
    words = course.words
    lines = [course.title, "", words["type_this"]]
    lines += [f"    http://{address}:{port}/" for address in own_addresses()]
    lines += [f"    http://localhost:{port}/  ({words['this_computer']})", ""]
    lines += [
        f"{words['for_the_host']} http://localhost:{port}/host",
        f"{words['host_code']} {store.fact('host_code')}",
        "",
    ]
    lines += [words["how_to_end"]]
    _say("\n".join(lines))


def _export(course: Course, store: Store, work: Path) -> int:
    paths = write_returns(work / "returns", return_files(course, store))
    if not paths:
        _say(course.words["nothing_yet"])
        return 1
    _say(course.words["written"])
    for path in paths:
        _say(f"    {path}")
    return 0


def own_addresses() -> list[str]:
    """Return the addresses of this computer that others in the room may reach."""
    found = []
    for address in BEYOND:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]


def _say(text: str) -> None:
    """Print in whatever a terminal can show; an old one of Windows shows no more than Latin letters."""
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def _end(text: str) -> int:
    """Say why it ends, and leave that readable in a window that would close at once."""
    _say(text)
    if os.name == "nt" and sys.stdin and sys.stdin.isatty():
        input()
    return 1
