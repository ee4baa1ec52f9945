"""What changes quizzes and attempts, each verb one transaction.
Imports this app's queries, models, rules and errors."""

from courses.assessments.services.appeals import decline_appeal, file_appeal
from courses.assessments.services.attempts import (
    current_attempt,
    hand_in,
    hold_as_drawn,
    open_attempt,
    record_attempt,
    save_draft,
)
from courses.assessments.services.drawing import Stock, stock_of
from courses.assessments.services.quizzes import ensure_quizzes, translate_questions_of
from courses.assessments.services.rulings import make_ruling, mark_again, settle_ruling, uphold_appeal

__all__ = [
    "Stock",
    "current_attempt",
    "decline_appeal",
    "ensure_quizzes",
    "file_appeal",
    "hand_in",
    "hold_as_drawn",
    "make_ruling",
    "mark_again",
    "open_attempt",
    "record_attempt",
    "save_draft",
    "settle_ruling",
    "stock_of",
    "translate_questions_of",
    "uphold_appeal",
]
