"""The certificate once more, as HTML that WeasyPrint sets: what typst's speed is measured against."""

from html import escape
from io import BytesIO
from typing import Any

import fontpkg_amiri
import fontpkg_noto_sans
from django.utils import translation

from certificates.award import Award
from certificates.rendering.chromosome import draw_chromosome
from certificates.rendering.square_code import square_code
from certificates.rendering.words import words_on_paper

SHADES = {"k1": "#d6e6dd", "k2": "#8fb9a7", "k3": "#4a8d78", "k4": "#1d5f4f", "k5": "#f0b23a"}
STYLE = """
@page { size: 297mm 210mm; margin: 0; background: #fdfefc }
body { margin: 0; font: 4.2mm "Noto Sans", Amiri; color: #14221d }
.band { position: absolute; inset: 0 auto 0 0; width: 27mm; background: #07372d }
.all { position: absolute; left: 43mm; right: 16mm; top: 15mm; bottom: 12mm }
h1 { position: absolute; right: 0; top: 0; font: 5.2mm serif }
.name { font: 16mm serif; margin: 3mm 0 4mm }
.title { font: 8mm serif; margin: 4mm 0 }
.award { position: absolute; top: 45mm } td { padding: 2mm 8mm 2mm 0; vertical-align: top } th { text-align: start; font-weight: 400 }
.foot { position: absolute; bottom: 0; font-size: 3.5mm } .code { position: absolute; right: 0; bottom: 0; width: 29mm }
"""
PAIRS = ("learning", "completed", "course", "result", "code", "credit")


def weasyprint_fonts() -> Any:
    """Return the configuration of fonts, read once as typst's are. Raises OSError where system libraries are missing."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    faces = [
        f'@font-face {{ font-family: "{family}"; src: url("{next(package.ROOT.rglob(pattern)).as_uri()}") }}'
        for family, package, pattern in (
            ("Noto Sans", fontpkg_noto_sans, "NotoSans[[]*"),
            ("Amiri", fontpkg_amiri, "*Regular.ttf"),
        )
    ]
    CSS(string=" ".join(faces), font_config=fonts)
    return fonts


def render_twin(award: Award, fonts: Any, *, statement: str) -> bytes:
    """Return the same page as `rendering.pdf.render`, by WeasyPrint, tagged for PDF/UA-1."""
    from weasyprint import CSS, HTML

    file = BytesIO()
    css = CSS(string=STYLE, font_config=fonts)
    HTML(string=_page(award, statement)).write_pdf(file, stylesheets=[css], font_config=fonts, pdf_variant="pdf/ua-1")
    return file.getvalue()


def _page(award: Award, statement: str) -> str:
    with translation.override(award.language):
        said = {name: escape(text) for name, text in words_on_paper(award, {}).items()}
    said |= {"completed": said["completed_on"], "code": award.shown_serial}
    cells = [f"<th>{said[f'label_{one}']}<br><b>{said[one]}</b></th>" for one in PAIRS]
    arms = draw_chromosome(award.lesson_minutes, has_assessment=award.is_achievement)
    drawn = "".join(
        f'<rect x="7" y="{arm.y}" width="24" height="{arm.height}" rx="12" fill="{SHADES["k1"]}"/>'
        + "".join(f'<rect x="7" y="{y}" width="24" height="{h}" fill="{SHADES[shade]}"/>' for shade, y, h in arm.bands)
        for arm in arms
    )
    code = square_code(f"{award.verification_url}#{statement}", "M").svg
    return f"""<!doctype html><html lang="{award.language}"><title>{said["title"]}</title><body>
<div class="band"><svg viewBox="0 -12 50 384" width="27mm" height="210mm">{drawn}</svg></div>
<div class="all"><span style="font: 7mm serif">{escape(award.issuer)}</span><h1>{said["kind"]}</h1>
<div class="award">{said["intro"]}<div class="name">{escape(award.name)}</div>{said["deed"]}
<div class="title">{escape(award.course_title)}</div>{said["outcome"]}
<table><tr>{"".join(cells[:3])}</tr><tr>{"".join(cells[3:])}</tr></table></div>
<div class="foot">{said["issued"]}<br>{said["check"]} <b>{escape(award.verification_url)}</b></div>
<div class="code">{code}</div></div></body></html>"""
