"""How answers are marked: pure functions, one file per kind of question.
Imports nothing of ours."""

from courses.assessments.rules.choice import mark, problems_of
from courses.assessments.rules.marks import Mark, Reason, UnusableItem, has_passed, percent_of

__all__ = ["Mark", "Reason", "UnusableItem", "has_passed", "mark", "percent_of", "problems_of"]
