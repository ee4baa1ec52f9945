from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from certificates.credentials.baking import bake, read_baked
from certificates.credentials.errors import NotGenuine


@pytest.fixture
def png():
    out = BytesIO()
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "Genomed")
    Image.new("RGB", (4, 3), "teal").save(out, "png", pnginfo=about)
    return out.getvalue()


def test_a_baked_credential_comes_back_and_the_picture_stays(png):
    baked = bake(png, '{"name": "Zoë"}')
    assert read_baked(baked) == '{"name": "Zoë"}'
    picture = Image.open(BytesIO(baked))
    assert picture.info == {"Author": "Genomed", "openbadgecredential": '{"name": "Zoë"}'}
    assert picture.tobytes() == Image.open(BytesIO(png)).tobytes()


def test_baking_again_replaces_the_credential(png):
    assert bake(bake(png, "old"), "new") == bake(png, "new")


def test_a_picture_without_credential_has_none(png):
    with pytest.raises(NotGenuine):
        read_baked(png)


def test_two_credentials_in_one_picture_are_refused(png):
    chunk = bake(png, "one")[33 : len(bake(png, "one")) - len(png) + 33]
    twice = png[:33] + chunk + chunk + png[33:]
    with pytest.raises(NotGenuine):
        read_baked(twice)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: b"",
        lambda it: it[:50],
        lambda it: b"\xff" + it[1:],
        lambda it: it.replace(b"\0credential", b"\0crEdential"),
    ],
)
def test_a_broken_picture_is_refused(png, spoil):
    with pytest.raises(NotGenuine):
        read_baked(spoil(bake(png, "credential")))
