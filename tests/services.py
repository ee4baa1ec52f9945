"""Servers for the tests: PostgreSQL and Redis of their own, thrown away afterwards, and the project's own processes."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from deploy.system_programs import find_program
from lms.lib.processes import running

ROOT = Path(__file__).resolve().parent.parent
# Without these, Chromium calls home at every start and refuses to run as root.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class ServiceMissing(Exception):
    """A server that cannot be had here; the text says why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(
    ready: Callable[[], bool], *, seconds: float, what: str, process: subprocess.Popen | None = None
) -> None:
    """Return once `ready()` is true; raise ServiceMissing when it takes too long or the process has ended."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process is not None and process.poll() is not None:
            raise ServiceMissing(f"{what} ended at once with code {process.returncode}")
        if time.monotonic() > deadline:
            raise ServiceMissing(f"{what} was not ready after {seconds:g} seconds")
        time.sleep(0.05)


# -- PostgreSQL ---------------------------------------------------------------------------------------------------


def postgres_answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3):
            return True
    except psycopg.Error:
        return False


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of a PostgreSQL server: the one TEST_DATABASE_URL names, else one of our own."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        if not postgres_answers(given):
            raise ServiceMissing("the server that TEST_DATABASE_URL names does not answer")
        yield given
        return
    identity = _unprivileged_identity()
    with _scratch_folder(owner=identity.get("user")) as folder, _postgres_in(folder, {}) as url:
        yield url


@contextlib.contextmanager
def kept_postgres(folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """Yield the address of a PostgreSQL server: as postgres, but what is in one of our own stays in a folder for the next time."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    folder.mkdir(parents=True, exist_ok=True)
    if "user" in (identity := _unprivileged_identity()):
        os.chown(folder, identity["user"], identity["group"])
    with _postgres_in(folder, settings) as url:
        yield url


@contextlib.contextmanager
def _postgres_in(folder: Path, more: Mapping[str, str]) -> Iterator[str]:
    initdb = find_program("initdb")
    if initdb is None:
        raise ServiceMissing("PostgreSQL's programs were not found (apt-get install postgresql)")
    server, data, identity = Path(initdb).with_name("postgres"), folder / "data", _unprivileged_identity()
    if not data.exists():
        done = subprocess.run(
            [initdb, "-D", str(data), "-U", "genomed", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **identity,
        )
        if done.returncode != 0:
            raise ServiceMissing(f"initdb failed: {done.stdout.strip().splitlines()[-1]}")
    port = free_port()
    url = f"postgresql://genomed@127.0.0.1:{port}/postgres"
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        # What is lost in a crash is made again.
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        **more,
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (
        (folder / "log").open("wb") as log,
        running(
            [str(server), "-D", str(data), "-p", str(port), *options],
            cwd=folder,
            stdout=log,
            stderr=log,
            **identity,
        ) as it,
    ):
        wait_until(lambda: postgres_answers(url), seconds=60, what="PostgreSQL", process=it)
        yield url


def _unprivileged_identity() -> dict:
    """Return what makes a child give up being root, which PostgreSQL refuses to be; empty when we are not."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServiceMissing("PostgreSQL does not run as root and there is no user postgres or nobody to run it as")


# -- Redis --------------------------------------------------------------------------------------------------------


def redis_answers(url: str) -> bool:
    try:
        with contextlib.closing(redis.Redis.from_url(url, socket_connect_timeout=3)) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Yield the address of a Redis server: the one TEST_REDIS_URL names, else one of our own."""
    if given := os.environ.get("TEST_REDIS_URL"):
        if not redis_answers(given):
            raise ServiceMissing("the server that TEST_REDIS_URL names does not answer")
        yield given
        return
    with redis_process(free_port()) as url:
        yield url


@contextlib.contextmanager
def redis_process(port: int) -> Iterator[str]:
    """Run a Redis server that keeps nothing on disk, and yield its address; another can follow on the same port."""
    program = find_program("redis-server")
    if program is None:
        raise ServiceMissing("redis-server was not found (apt-get install redis-server)")
    with _scratch_folder() as folder:
        url = f"redis://127.0.0.1:{port}/0"
        command = [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(folder),
        ]
        with running(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as it:
            wait_until(lambda: redis_answers(url), seconds=20, what="Redis", process=it)
            yield url


# -- The project's own processes ----------------------------------------------------------------------------------


@contextlib.contextmanager
def celery_worker(environment: dict[str, str], *options: str) -> Iterator[subprocess.Popen]:
    """Run a Celery worker, a real process of its own, and yield it once it has said that it is ready."""
    with _scratch_folder() as folder, (folder / "log").open("wb") as log:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "lms.celery",
            "worker",
            "--loglevel",
            "INFO",
            "--concurrency",
            "1",
        ]
        with running([*command, *options], env=environment, cwd=ROOT, stdout=log, stderr=log) as worker:
            said = folder / "log"
            try:
                wait_until(
                    lambda: b" ready." in said.read_bytes(), seconds=180, what="the Celery worker", process=worker
                )
            except ServiceMissing as missing:
                raise AssertionError(f"{missing}; it said:\n{said.read_text(errors='replace')}") from missing
            yield worker


@dataclass(frozen=True)
class Demo:
    """A running `make demo`: where it answers, its var/ folder, its first process, and what it has said so far."""

    url: str
    var: Path
    process: subprocess.Popen | None
    log: Path

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """Return what `manage.py` with these arguments says of the demo's own data; fails with what it said, if it does."""
        environment = {
            **os.environ,
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "lms.settings",
            "VAR_DIR": str(self.var),
            "DATABASE_URL": f"sqlite:///{self.var / 'db.sqlite3'}",
        }
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextlib.contextmanager
def demo(var: Path, **environment: str) -> Iterator[Demo]:
    """Run the demo as `make demo` does, in a var/ of its own, and yield it once its address is printed."""
    port = free_port()
    var.mkdir(parents=True, exist_ok=True)
    log = var / "demo.log"
    command = [sys.executable, str(ROOT / "deploy" / "bootstrap.py"), "demo"]
    environment = {**os.environ, "PORT": str(port), "VAR_DIR": str(var), "RESET": "", **environment}
    with log.open("wb") as output, running(command, env=environment, cwd=ROOT, stdout=output, stderr=output) as process:
        it = Demo(f"http://localhost:{port}", var, process, log)
        try:
            wait_until(lambda: f"running at {it.url}" in it.said(), seconds=600, what="The demo", process=process)
        except ServiceMissing as missing:
            raise AssertionError(f"{missing}; it said:\n{it.said()}") from missing
        yield it


@contextlib.contextmanager
def _scratch_folder(*, owner: int | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="genomed-service-"))
    if owner is not None:
        os.chown(folder, owner, -1)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
