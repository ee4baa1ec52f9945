"""What the academy does at full scale, `make bench-scale`: a million simulated learners on a PostgreSQL of their own.

SCALE=0.1 takes a tenth of them. The filled database is kept in var/scale/ for the next run, which works on a copy of it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping

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
    try:
        with kept_postgres(FOLDER, MEMORY) as server:
            filled = filled_database(server, float(os.environ.get("SCALE") or 1))
            on_server(server, "DROP DATABASE IF EXISTS bench WITH (FORCE)")
            on_server(server, "CREATE DATABASE bench TEMPLATE {}", filled)
            env = environment(address(server, "bench"))
            manage(env, "collectstatic", "--no-input", "--verbosity", "0")
            command = [sys.executable, "-m", "tests.benchmarks.scale.measuring", str(FOLDER)]
            return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    except ServiceMissing as missing:
        print(f"Nothing was measured: {missing}.")
        return 1


def filled_database(server: str, scale: float) -> str:
    """Return the name of a database with that share of the learners; filled now, unless an earlier run did."""
    learners, enrolments = int(LEARNERS * scale), int(ENROLMENTS * scale)
    name = f"world_{learners}_{digest_of_migrations()[:8]}"
    with psycopg.connect(server) as connection:
        there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    if name in there:
        return name
    for old in there:
        if old.startswith(f"world_{learners}_") or old == "unfinished":
            on_server(server, "DROP DATABASE {} WITH (FORCE)", old)
    on_server(server, "CREATE DATABASE unfinished")
    there_now = environment(address(server, "unfinished"))
    manage(there_now, "migrate", "--verbosity", "0")
    began = time.monotonic()
    amount = ("--learners", str(learners), "--enrolments", str(enrolments), "--seed", str(SEED))
    manage(there_now, "simulate_learners", *amount, "--today", TODAY, "--verbosity", "0")
    report(
        f"filled: {learners:,} learners, {enrolments:,} enrolments", time.monotonic() - began, "s", limit=600 * scale
    )
    on_server(server, "ALTER DATABASE unfinished RENAME TO {}", name)
    return name


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
