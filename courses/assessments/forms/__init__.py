import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms

from courses.assessments.exhibits import Exhibit, exhibit_of
from courses.assessments.forms.answers import answer_field
from courses.assessments.models import Question


@dataclass(frozen=True)
class AskedQuestion:
    """A question as its form asks it. exhibit: what is shown beside it, if its kind shows anything."""

    question: Question
    field: forms.BoundField
    exhibit: Exhibit | None


class QuizForm(forms.Form):
    """A quiz as it is handed in: one field per question, named q<id>, and the number of the form itself."""

    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, questions: Sequence[Question], data=None):
        super().__init__(data, initial={"submission": uuid4()})
        self.questions = questions
        self._exhibits = {}
        for question in questions:
            item = question.item
            self._exhibits[question.pk] = exhibit_of(question.kind, item)
            self.fields[f"q{question.pk}"] = answer_field(
                question.kind, item, label=question.stem, seed=str(question.translation_key)
            )

    def asked(self) -> list[AskedQuestion]:
        """Return the questions with their fields, in order."""
        return [
            AskedQuestion(question, self[f"q{question.pk}"], self._exhibits[question.pk]) for question in self.questions
        ]

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
    def answers(self) -> dict[int, Any]:
        """Return question id -> answer as the marker of its kind takes it; a question left open is left out."""
        given = {question.pk: self.cleaned_data[f"q{question.pk}"] for question in self.questions}
        return {pk: answer for pk, answer in given.items() if answer}
