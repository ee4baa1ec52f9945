"""What the academy does at full scale, `make bench-scale`: a million simulated learners on a PostgreSQL of their own.

SCALE=0.1 takes a tenth of them, DATABASE=sqlite a file of SQLite. The filled database is kept in var/scale/ for the next
run, which works on a copy of it.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from deploy.system_programs import ensure_programs
from tests.benchmarks.scale.figures import report
from tests.databases import digest_of_migrations
from tests.services import ROOT, ServiceMissing, kept_postgres

FOLDER = ROOT / "var" / "scale"
LEARNERS, ENROLMENTS, SEED, TODAY = 1_000_000, 3_000_000, 7, "2026-11-28"
MEMORY = {"shared_buffers": "2GB", "max_wal_size": "8GB", "random_page_cost": "1.1"}  # as an 8 GB machine would have


def main() -> int:
    ensure_programs()
    scale = float(os.environ.get("SCALE") or 1)
    if os.environ.get("DATABASE") == "sqlite":
        file = FOLDER / "bench.sqlite3"
        shutil.copyfile(filled_file(scale), file)
        return measure(f"sqlite:///{file}")
    try:
        with kept_postgres(FOLDER, MEMORY) as server:
            filled = filled_database(server, scale)
            on_server(server, "DROP DATABASE IF EXISTS bench WITH (FORCE)")
            on_server(server, "CREATE DATABASE bench TEMPLATE {}", filled)
            return measure(address(server, "bench"))
    except ServiceMissing as missing:
        print(f"Nothing was measured: {missing}.")
        return 1


def measure(database_url: str) -> int:
    """Measure on a filled database, in a process of its own; 1 where a limit is missed."""
    env = environment(database_url)
    manage(env, "collectstatic", "--no-input", "--verbosity", "0")
    command = [sys.executable, "-m", "tests.benchmarks.scale.measuring", str(FOLDER)]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def filled_database(server: str, scale: float) -> str:
    """Return the name of a database with that share of the learners; filled now, unless an earlier run did."""
    name = world(scale)
    with psycopg.connect(server) as connection:
        there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    if name in there:
        return name
    for old in there:
        if old.startswith(name.rpartition("_")[0]) or old == "unfinished":
            on_server(server, "DROP DATABASE {} WITH (FORCE)", old)
    on_server(server, "CREATE DATABASE unfinished")
    fill(address(server, "unfinished"), scale)
    on_server(server, "ALTER DATABASE unfinished RENAME TO {}", name)
    return name


def filled_file(scale: float) -> Path:
    """Return a file of SQLite with that share of the learners; as filled_database."""
    file = FOLDER / f"{world(scale)}.sqlite3"
    if not file.exists():
        unfinished = FOLDER / "unfinished.sqlite3"
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        fill(f"sqlite:///{unfinished}", scale)
        unfinished.rename(file)
    return file


def world(scale: float) -> str:
    return f"world_{int(LEARNERS * scale)}_{digest_of_migrations()[:8]}"


def fill(database_url: str, scale: float) -> None:
    """Fill an empty database with that share of the learners, and say how long it took."""
    env, learners, enrolments = environment(database_url), int(LEARNERS * scale), int(ENROLMENTS * scale)
    manage(env, "migrate", "--verbosity", "0")
    began = time.monotonic()
    amount = ("--learners", str(learners), "--enrolments", str(enrolments), "--seed", str(SEED))
    manage(env, "simulate_learners", *amount, "--today", TODAY, "--verbosity", "0")
    report(
        f"filled: {learners:,} learners, {enrolments:,} enrolments", time.monotonic() - began, "s", limit=600 * scale
    )


def on_server(server: str, command: str, *names: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL(command).format(*map(Identifier, names)))  # type: ignore[arg-type]


def address(server: str, name: str) -> str:
    return server.rpartition("/")[0] + f"/{name}"


def environment(database_url: str) -> dict[str, str]:
    """Return the environment of a process with production's settings on this database."""
    var = FOLDER / "var"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "SECRET_KEY": "only-for-benchmarks-and-long-enough-to-please-the-checks",
        "SITE_URL": "https://academy.example.org",
        "ALLOWED_HOSTS": "academy.example.org,testserver",
        "DEBUG": "0",
        "DEMO": "0",
        "STAFF_SECOND_FACTOR_REQUIRED": "0",
        "DATABASE_URL": database_url,
        "BROKER_URL": "memory://",
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "dummymail://",
        "SIGNING_KEY_FILE": str(var / "signing-keys.json"),
        "VAR_DIR": str(var),
    }


def manage(env: Mapping[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=dict(env), check=True)


if __name__ == "__main__":
    sys.exit(main())
