import re

import pytest

from deploy import lock
from tests.services import ROOT


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of pyproject.toml and its locks, to change."""
    for name in ["pyproject.toml", *lock.LOCKS]:
        (tmp_path / name).write_text((ROOT / name).read_text())
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    return tmp_path


def test_the_locks_match_until_a_dependency_changes(project):
    assert lock.stale_locks() == []
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"PyYAML>=', '"PyYAML>6,>='))
    assert len(lock.stale_locks()) == len(lock.LOCKS)


def test_other_changes_to_pyproject_leave_the_locks_alone(project):
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("line-length = 120", "line-length = 100"))
    assert lock.stale_locks() == []


def test_an_address_in_a_lock_is_noticed(project):
    with (project / "requirements.txt").open("a") as file:
        file.write("--index-url https://example.org/simple\n")
    assert "names an address" in lock.stale_locks()[0]


def test_a_missing_lock_is_named(project):
    (project / "requirements-dev.txt").unlink()
    assert lock.stale_locks() == ["requirements-dev.txt is missing: run `make lock`."]


def test_no_two_locks_disagree_about_a_version():
    versions = {}
    for name in lock.LOCKS:
        for package, version in re.findall(
            r"^([\w.-]+(?:\[\S+\])?==(\S+).*)$", (ROOT / name).read_text(), re.MULTILINE
        ):
            key = re.sub(r"==\S+|\s*\\$", "", package)
            versions.setdefault(key, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_a_python_from_before_3_11_3_is_thought_of():
    assert "python_full_version < '3.11.3'" in (ROOT / "requirements.txt").read_text()
