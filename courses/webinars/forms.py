from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.webinars.blocks import CHOICE, YES_NO
from courses.webinars.models import Feedback
from courses.webinars.models.asking import LONGEST_QUESTION
from courses.webinars.models.feedback import QUESTIONS, SCALES
from courses.webinars.queries import Question

LONGEST_ANSWER = 500
YES, NO = "yes", "no"


class AnswersForm(forms.Form):
    """The questions of a webinar's organisers. answers: what the person has answered before."""

    answering = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)

    def __init__(
        self, *args: Any, questions: Sequence[Question], answers: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[_name(question)] = _field(question, initial=(answers or {}).get(question.id, ""))

    @property
    def answers(self) -> dict[str, str]:
        return {question.id: self.cleaned_data[_name(question)] for question in self.questions}


class AskForm(forms.Form):
    """A question to the speakers."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("At most 300 characters. Tell nothing that could point to a patient."),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())


class FeedbackForm(forms.ModelForm):
    """How a webinar was: three choices, and two answers in one's own words that may be left out."""

    class Meta:
        model = Feedback
        fields = (*SCALES, "good", "change")
        labels: ClassVar = {"good": _("What was good? (optional)"), "change": _("What should change? (optional)")}
        widgets: ClassVar = {name: forms.Textarea(attrs={"rows": 4, "dir": "auto"}) for name in labels}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scale, steps in SCALES.items():
            self.fields[scale] = forms.TypedChoiceField(
                label=QUESTIONS[scale], choices=steps.choices, coerce=int, widget=forms.RadioSelect
            )


def _name(question: Question) -> str:
    return f"answer-{question.id}"


def _field(question: Question, *, initial: str) -> forms.Field:
    said: dict[str, Any] = {
        "label": question.text if question.is_required else _("%(question)s (optional)") % {"question": question.text},
        "help_text": question.purpose,
        "required": question.is_required,
        "initial": initial,
    }
    if question.kind in (CHOICE, YES_NO):
        choices: list[tuple[str, Any]] = (
            [(YES, _("Yes")), (NO, _("No"))] if question.kind == YES_NO else [(one, one) for one in question.choices]
        )
        if not question.is_required:
            choices.append(("", _("No answer")))
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)
    return forms.CharField(max_length=LONGEST_ANSWER, widget=forms.TextInput(attrs={"dir": "auto"}), **said)
