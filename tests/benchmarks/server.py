"""A web server of the project's own, with production settings, and the CPU time it spends."""

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from lms.lib.processes import running
from tests.services import ROOT, free_port, wait_until

HOST = "academy.example.org"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running web server: its port and the number of its first process."""

    port: int
    pid: int

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
        """Return the answer, read to its end, as a browser behind a proxy with TLS would get it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers=self.headers(headers))
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    @staticmethod
    def headers(more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {"Host": HOST, "X-Forwarded-Proto": "https", "Accept-Encoding": "br", **(more or {})}

    def milliseconds_per_request(self, pages: Mapping[str, tuple[str, Mapping[str, str]]], *, rounds=5, requests=60):
        """Return page name -> median CPU milliseconds per request over the rounds; the pages take turns."""
        spent: dict[str, list[float]] = {name: [] for name in pages}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

        def ask(path: str, headers: Mapping[str, str], times: int) -> None:
            for _ in range(times):
                connection.request("GET", path, headers=self.headers(headers))
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200, f"{path} answered {answer.status}"

        for path, headers in pages.values():
            ask(path, headers, 10)
        for _ in range(rounds):
            for name, (path, headers) in pages.items():
                before = cpu_seconds(self.pid)
                ask(path, headers, requests)
                spent[name].append(1000 * (cpu_seconds(self.pid) - before) / requests)
        connection.close()
        return {name: statistics.median(values) for name, values in spent.items()}


@contextlib.contextmanager
def production_server(
    database_url: str, var: Path, *, workers: int = 1, threads: int = 1, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run granian as docs/operating.md says on this database; static files are collected first. more: of the environment."""
    environment = {
        **os.environ,
        **(more or {}),
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "SECRET_KEY": settings.SECRET_KEY,  # a session that the benchmark makes is known to the server
        "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "DEBUG": "0",
        "DEMO": "0",
        "DATABASE_URL": database_url,
        "BROKER_URL": f"filesystem://{var / 'broker'}",
        "CACHE_URL": "locmemcache://",
        "VAR_DIR": str(var),
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads), "--log-level", "warning"),
        "lms.wsgi:application",
    ]
    with running(command, env=environment, cwd=ROOT) as process:
        server = Server(port, process.pid)

        def is_up() -> bool:
            with contextlib.suppress(OSError):
                return server.get("/healthz").status == 200
            return False

        wait_until(is_up, seconds=60, what="The web server", process=process)
        yield server


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds, user and system, that a process and its living descendants have used."""
    parents, ticks = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            number = int(stat.parent.name)
            fields = stat.read_text().rsplit(")", 1)[1].split()
            parents[number], ticks[number] = int(fields[1]), int(fields[11]) + int(fields[12])
    family = {pid}
    while added := {child for child, parent in parents.items() if parent in family} - family:
        family |= added
    return sum(ticks.get(member, 0) for member in family) / TICKS_PER_SECOND
