from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.reflections.models import Reflection
from courses.reflections.rules import LONGEST, with_plain_line_ends


class LinesField(forms.CharField):
    """A text of several lines, as long as its writer counts it."""

    widget = forms.Textarea

    def to_python(self, value):
        return with_plain_line_ends(super().to_python(value) or "")


class ReflectionForm(forms.Form):
    """What a learner writes for themselves. seen: the version they had before them."""

    text = LinesField(
        label=_("What you think"),
        help_text=_("Only you can read it. Save an empty field to delete it."),
        max_length=LONGEST,
        required=False,
    )
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, key: UUID, stored: Reflection | None = None):
        initial = {"text": stored.text, "seen": stored.version} if stored else {}
        super().__init__(data, initial=initial, auto_id=f"r-{str(key)[:8]}-%s")
        self.fields["text"].widget.attrs |= {"rows": 5, "dir": "auto"}
