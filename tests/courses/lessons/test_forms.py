import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form

pytestmark = pytest.mark.django_db


def form_for(data: bytes):
    form_class = get_image_form(get_image_model())
    return form_class({"title": "x"}, {"file": SimpleUploadedFile("x.svg", data, content_type="image/svg+xml")})


def test_a_plain_drawing_may_be_uploaded():
    form = form_for(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><rect width="4" height="2"/></svg>')
    assert "file" not in form.errors


def test_a_drawing_with_script_is_refused():
    form = form_for(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><script>alert(1)</script></svg>')
    assert "cannot be used" in str(form.errors["file"])
