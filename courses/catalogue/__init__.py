"""Subjects, instructors, course teams, the catalogue and its course pages.
May import the ground floor (lms.accounts and below)."""
