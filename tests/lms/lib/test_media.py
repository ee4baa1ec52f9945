from pathlib import Path

import pytest


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    for folder in ("images", "documents"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path.parent / "outside.txt").write_text("not for anybody")
    return tmp_path


def test_a_picture_is_served_and_kept_for_a_day(client, media, db):
    answer = client.get("/media/images/a.svg")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("documents/a.svg", 404),
        ("/documents/a.svg", 404),
        ("images/../documents/a.svg", 404),
        ("images/none.svg", 404),
        ("images/", 404),
        ("../outside.txt", 400),
        ("images/%2e%2e/%2e%2e/outside.txt", 400),
    ],
)
def test_nothing_but_pictures_is_served(client, media, db, path, status):
    assert client.get(f"/media/{path}").status_code == status
