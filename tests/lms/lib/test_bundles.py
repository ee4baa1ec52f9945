import re
import tomllib

import brotli
import pytest
from django.contrib.staticfiles import finders

from lms.lib.bundles import (
    JOINED,
    LATE,
    SOURCES,
    BundleFinder,
    bundles,
    join,
    kinds,
    lean_style,
    policy_source,
    style_of,
)

MOST_BYTES_INSIDE = 6_200  # of the style that stands in a learner's page, as served, so that 8 kB are left for its text
MOST_BYTES_LATE = 4_500
FOR_STAFF = {"appeals", "insights", "course_insights", "teaching"}
IN_A_FILE = {"class"}  # of its own, on a computer in the room


def every_file() -> set[str]:
    return {file for files in (*bundles().values(), *kinds().values()) for file in files}


def test_every_bundle_joins_files_that_are_there():
    assert {file for file in every_file() if not (SOURCES / file).is_file()} == set()


def test_every_source_is_part_of_a_bundle():
    sources = {str(path.relative_to(SOURCES)) for kind in ("css", "js") for path in (SOURCES / kind).rglob("*.*")}
    assert sources - every_file() == {"css/cms.css"}  # joins Wagtail's own in the editor


@pytest.mark.parametrize("kind", kinds())
def test_style_in_a_page_begins_with_the_order_of_its_layers_and_is_light(kind):
    text = style_of(kind).text
    assert text.startswith("@layer reset,tokens,base,layout,components,print;")
    assert kind in FOR_STAFF | IN_A_FILE or len(brotli.compress(text.encode(), quality=5)) <= MOST_BYTES_INSIDE


@pytest.mark.parametrize("path", [path for path in bundles() if path.endswith(".css")])
def test_late_style_is_light(path):
    assert len(brotli.compress(join(path, bundles()[path]).read_bytes())) <= MOST_BYTES_LATE


@pytest.mark.parametrize("kind", kinds())
def test_style_uses_only_names_that_it_defines(kind):
    late = style_of(kind).late
    text = style_of(kind).text + join(late, bundles()[late]).read_text()
    used = set(re.findall(r"var\((--[\w-]+)\)", text))  # a name with a fallback may be missing
    assert used - set(re.findall(r"(--[\w-]+)\s*:", text)) == set()


def test_shared_files_come_before_those_of_the_page_and_late_ones_after():
    shared = tomllib.loads((SOURCES / "bundles.toml").read_text())["shared"]
    for files in kinds().values():
        assert files[: len(shared["css"])] == shared["css"]
    for path, files in bundles().items():
        if path.endswith(".css") and path != "bundles/plain.css":
            assert files[-len(shared["late"]) :] == shared["late"]


def test_style_is_named_by_its_hash_and_followed_by_what_is_late():
    style = style_of("lesson")
    assert style.source == policy_source(style.text)
    assert ".prose{" in style.text
    assert ".media{" not in style.text
    assert style.late == "bundles/lesson.css"
    assert style_of("course").late == LATE


def test_a_part_that_a_page_needs_at_once_is_taken_from_the_late_style():
    assert ".media{" in style_of("lesson", "media").text
    assert style_of("lesson", "media").source != style_of("lesson").source
    assert style_of("lesson", "no-such-part") == style_of("lesson")


def test_a_name_in_a_policy_is_the_hash_of_the_text():
    # Source: the example of Content Security Policy Level 3, section 2.3.1
    assert policy_source("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_joining_follows_a_changed_source_and_leaves_an_unchanged_bundle_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("lms.lib.bundles.SOURCES", tmp_path)
    monkeypatch.setattr("lms.lib.bundles.JOINED", tmp_path / "joined")
    (tmp_path / "a.css").write_text("a {}\n")
    (tmp_path / "b.css").write_text("b {}\n")
    target = join("bundles/x.css", ["a.css", "b.css"])
    assert target.read_text() == "a{}\nb{}\n"
    written = target.stat().st_mtime_ns
    assert join("bundles/x.css", ["a.css", "b.css"]).stat().st_mtime_ns == written
    (tmp_path / "b.css").write_text("b { color: red }\n")
    assert join("bundles/x.css", ["a.css", "b.css"]).read_text() == "a{}\nb{color:red}\n"


def test_joined_style_sheet_holds_no_comments_and_no_spare_space(tmp_path, monkeypatch):
    monkeypatch.setattr("lms.lib.bundles.SOURCES", tmp_path)
    monkeypatch.setattr("lms.lib.bundles.JOINED", tmp_path / "joined")
    (tmp_path / "a.css").write_text("/* Why\n   so */\n@layer x {\n  a { color: red; } /* here */\n\n  b {}\n}\n")
    assert join("bundles/x.css", ["a.css"]).read_text() == "@layer x{a{color:red}b{}}\n"
    (tmp_path / "a.js").write_text("// why\nif (true)\n  go(`a\n  b`);\n")
    assert join("bundles/x.js", ["a.js"]).read_text() == "// why\nif (true)\n  go(`a\n  b`);\n"


def test_space_that_means_something_stays():
    assert lean_style('a :is(b, c) > d , e { margin : 0 calc(1px + 2px) ; content: " (" }') == (
        'a :is(b,c) > d,e{margin :0 calc(1px + 2px);content:" ("}'
    )
    assert (
        lean_style("@media (min-width: 1rem) and (color) { a { b: c } }")
        == "@media (min-width:1rem) and (color){a{b:c}}"
    )


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
