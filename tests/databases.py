"""A database with every migration applied, made once per set of migrations and copied for each process of the tests.

Applying them takes half a minute, and so does emptying every table after a test with transactions of its own; a copy takes
a fraction of a second.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "var" / "test-databases"
TEMPLATES = "genomed_template_"


def test_database_name(connection: BaseDatabaseWrapper) -> str:
    """Return the name that Django gives the test database: of its file, or on the server."""
    return connection.creation._get_test_db_name()


def put_fresh_copy(name: str, *, vendor: str) -> None:
    """Put a migrated database, with nothing else in it, where the test database is expected; whatever stood there goes."""
    if vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
        copyfile(_migrated_file(), name)
    else:
        template = _migrated_template()
        drop_database(name)
        _on_server("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop_database(name: str) -> None:
    """Remove a database from PostgreSQL, if it is there, whoever is still connected to it."""
    _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _migrated_file() -> Path:
    database = CACHE / f"{digest_of_migrations()}.sqlite3"
    with _one_at_a_time():
        if not database.exists():
            for old in CACHE.glob("*.sqlite3*"):
                old.unlink()
            unfinished = database.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            _migrate(f"sqlite:///{unfinished}")
            unfinished.rename(database)
    return database


def _migrated_template() -> str:
    name = TEMPLATES + digest_of_migrations()
    with _one_at_a_time():
        there = _names_on_server()
        if name not in there:
            for old in there:
                drop_database(old)
            unfinished = f"{TEMPLATES}unfinished"
            _on_server("CREATE DATABASE {}", unfinished)
            _migrate(_server_url().rpartition("/")[0] + f"/{unfinished}")
            _on_server("ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def _names_on_server() -> list[str]:
    with psycopg.connect(_server_url()) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATES])
        return [name for (name,) in found]


def _on_server(command: str, *names: str) -> None:
    with psycopg.connect(_server_url(), autocommit=True) as connection:
        connection.execute(SQL(command).format(*map(Identifier, names)))


def _server_url() -> str:
    return os.environ["TEST_DATABASE_URL"]


def _migrate(url: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": url},
        check=True,
    )


@contextmanager
def _one_at_a_time():
    """Whoever comes first makes the migrated database, the others wait."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest_of_migrations() -> str:
    """Return a digest of all that decides what the migrations make: ours, what is loaded after them, and the libraries."""
    files = [ROOT / "requirements.txt", ROOT / "lms" / "settings.py"]
    for app in ("lms", "courses", "certificates"):
        files += sorted((ROOT / app).rglob("migrations/*.py"))
        files += sorted((ROOT / app).rglob("roles.py"))
        files += sorted((ROOT / app).rglob("data/*.csv"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:20]
