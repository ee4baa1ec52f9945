"""What changes quizzes and attempts, each verb one transaction.
Imports this app's queries, models, rules and errors."""

from courses.assessments.services.attempts import current_attempt, hand_in, open_attempt, save_draft
from courses.assessments.services.quizzes import ensure_quizzes, translate_questions_of

__all__ = ["current_attempt", "ensure_quizzes", "hand_in", "open_attempt", "save_draft", "translate_questions_of"]
