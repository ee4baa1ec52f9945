import errno
import fcntl
import hashlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.utils import timezone

from courses.weight.services import weigh_due_lessons
from lms.lib.processes import start_process, stop_processes
from lms.operations.demo.people import NAMED, PASSWORD

COURSES = settings.BASE_DIR / "lms" / "operations" / "content"
# What the demo makes in var/, and so all that --reset takes away: tools and benchmark figures stay.
MADE = [
    "db.sqlite3*",
    "media",
    "private",
    "mail",
    "broker",
    "static",
    "static-digest",
    "bundles",
    "celerybeat-schedule*",
    "signing-keys.json",
]
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Command(BaseCommand):
    help = (
        "Run the whole academy here, with no other server: an embedded database, the web server, a Celery worker and "
        "Celery beat, until Ctrl-C. Needs the demo's environment, which `make demo` sets. Example: PORT=8123 make demo"
    )
    requires_system_checks = []  # they would speak before the port and var/ are looked at

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="first remove what earlier demos left in var/")

    def handle(self, *, reset: bool, **options: Any) -> None:
        if not settings.DEMO or connection.vendor != "sqlite":
            raise CommandError("run_demo fills the database with invented people, so it runs only as `make demo`.")
        port = urlsplit(settings.SITE_URL).port or 80
        for number in STOP_SIGNALS:
            signal.signal(number, signal.default_int_handler)
        try:
            require_free_port(port)
            with alone(settings.VAR_DIR):
                if reset:
                    remove_demo_data(settings.VAR_DIR)
                self.prepare()
                require_free_port(port)
                self.run_processes(port)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except CommandError as refusal:
            sys.exit(str(refusal))  # the sentence alone, without Django's own word before it

    def prepare(self) -> None:
        """Bring the database, the static files and the demo's people up to date; an unfinished start is finished."""
        try:
            self.stdout.write("Preparing the database ...")
            self.stdout.flush()
            call_command("migrate", interactive=False, verbosity=0)
            call_command("make_signing_keys", verbosity=0)
            # Loading and seeding are one transaction each, so a start that was cut off left all or nothing.
            if not get_user_model().objects.filter(email=NAMED[0].email).exists():
                self.stdout.write("Loading the courses and the demo people (only the first time) ...")
                self.stdout.flush()
                call_command("load_content", COURSES, verbosity=0)
                call_command("seed_demo", verbosity=0)
            collect_static()
            weigh_due_lessons(now=timezone.now())  # which needs the static files
        except (DatabaseError, InconsistentMigrationHistory) as error:
            raise CommandError(
                f"The demo's database {settings.VAR_DIR / 'db.sqlite3'} cannot be used ({error}): "
                "`make demo RESET=1` makes it afresh."
            ) from error
        except OSError as error:
            raise CommandError(f"The demo could not be prepared: {error}.") from error
        finally:
            connections.close_all()

    def run_processes(self, port: int) -> None:
        celery = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "lms.celery"]
        commands = {
            # One process: signed-in sessions are cached in its memory. SQLite has one writer anyway.
            "web server": [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning", "lms.wsgi:application"),
            ],
            # Two, since preparing a video keeps one busy for minutes; more than one video at a time it never is.
            "Celery worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
            "Celery beat": [*celery, "beat", "--loglevel", "WARNING"],
        }
        processes: dict[str, subprocess.Popen] = {}
        try:
            for name, command in commands.items():
                processes[name] = start_process(command, cwd=settings.BASE_DIR)
            self.wait_for_web_server(port, processes)
            self.greet()
            while True:
                require_all_alive(processes)
                time.sleep(0.3)
        finally:
            # A second Ctrl-C must not leave anything behind; stopping takes seconds at most.
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            stop_processes(list(processes.values()), seconds=10)

    def wait_for_web_server(self, port: int, processes: dict[str, subprocess.Popen]) -> None:
        deadline = time.monotonic() + 90
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            require_all_alive(processes)
            if time.monotonic() > deadline:
                raise CommandError("The web server did not answer within 90 seconds, so everything was stopped.")
            time.sleep(0.2)

    def greet(self) -> None:
        self.stdout.write(f"\nSign in with the password {PASSWORD} as")
        for person in NAMED:
            self.stdout.write(f"  {person.email:24}{person.description}")
        self.stdout.write(f"Mail is written to {settings.VAR_DIR / 'mail'}. Ctrl-C stops everything.\n\n")
        self.stdout.write(f"Genomed is running at {settings.SITE_URL}")
        self.stdout.flush()


def require_free_port(port: int) -> None:
    """Raise CommandError, naming the port and the way out, unless a browser's localhost:port is ours to take."""
    other = 8123 if port != 8123 else 8124
    taken = CommandError(f"Port {port} is taken by another program: choose another, as in `PORT={other} make demo`.")
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as caller:
            caller.settimeout(1)
            if caller.connect_ex((host, port)) == 0:
                raise taken
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a demo just stopped is not a taken port
        try:
            holder.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EACCES:
                raise taken from error
            raise CommandError(
                f"Port {port} is reserved for the administrator: choose one from 1024, as in `PORT={other} make demo`."
            ) from error


def alone(var: Path) -> IO[str]:
    """Return an open lock file: closing it gives the folder free; two demos in one folder would share a database."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "demo.lock").open("a+")
    except OSError as error:
        raise CommandError(f"The demo keeps its data in {var}, which cannot be used: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        where = lock.read().strip() or "this folder"
        raise CommandError(f"The demo already runs at {where}: stop it there with Ctrl-C first.") from error
    lock.truncate(0)
    lock.write(settings.SITE_URL)
    lock.flush()
    return lock


def remove_demo_data(var: Path) -> None:
    for path in [path for pattern in MADE for path in var.glob(pattern)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def collect_static() -> None:
    """Collect the static files unless nothing changed since they last were: compressing them takes a while."""
    sources = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            changed_at = storage.get_modified_time(name).timestamp()
            sources.update(f"{name} {storage.size(name)} {changed_at}\n".encode())
    stamp = settings.VAR_DIR / "static-digest"
    if stamp.exists() and stamp.read_text() == sources.hexdigest() and settings.STATIC_ROOT.exists():
        return
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(sources.hexdigest())


def require_all_alive(processes: dict[str, subprocess.Popen]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise CommandError(f"The {name} ended by itself (exit code {process.returncode}), so the rest was stopped.")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
