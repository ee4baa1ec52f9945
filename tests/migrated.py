"""An SQLite database with every migration applied, made once per set of migrations: applying them takes half a minute."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "var" / "test-databases"


def migrated_database() -> Path:
    """Return the path of a migrated database to copy; whoever comes first makes it, others wait."""
    CACHE.mkdir(parents=True, exist_ok=True)
    database = CACHE / f"{_digest()}.sqlite3"
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            for old in CACHE.glob("*.sqlite3*"):
                old.unlink()
            unfinished = database.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "tests.settings",
                    "TEST_DATABASE_URL": f"sqlite:///{unfinished}",
                },
                check=True,
            )
            unfinished.rename(database)
    return database


def copy_migrated_database(target: str) -> None:
    """Put a migrated database where the test database is expected."""
    shutil.copyfile(migrated_database(), target)


def _digest() -> str:
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
