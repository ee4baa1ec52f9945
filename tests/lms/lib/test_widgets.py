from html.parser import HTMLParser

import pytest
from django import forms

from lms.lib.widgets import LongSelect

CHOICES = [
    ("", "All"),
    (7, 'Seven & "more"'),
    ("<b>", "<script>"),
    ("By country", [("NP", "Nepal"), ("GH", "Ghana")]),
]


class Elements(HTMLParser):
    """Everything that a browser would find, blanks between elements apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.found.append(tag)

    def handle_data(self, data):
        if data.strip():
            self.found.append(data)


@pytest.mark.parametrize("value", [None, "", "7", 7, "NP", "<b>", "nothing of it"])
def test_a_long_choice_is_what_django_would_write(value):
    for attrs in ({}, {"class": "input", "aria-invalid": "true", "required": True}):
        theirs, ours = forms.Select(attrs, CHOICES), LongSelect(attrs, CHOICES)
        html = ours.render("one", value, {"id": "id_one"})
        assert Elements(html).found == Elements(theirs.render("one", value, {"id": "id_one"})).found
