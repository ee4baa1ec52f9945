import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from courses.offline.elsewhere.xhtml import as_xhtml

SITE = "https://academy.example.org/courses/one/lesson/"


def converted(text: str) -> str:
    return as_xhtml(text, site=SITE, picture_named={"/media/a.webp": "a.jpg"}.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<br>b &amp; &nbsp;c", "a<br/>b &amp; \xa0c"),
        ("<p>on<script>bad()</script>wards<!-- reply --></p>", "<p>onwards</p>"),
        ('<p onclick="x()" style="y" data-z="1" class="note" tabindex="0">t</p>', '<p class="note">t</p>'),
        ('<a href="../two/">t</a>', '<a href="https://academy.example.org/courses/one/two/">t</a>'),
        ('<a href="javascript:x()">t</a>', "<a>t</a>"),
        ('<a href="http://[bad">t</a>', "<a>t</a>"),
        ('<a href="#gone">t</a>', "<a>t</a>"),
        ('<a href="#here">t</a><b id="here">u</b>', '<a href="#here">t</a><b id="here">u</b>'),
        ('<b id="a">t</b><b id="a">u</b><b id="1a">v</b>', '<b id="a">t</b><b>u</b><b>v</b>'),
        (
            '<p>An <button class="term" type="button" popovertarget="term-x">exon</button>.</p><div id="term-x" popover>E</div>',
            '<p>An <a href="#term-x">exon</a>.</p><div id="term-x">E</div>',
        ),
        ("<form><input><button>Send</button></form><p>t</p>", "<p>t</p>"),
        (
            '<picture><source srcset="/media/b.avif"><img src="/media/c.webp" srcset="/media/c.webp 400w, /media/a.webp 800w"'
            ' alt="A gel" loading="lazy"></picture>',
            '<img src="a.jpg" alt="A gel"/>',
        ),
        ('<p>See <img src="/media/none.webp" alt="a &lt;gel&gt;"> here</p>', "<p>See <em>a &lt;gel&gt;</em> here</p>"),
    ],
)
def test_what_works_elsewhere_is_kept(text, expected):
    assert converted(text) == f"<div>{expected}</div>"


pieces = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                *(
                    "<p>",
                    "</p>",
                    "<b id='x'>",
                    "</b>",
                    "<img alt='",
                    "'>",
                    "<br>",
                    "&",
                    "<!--",
                    "-->",
                    "<svg viewBox='0'>",
                ),
                *(
                    "<a href='#x'>",
                    "</a>",
                    "<button popovertarget='x'>",
                    "</div>",
                    "<script>",
                    "</script>",
                    "<table><td>",
                ),
            ]
        ),
    ),
    max_size=20,
).map("".join)


@given(pieces)
def test_whatever_it_is_made_of_it_is_well_formed(text):
    etree.fromstring(converted(text))
