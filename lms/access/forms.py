from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from lms.access.models import AccessRequest
from lms.access.rules.statements import (
    LONGEST_APPEAL,
    LONGEST_SENTENCE,
    SHORTEST_APPEAL,
    SHORTEST_SENTENCE,
    has_hidden,
    tidied,
    tidied_lines,
)
from lms.access.wording import WORDING, Criterion

MOST_READ = 5_000  # characters of a text that are looked at one by one; what is longer is refused for its length


def refuse_hidden(text: str) -> None:
    if len(text) <= MOST_READ and has_hidden(text):
        raise ValidationError(_("This text has characters in it that nobody can see. Write it again without them."))


class PlainTextField(forms.CharField):
    """Takes plain text as it was typed and keeps it tidied; on one line unless it may have several."""

    widget = forms.Textarea
    default_validators = [refuse_hidden]

    def __init__(self, *, rows: int, has_lines: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        self.tidy = tidied_lines if has_lines else tidied
        self.widget.attrs |= {"rows": rows, "dir": "auto"}

    def to_python(self, value):
        text = super().to_python(value) or ""
        return self.tidy(text) if len(text) <= MOST_READ else text


class AccessForm(forms.Form):
    """Where a person works, and which of the five criteria are true there, each with a sentence."""

    country = CountryField(
        _("Country of work"), help_text=_("Where you mainly work, study, or have had to flee to; not your nationality.")
    ).formfield()
    word = forms.BooleanField(
        label=_("What I have written is true."),
        help_text=_(
            "One answer in twenty is checked later. A check never takes away a seat or a certificate that you have."
        ),
        error_messages={"required": _("Tick this, so that we can rely on what you write.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, country: str = "", told: AccessRequest | None = None):
        sentences = told.sentences if told and told.country == country else {}
        super().__init__(data, initial={"country": country} | _initial(sentences))
        for criterion in WORDING:
            self.fields[criterion.letter] = forms.BooleanField(
                label=str(criterion.title), help_text=str(criterion.meaning), required=False
            )
            self.fields[f"said_{criterion.letter}"] = PlainTextField(
                label=_("In one sentence: %(title)s") % {"title": criterion.title},
                rows=2,
                min_length=SHORTEST_SENTENCE,
                max_length=LONGEST_SENTENCE,
                required=False,
            )

    def criteria(self) -> list[tuple[Criterion, BoundField, BoundField]]:
        """Return each criterion with its box and the field of its sentence."""
        return [(one, self[one.letter], self[f"said_{one.letter}"]) for one in WORDING]

    def clean(self):
        cleaned = super().clean() or {}
        for one in WORDING:
            field = f"said_{one.letter}"
            if field not in cleaned:
                continue
            if cleaned.get(one.letter) and not cleaned[field]:
                self.add_error(
                    field, _("Write one sentence, so that a reviewer can understand. A few words are enough.")
                )
            elif cleaned[field] and not cleaned.get(one.letter):
                self.add_error(field, _("Tick the box above if this is true where you work; else empty this field."))
        return cleaned

    def sentences(self) -> dict[str, str]:
        """Return the sentence to each criterion that was named."""
        return {
            one.letter: self.cleaned_data[f"said_{one.letter}"] for one in WORDING if self.cleaned_data.get(one.letter)
        }


class AppealForm(forms.Form):
    """Why a decision is wrong, in a person's own words."""

    text = PlainTextField(
        label=_("What is wrong?"),
        help_text=_("For instance that you have moved, or that a reviewer misread your answer."),
        rows=4,
        has_lines=True,
        min_length=SHORTEST_APPEAL,
        max_length=LONGEST_APPEAL,
        error_messages={"required": _("Say what is wrong, so that others can look at it.")},
    )


class HardshipForm(forms.Form):
    """Why somebody cannot pay, in their own words."""

    text = PlainTextField(
        label=_("Why is the price out of your reach, and what could you pay?"),
        help_text=_("A few sentences are enough. Send no papers, and no figures of what you earn: we keep none."),
        rows=5,
        has_lines=True,
        min_length=SHORTEST_APPEAL,
        max_length=LONGEST_APPEAL,
        error_messages={"required": _("Say in a sentence why, so that somebody can decide.")},
    )


def _initial(sentences: Mapping[str, str]) -> dict[str, Any]:
    return dict.fromkeys(sentences, True) | {f"said_{letter}": said for letter, said in sentences.items()}
