from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


class LongSelect(forms.Select):
    """A choice among hundreds, written in one go: a template for each option takes longer than all else on a page."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        options = mark_safe("".join(_options(self.choices, set(self.format_value(value)))))
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs({**self.attrs, "name": name}, attrs)), options
        )


def _options(choices: Iterable[tuple[Any, Any]], chosen: set[str]) -> Iterator[str]:
    """Yield the parts of a list of choices, or of groups of choices, as HTML that is safe."""
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield f'<optgroup label="{escape(str(value))}">'
            yield from _options(label, chosen)
            yield "</optgroup>"
        else:
            mark = " selected" if str(value) in chosen else ""
            yield f'<option value="{escape(str(value))}"{mark}>{escape(str(label))}</option>'
