"""The field in which each kind of question is answered. What it cleans to is the answer as the marker takes it, or empty."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.assessments.exhibits import options_of, right_sides, things_to_order

LONGEST_LINE = 2_500  # characters; the longest answer that any marker reads
CHANGED = gettext_lazy("This question has changed since you opened the quiz. Choose again.")
NOT_YET = ("", gettext_lazy("Choose"))
PLAIN_TEXT = {"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off", "autocorrect": "off"}

PROMPTS = {
    "numeric": gettext_lazy("Your number"),
    "short_text": gettext_lazy("Your answer"),
    "hgvs": gettext_lazy("Your description"),
    "diplotype": gettext_lazy("The phenotype"),
    "gene_symbol": gettext_lazy("The approved symbol"),
}


def answer_field(kind: str, item: Mapping[str, Any], *, label: str, seed: str) -> forms.Field:
    """Return the field for an item. seed: what fixes the order of things that are shown in an order of their own."""
    match kind:
        case "single":
            return OneOfField(options_of(kind, item), label=label)
        case "true_false" | "acmg":
            return JudgementField(options_of(kind, item), label=label)
        case "multiple" | "pedigree" | "hpo":
            return SeveralOfField(options_of(kind, item), label=label)
        case "matching":
            return MatchingField([pair["left"] for pair in item["pairs"]], right_sides(item, seed=seed), label=label)
        case "ordering":
            return OrderingField(things_to_order(item, seed=seed), label=label)
        case "vcf":
            return AsksField(item["asks"], label=label)
    return LineField(kind, unit=item.get("unit") or "", label=label)


# -- Chosen -------------------------------------------------------------------------------------------------------


class JudgementField(forms.ChoiceField):
    """One of several; cleans to its value."""

    layout = "courses/assessments/questions/options.html"
    widget = forms.RadioSelect

    def __init__(self, options: Sequence[tuple[str, Any]], *, label: str):
        super().__init__(choices=options, required=False, label=label, error_messages={"invalid_choice": CHANGED})


class OneOfField(JudgementField):
    """One of several options; cleans to a list of its id."""

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        return [chosen] if chosen else []


class SeveralOfField(forms.MultipleChoiceField):
    """Some of several; cleans to a list of their values."""

    layout = "courses/assessments/questions/options.html"
    widget = forms.CheckboxSelectMultiple

    def __init__(self, options: Sequence[tuple[str, Any]], *, label: str):
        super().__init__(choices=options, required=False, label=label, error_messages={"invalid_choice": CHANGED})


# -- Written ------------------------------------------------------------------------------------------------------


class LineField(forms.CharField):
    """A line of text, as it was typed. prompt: the label beside the line; unit: shown behind it."""

    layout = "courses/assessments/questions/line.html"

    def __init__(self, kind: str, *, label: str, unit: str = ""):
        attrs = {**PLAIN_TEXT, "class": "input", **({"inputmode": "decimal"} if kind == "numeric" else {})}
        super().__init__(required=False, max_length=LONGEST_LINE, label=label, widget=forms.TextInput(attrs))
        self.widget.attrs.pop("maxlength")  # cut off by the browser, a long paste would be marked as if it were whole
        self.prompt = PROMPTS[kind]
        self.unit = unit


# -- In several parts ---------------------------------------------------------------------------------------------


class PartsWidget(forms.MultiWidget):
    """Several inputs with a label each; looping over the bound field gives them one by one."""

    def __init__(self, prompts: Sequence[str], widgets: Sequence[forms.Widget]):
        super().__init__(widgets)
        self.prompts = prompts

    def decompress(self, value: Any) -> list[None]:
        return [None] * len(self.widgets)

    def subwidgets(self, name, value, attrs=None):
        for prompt, part in zip(
            self.prompts, self.get_context(name, value, attrs)["widget"]["subwidgets"], strict=True
        ):
            yield {**part, "label": prompt}


class PartsField(forms.MultiValueField):
    """Several fields that make one answer. prompts: their labels."""

    layout = "courses/assessments/questions/parts.html"

    def __init__(self, prompts: Sequence[str], fields: Sequence[forms.Field], *, label: str):
        super().__init__(
            fields,
            widget=PartsWidget(prompts, [field.widget for field in fields]),
            required=False,
            require_all_fields=False,
            label=label,
        )
        self.prompts = prompts

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


def _select(choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    field = forms.ChoiceField(choices=[NOT_YET, *choices], required=False, error_messages={"invalid_choice": CHANGED})
    field.widget.attrs["class"] = "input"
    return field


class MatchingField(PartsField):
    """A right side for each left side; cleans to left -> right, what was left open left out."""

    def __init__(self, lefts: Sequence[str], rights: Sequence[str], *, label: str):
        super().__init__(lefts, [_select([(right, right) for right in rights]) for _left in lefts], label=label)

    def compress(self, data_list: Sequence[str]) -> dict[str, str]:
        return {left: right for left, right in zip(self.prompts, data_list, strict=False) if right}


class OrderingField(PartsField):
    """A place for each thing; cleans to the things in the order of their places."""

    def __init__(self, things: Sequence[str], *, label: str):
        places = [(str(place), str(place)) for place in range(1, len(things) + 1)]
        super().__init__(things, [_select(places) for _thing in things], label=label)

    def compress(self, data_list: Sequence[str]) -> list[str]:
        if not any(data_list):
            return []
        for place in sorted(filter(None, data_list), key=int):
            same = [thing for thing, given in zip(self.prompts, data_list, strict=True) if given == place]
            if len(same) > 1:
                raise ValidationError(
                    _("Place %(place)s is given to “%(first)s” and to “%(second)s”. Give each a place of its own.")
                    % {"place": place, "first": same[0], "second": same[1]}
                )
        if "" in data_list:
            raise ValidationError(
                _("“%(thing)s” has no place yet. Give each a place, or none of them if you leave the question open.")
                % {"thing": self.prompts[list(data_list).index("")]}
            )
        placed = sorted(zip(data_list, self.prompts, strict=True), key=lambda pair: int(pair[0]))
        return [thing for _place, thing in placed]


class AsksField(PartsField):
    """What is asked about a record; cleans to id of the ask -> answer, what was left open left out."""

    def __init__(self, asks: Sequence[Mapping[str, Any]], *, label: str):
        self.names = [ask["id"] for ask in asks]
        fields = [
            _select([(option, option) for option in ask["options"]])
            if ask["type"] == "single"
            else LineField("numeric", label=ask["prompt"])
            for ask in asks
        ]
        super().__init__([ask["prompt"] for ask in asks], fields, label=label)

    def compress(self, data_list: Sequence[str]) -> dict[str, str]:
        return {name: given for name, given in zip(self.names, data_list, strict=False) if given}
