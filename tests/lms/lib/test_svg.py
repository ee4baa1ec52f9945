import pytest

from lms.lib.svg import problems_in_svg

PLAIN = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" role="img">
<title>A box</title><style>.a { fill: url(#g) }</style><rect class="a" width="10" height="10" style="fill:url(#g)"/>
<use href="#a"/></svg>"""


def svg(inner: str, attributes: str = "") -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>\n{inner}\n</svg>'
    ).encode()


def test_plain_drawing_has_no_problem():
    assert problems_in_svg(PLAIN) == []


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        "<SCRIPT>alert(1)</SCRIPT>",
        '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<rect onload="alert(1)"/>',
        '<rect ONCLICK="alert(1)"/>',
        '<a href="https://example.org"><rect/></a>',
        '<use href="https://example.org/x.svg#a"/>',
        '<use xlink:href="java&#10;script:alert(1)"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<image href="https://example.org/x.png"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://example.org"/>',
        "<style>@import url(https://example.org/x.css)</style>",
        "<style>rect { fill: url(https://example.org/x) }</style>",
        '<rect style="fill:url(https://example.org/x)"/>',
        '<rect fill="url(//example.org/x)"/>',
        "<?xml-stylesheet href='https://example.org/x.css'?>",
    ],
)
def test_what_runs_or_reaches_out_is_refused_on_its_line(inner):
    assert [problem.line for problem in problems_in_svg(svg(inner))][:1] == [2]


def test_document_types_are_refused_before_entities_grow():
    bomb = b"""<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<svg xmlns="http://www.w3.org/2000/svg">&b;</svg>"""
    assert problems_in_svg(bomb)


@pytest.mark.parametrize("data", [b"", b"<svg", b"not xml", b"\xff\xfe\x00", b"<html></html>", b"<svg></svg>"])
def test_what_is_no_drawing_is_refused(data):
    assert problems_in_svg(data)
