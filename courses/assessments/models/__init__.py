"""The tables of quizzes: the question bank, quizzes, attempts, rulings on questions that went wrong, and appeals.
Imports this app's rules, blocks and forms, and what lies below it."""

from courses.assessments.models.appeals import Appeal
from courses.assessments.models.attempts import Attempt, AttemptQuerySet, QuizStanding, Response
from courses.assessments.models.questions import Question
from courses.assessments.models.quizzes import Quiz, QuizPage, QuizPool, QuizQuestion
from courses.assessments.models.rulings import Ruling

__all__ = [
    "Appeal",
    "Attempt",
    "AttemptQuerySet",
    "Question",
    "Quiz",
    "QuizPage",
    "QuizPool",
    "QuizQuestion",
    "QuizStanding",
    "Response",
    "Ruling",
]
