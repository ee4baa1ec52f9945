from pathlib import Path

import pytest
from django.conf import settings as project_settings


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path) -> None:
    """Uploads and what is made of them lie in the test's own folder."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    private = {**project_settings.STORAGES["private"], "OPTIONS": {"location": tmp_path / "private", "base_url": None}}
    settings.STORAGES = {**project_settings.STORAGES, "private": private}


@pytest.fixture
def made(tmp_path) -> Path:
    """Where the files made of recordings lie."""
    return tmp_path / "media" / "lesson-media"
