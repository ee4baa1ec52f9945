"""Reads of enrolment, by subject.
May import courses.enrolment.models and below."""

from courses.enrolment.queries.learners import (
    Admission,
    Person,
    admission_to,
    enrolment_in,
    enrolments_of,
    is_studied,
    may_study,
)

__all__ = ["Admission", "Person", "admission_to", "enrolment_in", "enrolments_of", "is_studied", "may_study"]
