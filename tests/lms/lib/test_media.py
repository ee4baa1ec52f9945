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


SIZE = 1000


@pytest.fixture
def recording(media) -> bytes:
    content = bytes(number % 251 for number in range(SIZE))
    (media / "a.mp4").write_bytes(content)
    return content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=900-", 900, 999),
        ("bytes=-10", 990, 999),
        ("bytes=990-5000", 990, 999),
        ("bytes=7-7", 7, 7),
    ],
)
def test_a_player_seeks_by_asking_for_a_part(client, recording, db, asked, first, last):
    answer = client.get("/media/a.mp4", headers={"range": asked, "accept-encoding": "gzip, br"})
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == recording[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("asked", ["", "bytes=-", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=0-1 "])
def test_whoever_asks_for_no_single_part_gets_the_whole(client, recording, db, asked):
    answer = client.get("/media/a.mp4", headers={"range": asked} if asked else {})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == recording
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=5-4", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(client, recording, db, asked):
    answer = client.get("/media/a.mp4", headers={"range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{SIZE}")


def test_a_file_that_has_changed_is_sent_whole(client, recording, db):
    unchanged = client.get("/media/a.mp4").headers["Last-Modified"]
    parts = {"range": "bytes=0-9"}
    assert client.get("/media/a.mp4", headers={**parts, "if-range": unchanged}).status_code == 206
    changed = {**parts, "if-range": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert client.get("/media/a.mp4", headers=changed).status_code == 200


def test_drawings_are_compressed_as_before(client, media, db):
    (media / "images" / "long.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'>" + "<g/>" * 1000 + "</svg>")
    answer = client.get("/media/images/long.svg", headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
