"""The set-up as a newcomer meets it: a copy of the project's tools and locks, and the real script."""

import ast
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.services import ROOT

SCRIPT = ROOT / "deploy" / "bootstrap.py"
UNREACHABLE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
SOFT_WIND = "soft_wind-1.0-py3-none-any.whl"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose lock names one small package, and a folder where pip finds it without a network."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(SCRIPT, tmp_path / "deploy")
    (tmp_path / "deploy" / "translations.py").write_text("")  # what compiles them has tests of its own
    (tmp_path / "wheels").mkdir()
    wheel = tmp_path / "wheels" / SOFT_WIND
    with zipfile.ZipFile(wheel, "w") as archive:
        info = "soft_wind-1.0.dist-info"
        archive.writestr("soft_wind.py", "")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: soft-wind\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"soft_wind.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    lock_soft_wind(tmp_path, hashlib.sha256(wheel.read_bytes()).hexdigest())
    return tmp_path


def lock_soft_wind(project: Path, digest: str) -> None:
    (project / "requirements.txt").write_text(f"soft-wind==1.0 \\\n    --hash=sha256:{digest}\n")


def bootstrap(project: Path, task: str = "runtime", **environment: str) -> subprocess.CompletedProcess:
    inherited = {k: v for k, v in os.environ.items() if k not in ("PIP_EXTRA_INDEX_URL", "VAR_DIR", "PORT", "RESET")}
    environment = {**inherited, **UNREACHABLE, **environment}
    command = [sys.executable, str(project / "deploy" / "bootstrap.py"), task]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def bootstrap_with_wheels(project: Path, **environment: str) -> subprocess.CompletedProcess:
    return bootstrap(project, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(project / "wheels"), **environment)


def has_soft_wind(project: Path) -> bool:
    command = [str(project / ".venv/bin/python"), "-c", "import soft_wind"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def loaded_script():
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_fresh_clone_gets_its_environment_and_a_second_start_needs_no_network(project):
    first = bootstrap_with_wheels(project)
    assert (first.returncode, first.stderr) == (0, "")
    assert has_soft_wind(project)
    second = bootstrap(project, PATH="")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")


def test_first_start_without_a_network_ends_in_one_sentence(project):
    done = bootstrap(project, PIP_FIND_LINKS="")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "The package index could not be reached" in done.stderr


def test_an_interrupted_installation_is_made_afresh(project):
    bootstrap_with_wheels(project)
    (project / ".venv/genomed-installing").touch()
    for path in project.glob(".venv/lib/python*/site-packages/pip"):
        shutil.rmtree(path)
    done = bootstrap_with_wheels(project)
    assert done.returncode == 0
    assert "interrupted; making it afresh" in done.stdout
    assert has_soft_wind(project)


def test_a_half_made_environment_is_made_afresh(project):
    (project / ".venv/bin").mkdir(parents=True)
    done = bootstrap_with_wheels(project)
    assert done.returncode == 0
    assert "half made" in done.stdout
    assert has_soft_wind(project)


def test_a_package_that_is_not_the_locked_one_is_refused(project):
    lock_soft_wind(project, "0" * 64)
    done = bootstrap_with_wheels(project)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "is not the one requirements.txt names" in done.stderr


def test_an_old_python_can_read_the_script():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_an_old_python_is_told_what_is_wanted(monkeypatch):
    script = loaded_script()
    monkeypatch.setattr(script, "facts", lambda python: [[3, 9, 18], True, "/usr/bin/python3.9"])
    with pytest.raises(script.Trouble, match=r"needs Python 3\.11 or newer and found only"):
        script.suitable_python()


def test_a_newer_python_on_the_path_is_taken_before_the_old_one(monkeypatch):
    script = loaded_script()
    known = {sys.executable: [[3, 9, 18], True, sys.executable], "python3.12": [[3, 12, 1], True, "/opt/python3.12"]}
    monkeypatch.setattr(script, "facts", known.get)
    monkeypatch.setattr(script.shutil, "which", lambda name: name if name in known else None)
    assert script.suitable_python() == "/opt/python3.12"


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_before_anything_is_installed(project, port):
    done = bootstrap(project, "demo", PORT=port)
    assert done.returncode == 1
    assert done.stderr.startswith(f"PORT={port} is not a port number")
    assert not (project / ".venv").exists()


def test_a_var_that_is_a_file_ends_in_one_sentence(project):
    (project / "var").touch()
    done = bootstrap(project, "demo")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "which cannot be used" in done.stderr
