from courses.offline.classroom.packing.rewriting import (
    Surroundings,
    as_file,
    replies_in,
    symbols_in,
    with_icons_inside,
    with_places,
)

AROUND = Surroundings(
    files={
        "/courses/one/lesson/": "1-1.html",
        "/media/images/a.webp": "pictures/a.webp",
        "/media/x.m4a": "sound/3.m4a",
    },
    symbols={"clock": ("0 0 24 24", '<path d="M1 1"/>')},
    site_url="https://academy.example",
)


def made(html: str) -> str:
    return as_file(html, AROUND)


def test_a_picture_stands_beside_the_page_in_its_widest_form():
    offered = "/media/images/s.webp 400w, /media/images/a.webp 800w"
    html = f'<img src="/media/images/s.webp" srcset="{offered}" sizes="40rem" alt="A &amp; B" loading="lazy">'
    assert made(html) == '<img src="pictures/a.webp" alt="A &amp; B" loading="lazy">'


def test_a_picture_that_did_not_fit_leaves_its_words():
    assert made('<img src="/media/images/huge.webp" alt="A tree">') == "<span>A tree</span>"
    assert made('<img src="/media/images/huge.webp">') == "<span></span>"


def test_links_lead_to_what_is_there_or_to_the_academy():
    assert made('<a href="/courses/one/lesson/#part">') == '<a href="1-1.html#part">'
    assert made('<a href="/glossary/#x">') == '<a href="https://academy.example/glossary/#x">'
    assert (
        made('<a class="a" href="/search?q=a&amp;b">')
        == '<a class="a" href="https://academy.example/search?q=a&amp;b">'
    )
    for kept in ('<a href="#ref-1">', '<a href="https://doi.org/10.1">', '<a href="mailto:a@example.org">', "<a>"):
        assert made(kept) == kept


def test_recordings_that_stayed_behind_are_not_offered():
    choice = '<li>\n  <a href="{}"\n  data-play><b>Audio</b></a>\n</li>'
    assert made(choice.format("/media/y.mp4")) == ""
    assert made(choice.format("/media/x.m4a")) == '<li>\n  <a href="sound/3.m4a"><b>Audio</b></a>\n</li>'


def test_icons_need_no_other_file():
    html = '<svg class="icon"><use href="/static/icons.0123.svg#clock" /></svg><use href="x#unknown"></use>'
    assert with_icons_inside(html, AROUND.symbols) == (
        '<svg class="icon"><svg viewBox="0 0 24 24"><path d="M1 1"/></svg></svg><svg viewBox="0 0 24 24"></svg>'
    )
    assert symbols_in('<symbol id="clock" viewBox="0 0 24 24"><path d="M1 1"/></symbol>') == AROUND.symbols


def test_places_for_replies_are_found_and_named():
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    html = f"<p>Why?</p><!--reply {key}-->"
    assert replies_in(html) == [key]
    assert with_places(html) == f"<p>Why?</p><!--here reply-{key}-->"
