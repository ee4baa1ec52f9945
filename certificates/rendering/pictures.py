"""Award -> pictures: to share, and small beside a link."""

from io import BytesIO

from PIL import Image

from certificates.award import Award
from certificates.rendering.design import BUILT_IN, PAPER_MM, Design
from certificates.rendering.pdf import set_page
from certificates.rendering.typesetting import compile_png

# Source: Open Graph images as shared pages show them, 1.91 to 1.
SHARED_WIDTH, SHARED_HEIGHT, SHARED_DPI = 1200, 630, 96
THUMBNAIL_WIDTH = 480
_MM_PER_INCH = 25.4


def share_picture(award: Award, design: Design = BUILT_IN) -> bytes:
    """Return a PNG of 1200 by 630 pixels that says who achieved what. Raises MissingCharacters."""
    _pdf, data = set_page(award, design)
    size = {"width": SHARED_WIDTH / SHARED_DPI * _MM_PER_INCH, "height": SHARED_HEIGHT / SHARED_DPI * _MM_PER_INCH}
    picture = _opened(compile_png("share.typ", {**data, "paper": size}, dots_per_inch=SHARED_DPI))
    file = BytesIO()
    picture.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def thumbnail(award: Award, design: Design = BUILT_IN, *, statement: str = "") -> bytes:
    """Return the certificate as a WebP 480 pixels wide. Raises MissingCharacters."""
    _pdf, data = set_page(award, design, statement=statement)
    width, height = PAPER_MM[design.paper]
    # Twice as large as it ends up: made smaller by Pillow, thin lines and small letters keep their weight.
    dots = 2 * THUMBNAIL_WIDTH / width * _MM_PER_INCH
    picture = _opened(compile_png(f"{design.layout}.typ", data, dots_per_inch=dots))
    small = picture.resize((THUMBNAIL_WIDTH, round(THUMBNAIL_WIDTH * height / width)), Image.Resampling.LANCZOS)
    file = BytesIO()
    small.save(file, "WEBP", quality=70, method=4)
    return file.getvalue()


def _opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")
