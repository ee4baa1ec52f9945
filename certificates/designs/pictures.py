"""Logos and signatures: made safe and small when they are uploaded, kept in private storage under their content."""

import hashlib
from functools import lru_cache
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from certificates.rendering.design import Picture
from lms.lib.kept_files import keep_whole
from lms.lib.svg import problems_in_svg

MOST_UPLOADED = 2_000_000  # bytes
MOST_PIXELS = 40_000_000
MOST_SVG = 20_000  # bytes; it goes into every certificate as it is
WIDEST, HIGHEST = 600, 300  # pixels: 200 dots an inch at the size a logo has on paper
MOST_COLOURS = 64  # of a picture with transparent parts: a logo has few, and more would make the file heavy


def keep_picture(upload: UploadedFile) -> str:
    """Return the name under which an uploaded picture is kept, made safe and small. Raises ValidationError."""
    if (upload.size or 0) > MOST_UPLOADED:
        raise ValidationError(_("This file is larger than 2 MB. Save the picture smaller and upload it again."))
    data = upload.read()
    data, kind = _as_svg(data) if b"<svg" in data[:2000] else _as_pixels(data)
    name = f"designs/{hashlib.sha256(data).hexdigest()}.{kind}"
    keep_whole(storages["private"], name, data)
    return name


def kept_picture(name: str, words: str) -> Picture:
    """Return a picture that was kept, for rendering."""
    return Picture(data=_read(name), kind=name.rpartition(".")[2], words=words)


@lru_cache(maxsize=100)
def _read(name: str) -> bytes:
    with storages["private"].open(name) as file:
        return file.read()


def _as_svg(data: bytes) -> tuple[bytes, str]:
    if problems := problems_in_svg(data):
        sentence = _("This drawing is not taken: line %(line)d, %(problem)s.")
        raise ValidationError(sentence % {"line": problems[0].line, "problem": problems[0].text})
    if len(data) > MOST_SVG:
        raise ValidationError(_("This drawing is larger than 20 kB. Simplify it, or upload it as PNG."))
    return data, "svg"


def _as_pixels(data: bytes) -> tuple[bytes, str]:
    """Return the picture drawn anew, so that nothing but its pixels is kept."""
    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValidationError(_("This picture has more than 40 million pixels. Save it smaller."))
            image.load()
            upright = ImageOps.exif_transpose(image)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(_("This file is not a PNG, JPEG, WebP or SVG picture that can be read.")) from error
    is_photograph = image.format == "JPEG"
    picture = upright.convert("RGB" if is_photograph else "RGBA")
    picture.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    file = BytesIO()
    if is_photograph:
        picture.save(file, "JPEG", quality=80, optimize=True)
        return file.getvalue(), "jpg"
    picture.quantize(MOST_COLOURS, method=Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
    return file.getvalue(), "png"
