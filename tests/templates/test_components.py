import re

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string

from lms.lib.bundles import kinds

TEMPLATES = settings.BASE_DIR / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


class AnyForm(forms.Form):
    name = forms.CharField(label="Name <&>", help_text="As on paper", max_length=20)
    agrees = forms.BooleanField(label="I agree", help_text="To all of it")
    colour = forms.ChoiceField(label="Colour", choices=[("g", "Green"), ("m", "Marigold")], widget=forms.RadioSelect)
    tone = forms.MultipleChoiceField(
        label="Tones", choices=[("p", "Pale"), ("d", "Dark")], widget=forms.CheckboxSelectMultiple, help_text="Any"
    )
    place = forms.ChoiceField(label="Place", choices=[("", "Choose"), ("1", "Here")])
    secret = forms.CharField(widget=forms.HiddenInput)


def page_with(html: str) -> str:
    return f'<!doctype html><html lang="en"><title>Form</title><form method="post" action="/">{html}</form></html>'


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_component_begins_with_its_inputs(path):
    assert path.read_text().startswith(f"{{# components/{path.name} — ")


def test_every_icon_asked_for_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (settings.BASE_DIR / "static" / "icons.svg").read_text()))
    asked = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'components/icon\.html" with name="([\w-]+)"', path.read_text())
    }
    assert asked - sprite == set()


def test_every_page_names_a_style_that_there_is():
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"{% block bundle %}([\w-]+)", path.read_text())
    }
    assert named - set(kinds()) == set()


def test_no_template_holds_a_style_or_a_script_of_its_own():
    # Mails must bring theirs; so must the page that works with no network, whose policy names both by their hashes.
    bring_their_own = {*(TEMPLATES / "emails").glob("*.html"), TEMPLATES / "certificates/verification/offline.html"}
    for path in set(TEMPLATES.rglob("*.html")) - bring_their_own:
        html = path.read_text().replace("<style>{{ style.inside }}</style>", "")  # allowed by its hash, see page_style
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", html), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", html), path


def test_fields_are_named_hinted_and_valid(validate_html):
    html = render_to_string("components/form_fields.html", {"form": AnyForm(prefix="a")})
    assert "Name &lt;&amp;&gt;" in html
    assert 'aria-describedby="id_a-name_helptext"' in html
    assert validate_html(page_with(html)) == []


def test_errors_stand_between_label_and_field_and_are_read_with_it(validate_html):
    form = AnyForm({"name": "x" * 30, "place": "7"})
    form.add_error(None, "Two of these do not go together.")
    html = render_to_string("components/form_fields.html", {"form": form})
    label, error, field = (html.index(text) for text in ('for="id_name"', "at most 20", 'name="name"'))
    assert label < error < field
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "Two of these do not go together." in html
    assert validate_html(page_with(html)) == []


def test_what_a_person_typed_is_escaped():
    html = render_to_string("components/form_fields.html", {"form": AnyForm({"name": '"><script>alert(1)</script>'})})
    assert "<script>" not in html
