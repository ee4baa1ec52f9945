"""Cohorts as learners meet them: their page, a seat in one, and the enrolment that follows from it.
May import what courses.progress may."""
