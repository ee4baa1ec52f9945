import re
import tomllib

import brotli
import pytest
from django.contrib.staticfiles import finders

from lms.lib.bundles import JOINED, SOURCES, BundleFinder, bundles, join

MOST_BYTES = 8_000  # of one style sheet with brotli, so that 12 kB of a first view are left for the page itself


def test_every_bundle_joins_files_that_are_there():
    missing = {file for files in bundles().values() for file in files if not (SOURCES / file).is_file()}
    assert missing == set()


def test_every_source_is_part_of_a_bundle():
    used = {file for files in bundles().values() for file in files}
    sources = {str(path.relative_to(SOURCES)) for kind in ("css", "js") for path in (SOURCES / kind).rglob("*.*")}
    assert sources - used == {"css/cms.css"}  # joins Wagtail's own in the editor


@pytest.mark.parametrize("path", [path for path in bundles() if path.endswith(".css")])
def test_style_sheet_begins_with_the_order_of_its_layers_and_is_light(path):
    text = join(path, bundles()[path]).read_text()
    assert text.startswith("@layer reset, tokens, base, layout, components, print;")
    assert len(brotli.compress(text.encode(), quality=11)) <= MOST_BYTES


@pytest.mark.parametrize("path", [path for path in bundles() if path.endswith(".css")])
def test_style_sheet_uses_only_names_that_it_defines(path):
    text = join(path, bundles()[path]).read_text()
    used = set(re.findall(r"var\((--[\w-]+)\)", text))  # a name with a fallback may be missing
    assert used - set(re.findall(r"(--[\w-]+)\s*:", text)) == set()


def test_shared_files_come_before_those_of_the_page():
    shared = tomllib.loads((SOURCES / "bundles.toml").read_text())["shared"]["css"]
    for path, files in bundles().items():
        if path.endswith(".css"):
            assert files[: len(shared)] == shared


def test_joining_follows_a_changed_source_and_leaves_an_unchanged_bundle_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("lms.lib.bundles.SOURCES", tmp_path)
    monkeypatch.setattr("lms.lib.bundles.JOINED", tmp_path / "joined")
    (tmp_path / "a.css").write_text("a {}\n")
    (tmp_path / "b.css").write_text("b {}\n")
    target = join("bundles/x.css", ["a.css", "b.css"])
    assert target.read_text() == "a {}\nb {}\n"
    written = target.stat().st_mtime_ns
    assert join("bundles/x.css", ["a.css", "b.css"]).stat().st_mtime_ns == written
    (tmp_path / "b.css").write_text("b { color: red }\n")
    assert join("bundles/x.css", ["a.css", "b.css"]).read_text() == "a {}\nb { color: red }\n"


def test_joined_style_sheet_holds_no_comments_and_no_indentation(tmp_path, monkeypatch):
    monkeypatch.setattr("lms.lib.bundles.SOURCES", tmp_path)
    monkeypatch.setattr("lms.lib.bundles.JOINED", tmp_path / "joined")
    (tmp_path / "a.css").write_text("/* Why\n   so */\n@layer x {\n  a { color: red; } /* here */\n\n  b {}\n}\n")
    assert join("bundles/x.css", ["a.css"]).read_text() == "@layer x {\na { color: red; } \nb {}\n}\n"
    (tmp_path / "a.js").write_text("// why\nif (true)\n  go(`a\n  b`);\n")
    assert join("bundles/x.js", ["a.js"]).read_text() == "// why\nif (true)\n  go(`a\n  b`);\n"


def test_joining_a_file_that_is_not_there_fails():
    with pytest.raises(FileNotFoundError):
        join("bundles/x.css", ["css/no-such-file.css"])


def test_static_files_find_a_bundle_as_if_it_were_a_file():
    assert finders.find("bundles/lesson.css") == str(JOINED / "bundles/lesson.css")
    assert finders.find("bundles/no-such-kind.css") is None


def test_collectstatic_is_given_every_bundle():
    listed = dict(BundleFinder().list([]))
    assert set(listed) == set(bundles())
    assert all(storage.exists(path) for path, storage in listed.items())
