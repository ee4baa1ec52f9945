"""What learners write for themselves at a question of a lesson; nobody else is shown it, staff neither.
May import courses.enrolment and below; nothing of teaching imports it."""
