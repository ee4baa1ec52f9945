import hashlib

import pytest
from django.core.files.storage import InMemoryStorage, storages

from certificates.issuing import files
from certificates.issuing.rules import file_name
from lms.lib import kept_files


@pytest.fixture
def private(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return storages["private"]


def test_a_file_lies_under_its_own_hash_and_twice_is_once(private, tmp_path):
    for _ in range(2):
        sha256 = files.store(b"%PDF-1.7 example")
    assert sha256 == hashlib.sha256(b"%PDF-1.7 example").hexdigest()
    assert private.open(file_name(sha256)).read() == b"%PDF-1.7 example"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{sha256}.pdf"]


def test_a_write_that_breaks_off_leaves_nothing_under_the_final_name(private, tmp_path, monkeypatch):
    def power_cut(_descriptor):
        raise OSError("no space left on device")

    monkeypatch.setattr(kept_files.os, "fsync", power_cut)
    with pytest.raises(OSError, match="no space"):
        files.store(b"%PDF-1.7 example")
    assert not list(tmp_path.rglob("*.pdf"))


def test_an_object_store_is_written_once(settings, monkeypatch):
    store = InMemoryStorage()
    monkeypatch.setattr(files, "storages", {"private": store})
    first, second = files.store(b"%PDF-1.7"), files.store(b"%PDF-1.7")
    assert first == second
    assert store.listdir(f"certificates/{first[:2]}")[1] == [f"{first}.pdf"]
