"""Quizzes, the question bank, attempts and marking.
May import courses.enrolment and below."""
