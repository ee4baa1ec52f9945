from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from certificates.designs.pictures import keep_picture, kept_picture
from tests.factories.designs import SVG, picture_file


@pytest.mark.parametrize(("kind", "kept_as"), [("PNG", "png"), ("WEBP", "png"), ("JPEG", "jpg")])
def test_pixels_are_drawn_anew_and_small(kind, kept_as):
    name = keep_picture(picture_file(kind))
    assert name.endswith(f".{kept_as}")
    picture = kept_picture(name, "Example University")
    image = Image.open(BytesIO(picture.data))
    assert (picture.kind, picture.words) == (kept_as, "Example University")
    assert max(image.size) <= 600
    assert len(picture.data) < 12_000


def test_nothing_that_is_hidden_in_a_picture_is_kept():
    image = Image.new("RGB", (40, 40), "white")
    hidden, file = Image.Exif(), BytesIO()
    hidden[0x010E] = "where it was taken"
    image.save(file, "JPEG", exif=hidden)
    kept = kept_picture(keep_picture(SimpleUploadedFile("a.jpg", file.getvalue() + b"<?php ?>")), "").data
    assert b"where it was taken" not in kept
    assert b"php" not in kept


def test_a_plain_drawing_is_kept_as_it_is():
    name = keep_picture(SimpleUploadedFile("signature.svg", SVG))
    assert storages["private"].open(name).read() == SVG


def test_the_same_picture_twice_is_kept_once():
    assert keep_picture(picture_file()) == keep_picture(picture_file())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not taken: line 1"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', "not taken: line 1"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g/>" * 6000 + b"</svg>", "larger than 20 kB"),
        (b"%PDF-1.7", "not a PNG, JPEG, WebP or SVG"),
        (b"\x89PNG\r\n\x1a\n broken", "not a PNG, JPEG, WebP or SVG"),
        (b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(ValidationError, match=sentence):
        keep_picture(SimpleUploadedFile("a.png", data))
