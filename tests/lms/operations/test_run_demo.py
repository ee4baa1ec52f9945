"""`make demo` with real processes. They share one filled var/, since filling it is most of a first start."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests import services


@pytest.fixture
def var(demo, tmp_path) -> Path:
    """A var/ folder as an earlier, finished demo leaves it."""
    var = tmp_path / "var"
    var.mkdir()
    with sqlite3.connect(demo.var / "db.sqlite3") as source, sqlite3.connect(var / "db.sqlite3") as copy:
        source.backup(copy)
    for name in ("static", "media", "private"):
        if (demo.var / name).exists():
            shutil.copytree(demo.var / name, var / name)
    shutil.copy(demo.var / "static-digest", var)
    return var


def start_in_vain(var: Path, **environment: str) -> subprocess.CompletedProcess:
    """Start the demo where it cannot run, and return what it said."""
    command = [sys.executable, str(services.ROOT / "deploy" / "bootstrap.py"), "demo"]
    environment = {**os.environ, "PORT": str(services.free_port()), "RESET": "", "VAR_DIR": str(var), **environment}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=120
    )


def group_members(leader: int) -> list[int]:
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listing.splitlines())}
    members, found = [], [leader]
    while found:
        members += found
        found = [pid for pid, parent in parents.items() if parent in found]
    return members


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def child(demo: services.Demo, word: str) -> int:
    """Return the number of the demo's own child whose command line has this word."""
    for pid in group_members(demo.process.pid)[1:]:
        if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
            return pid
    raise AssertionError(f"no process of the demo is called {word}")


def test_the_demo_prints_its_address_last_and_who_can_sign_in(demo):
    said = demo.said()
    assert "learner@example.org" in said
    assert "genomics-demo" in said
    assert said.index(f"Genomed is running at {demo.url}") > said.index("admin@example.org")
    with urllib.request.urlopen(f"{demo.url}/healthz") as answer:
        assert answer.status == 200


def test_a_taken_port_is_named_and_nothing_is_touched(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = start_in_vain(tmp_path, PORT=str(port), RESET="1")
    assert done.returncode == 1
    assert done.stderr == f"Port {port} is taken by another program: choose another, as in `PORT=8123 make demo`.\n"
    assert not (tmp_path / "db.sqlite3").exists()


def test_a_second_demo_in_the_same_folder_is_refused(demo):
    done = start_in_vain(demo.var, RESET="1")
    assert done.returncode == 1
    assert done.stderr == f"The demo already runs at {demo.url}: stop it there with Ctrl-C first.\n"
    assert (demo.var / "db.sqlite3").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_no_process_behind(var, number):
    with services.demo(var) as demo:
        members = group_members(demo.process.pid)
        assert len(members) >= 4
        demo.process.send_signal(number)
        assert demo.process.wait(timeout=30) == 0
        assert [pid for pid in members if is_running(pid)] == []


def test_killing_the_supervisor_takes_its_processes_along(var):
    with services.demo(var) as demo:
        members = group_members(demo.process.pid)
        demo.process.kill()
        services.wait_until(
            lambda: not any(is_running(pid) for pid in members), seconds=30, what="The end of the demo's processes"
        )


def test_a_process_that_dies_is_named_and_the_rest_is_stopped(var):
    with services.demo(var) as demo:
        members = group_members(demo.process.pid)
        os.kill(child(demo, "beat"), signal.SIGKILL)
        assert demo.process.wait(timeout=30) == 1
        assert "The Celery beat ended by itself (exit code -9), so the rest was stopped." in demo.said()
        assert [pid for pid in members if is_running(pid)] == []


def test_a_second_start_needs_no_network_and_loads_nothing_anew(var):
    nowhere = "http://127.0.0.1:9"
    with services.demo(
        var, PIP_INDEX_URL=nowhere, http_proxy=nowhere, https_proxy=nowhere, no_proxy="localhost,127.0.0.1"
    ) as demo:
        assert "Installing" not in demo.said()
        assert "Loading the courses" not in demo.said()


def test_a_database_that_is_none_ends_in_one_sentence(tmp_path):
    (tmp_path / "db.sqlite3").write_text("This was to become a database.")
    done = start_in_vain(tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be used" in done.stderr
    assert "make demo RESET=1" in done.stderr


def test_half_made_static_files_are_collected_again(var):
    shutil.rmtree(var / "static")
    with services.demo(var) as demo, urllib.request.urlopen(f"{demo.url}/healthz") as answer:
        assert answer.status == 200
        assert (var / "static" / "staticfiles.json").exists()


def test_reset_removes_what_the_demo_made_and_nothing_else(var):
    (var / "bench").mkdir()
    (var / "bench" / "figures.json").touch()
    (var / "mail").mkdir()
    (var / "mail" / "old.eml").touch()
    with services.demo(var, RESET="1") as demo:
        assert "Loading the courses" in demo.said()
        assert not (var / "mail" / "old.eml").exists()
        assert (var / "bench" / "figures.json").exists()


def test_run_demo_refuses_an_environment_that_is_not_the_demos(process_environment):
    command = [sys.executable, "manage.py", "run_demo"]
    done = subprocess.run(
        command, cwd=services.ROOT, env=process_environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "only as `make demo`" in done.stderr
