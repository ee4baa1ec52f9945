import json
from collections.abc import Sequence
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.assessments.models import Question
from courses.assessments.queries import item_of


class QuizForm(forms.Form):
    """A quiz as it is handed in: one field per question, named q<id>, and the number of the form itself."""

    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, questions: Sequence[Question], data=None):
        super().__init__(data, initial={"submission": uuid4()})
        self.questions = questions
        for question in questions:
            choices = [(option["id"], option["text"]) for option in item_of(question)["options"]]
            kind = forms.ChoiceField if question.kind == Question.Kind.SINGLE else forms.MultipleChoiceField
            widget = forms.RadioSelect if question.kind == Question.Kind.SINGLE else forms.CheckboxSelectMultiple
            self.fields[f"q{question.pk}"] = kind(
                choices=choices,
                widget=widget,
                required=False,
                label=question.stem,
                error_messages={
                    "invalid_choice": _("This question has changed since you opened the quiz. Choose again.")
                },
            )

    def asked(self) -> list[tuple[Question, forms.BoundField]]:
        """Return each question with its field, in order."""
        return [(question, self[f"q{question.pk}"]) for question in self.questions]

    @property
    def fresh_submission(self) -> UUID:
        """Return the number to put into the form: its own, unless what came back was none."""
        return self.cleaned_data.get("submission", uuid4()) if self.is_bound else self.initial["submission"]

    @property
    def submission_id(self) -> UUID:
        """Return one id for the same form with the same answers: a double click is one attempt.

        Going back, changing an answer and handing in again is another.
        """
        return uuid5(self.cleaned_data["submission"], json.dumps(self.answers, sort_keys=True))

    @property
    def answers(self) -> dict[int, list[str]]:
        """Return question id -> ids of the chosen options; a question left open is left out."""
        given = {question.pk: self.cleaned_data[f"q{question.pk}"] for question in self.questions}
        return {pk: [value] if isinstance(value, str) else list(value) for pk, value in given.items() if value}
