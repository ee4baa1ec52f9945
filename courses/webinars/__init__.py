"""Live sessions: what, when, for whom.
May import courses.enrolment and below."""
