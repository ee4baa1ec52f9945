"""The forms behind the editor of lessons, of the glossary and of references."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError, StreamValue

from courses.catalogue.editing import OwnLanguageMixin
from courses.lessons.blocks import RECORDINGS
from courses.lessons.recordings import problems_of_recordings
from courses.lessons.sources import fields_of_record, plain_doi


class LessonPageForm(OwnLanguageMixin, WagtailAdminPageForm):
    in_own_language = ("glossary_terms",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation and "body" in cleaned:
            self._require_words_for_recordings(cleaned["body"])
            self._require_something_to_watch(cleaned)
        return cleaned

    def _require_something_to_watch(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("watched_percent") and not any(piece.block_type in RECORDINGS for piece in cleaned["body"]):
            self.add_error(
                "watched_percent", _("The lesson holds neither video nor sound. Add one, or leave this empty.")
            )

    def _require_words_for_recordings(self, body: StreamValue) -> None:
        """A draft may hold a recording that is not ready; what readers see may not."""
        locale = self.instance.locale if self.instance.locale_id else self.parent_page.locale
        if problems := problems_of_recordings(body, locale.language_code):
            errors = {number: ValidationError(problem) for number, problem in problems.items()}
            self.add_error("body", StreamBlockValidationError(block_errors=errors))


class GlossaryTermForm(OwnLanguageMixin, WagtailAdminModelForm):
    in_own_language = ("see_also",)


class RecordField(forms.CharField):
    """The record of one source in CSL-JSON, as a dict; {} if none was pasted."""

    widget = forms.Textarea

    def to_python(self, value):
        text = super().to_python(value)
        try:
            record = json.loads(text) if text else {}
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, list) and len(record) == 1:
            record = record[0]
        if not isinstance(record, dict):
            raise ValidationError(_("This is not the record of one source. Copy it as CSL-JSON and paste all of it."))
        wrapped = record.get("message")  # as Crossref gives it
        return wrapped if isinstance(wrapped, dict) else record


class ReferenceForm(WagtailAdminModelForm):
    """A reference, typed, or filled from the record of its DOI where fields were left empty."""

    record = RecordField(
        label=_("Record of the DOI"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Optional. Paste the record as CSL-JSON, as doi.org or a reference manager gives it; it fills what you leave empty."
        ),
    )

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(self._filled(data) if data else data, *args, **kwargs)

    def clean_doi(self):
        """Refuse a source that is in the library already: it is entered once and cited from there."""
        doi = self.cleaned_data["doi"]
        known = self._meta.model.objects.filter(doi__iexact=doi).exclude(pk=self.instance.pk).first() if doi else None
        if known:
            raise ValidationError(
                _("This source is in the library already. Cite it as [@%(key)s]."), params={"key": known.key}
            )
        return doi

    @classmethod
    def _filled(cls, data):
        filled = data.copy()
        filled["doi"] = plain_doi(data.get("doi", ""))
        try:
            record = RecordField(required=False).clean(data.get("record", ""))
        except ValidationError:
            return filled  # the field itself says what is wrong
        for name, value in fields_of_record(record).items():
            if not filled.get(name):
                filled[name] = str(value)
        return filled
