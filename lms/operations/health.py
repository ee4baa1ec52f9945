"""Is what the academy depends on there? Each check asks one neighbour and raises if the answer is no."""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache

from django.conf import settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lms.celery import app

SECONDS = 2.0  # all checks together; a load balancer asks again soon
OK = "ok"

log = logging.getLogger(__name__)


class NotReady(Exception):
    """What is there is not what this version of the code needs."""


def check_database() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations() -> None:
    applied = MigrationRecorder(connections["default"]).applied_migrations()
    missing = [name for name in _newest_migrations() if name not in applied]
    if missing:
        raise NotReady(f"not applied: {', '.join('.'.join(name) for name in missing)}")


def check_cache() -> None:
    key, word = f"readyz-{secrets.token_hex(8)}", secrets.token_hex(8)
    caches["default"].set(key, word, timeout=30)
    if caches["default"].get(key) != word:
        raise NotReady("the cache did not return what was put into it")
    caches["default"].delete(key)


def check_broker() -> None:
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in")
    if folder:  # the embedded broker: messages are files
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise NotReady(f"{folder} cannot be written")
        return
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=0, timeout=SECONDS)


def check_storage() -> None:
    """Write a small file where pictures go and where certificates go, and take it away again."""
    for alias in ("default", "private"):
        storage = storages[alias]
        name = storage.save(f"readyz-{secrets.token_hex(8)}.txt", ContentFile(b"ok"))
        storage.delete(name)


CHECKS: Mapping[str, Callable[[], None]] = {
    "database": check_database,
    "migrations": check_migrations,
    "cache": check_cache,
    "broker": check_broker,
    "storage": check_storage,
}


class Run(threading.Thread):
    """One check under way. Requests that come meanwhile wait for the same run, so a check that hangs holds one thread."""

    def __init__(self, name: str, check: Callable[[], None]) -> None:
        super().__init__(name=f"readyz-{name}", daemon=True)
        self.check_name, self.check = name, check
        self.verdict = "no answer"

    def run(self) -> None:
        try:
            self.check()
            self.verdict = OK
        except Exception as problem:
            log.error("Not ready: %s: %s", self.check_name, problem)
            self.verdict = "failed"
        finally:
            connections.close_all()  # this thread's own


_runs: dict[str, Run] = {}
_runs_lock = threading.Lock()


def run_checks(checks: Mapping[str, Callable[[], None]] = CHECKS, *, seconds: float = SECONDS) -> dict[str, str]:
    """Return name -> "ok", "failed" or "no answer", after at most `seconds`. Why it failed stands in the log alone."""
    with _runs_lock:
        for name, check in checks.items():
            if name not in _runs or not _runs[name].is_alive():
                _runs[name] = Run(name, check)
                _runs[name].start()
        runs = {name: _runs[name] for name in checks}
    deadline = time.monotonic() + seconds
    for run in runs.values():
        run.join(timeout=max(deadline - time.monotonic(), 0))
    return {name: run.verdict for name, run in runs.items()}


@cache
def _newest_migrations() -> list[tuple[str, str]]:
    """Return the last migration of each app, as (app, name). One that is applied has all before it applied."""
    return list(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())
