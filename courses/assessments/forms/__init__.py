from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict

from courses.assessments.exhibits import Exhibit, Item, exhibit_of, with_options_shuffled
from courses.assessments.forms.answers import LONGEST_LINE, PartsField, answer_field
from courses.assessments.models import Attempt, Question
from courses.assessments.queries import asked_in

MOST_VALUES = 100  # of one input, such as a list of boxes


@dataclass(frozen=True)
class AskedQuestion:
    """A question as its form asks it. exhibit: what is shown beside it, if its kind shows anything."""

    question: Question
    field: forms.BoundField
    exhibit: Exhibit | None


class QuizForm(forms.Form):
    """A quiz to be filled in: one field per question, named q<id>.

    data: what was handed in; as a draft it is shown as it was left, and nothing in it is found fault with. shuffle_seed: what
    fixes the order of options; "" for that of the question.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        data: MultiValueDict[str, str] | None = None,
        *,
        attempt: Attempt | None = None,
        is_draft: bool = False,
        shuffle_seed: str = "",
    ):
        super().__init__(data)
        self.sent = data or MultiValueDict()
        self.questions = questions
        self.attempt = attempt
        self.is_draft = is_draft
        self._exhibits = {}
        for question in questions:
            item: Item = question.item
            if shuffle_seed:
                item = with_options_shuffled(item, seed=f"{shuffle_seed}/{question.pk}")
            self._exhibits[question.pk] = exhibit_of(question.kind, item)
            self.fields[f"q{question.pk}"] = answer_field(
                question.kind, item, label=question.stem, seed=str(question.translation_key)
            )

    def full_clean(self) -> None:
        if self.is_draft:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def asked(self) -> list[AskedQuestion]:
        """Return the questions with their fields, in order."""
        return [
            AskedQuestion(question, self[f"q{question.pk}"], self._exhibits[question.pk]) for question in self.questions
        ]

    @property
    def draft(self) -> dict[str, list[str]]:
        """Return what is filled in, by the names of the inputs; what is too long to be an answer is left out."""
        inputs = {name for question in self.fields for name in self._inputs_of(question)}
        return {
            name: [value for value in values[:MOST_VALUES] if len(value) <= LONGEST_LINE]
            for name, values in self.sent.lists()
            if name in inputs and any(values)
        }

    def _inputs_of(self, name: str) -> list[str]:
        field = self.fields[name]
        return [f"{name}_{n}" for n in range(len(field.fields))] if isinstance(field, PartsField) else [name]

    @property
    def answers(self) -> dict[int, Any]:
        """Return question id -> answer as the marker of its kind takes it; what is open or could not be read is left out."""
        given = {question.pk: self.cleaned_data.get(f"q{question.pk}") for question in self.questions}
        return {pk: answer for pk, answer in given.items() if answer}


def attempt_form(attempt: Attempt, data: MultiValueDict[str, str] | None = None) -> QuizForm:
    """Return the form of an open attempt: as it was handed in, else as it was left; two queries."""
    questions = [asked.question for asked in asked_in(attempt)]
    seed = str(attempt.pk) if attempt.shuffles_options else ""
    if data is not None:
        return QuizForm(questions, data, attempt=attempt, shuffle_seed=seed)
    return QuizForm(questions, MultiValueDict(attempt.draft), attempt=attempt, is_draft=True, shuffle_seed=seed)


def drafted_answers(attempt: Attempt) -> dict[int, Any]:
    """Return the answers of an attempt as far as they were saved and can be read, by question id."""
    return read_answers(attempt, MultiValueDict(attempt.draft))


def read_answers(attempt: Attempt, given: MultiValueDict[str, str]) -> dict[int, Any]:
    """Return the answers to an attempt that can be read in what its form held, by question id."""
    form = attempt_form(attempt, given)
    form.full_clean()
    return form.answers
