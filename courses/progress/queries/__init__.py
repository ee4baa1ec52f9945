"""Reads of what learners have done: records of enrolments, courses as one reader sees them, recordings.
Imports this app's models and rules."""

from courses.progress.queries.attending import attended_and_not_done
from courses.progress.queries.recordings import original_recording, resume_seconds, watched_share
from courses.progress.queries.records import Record, completions_of, records_of
from courses.progress.queries.syllabus import (
    Step,
    Syllabus,
    SyllabusModule,
    resume_key,
    syllabus_around,
    syllabus_for,
    syllabuses_of,
    ticked,
)

__all__ = [
    "Record",
    "Step",
    "Syllabus",
    "SyllabusModule",
    "attended_and_not_done",
    "completions_of",
    "original_recording",
    "records_of",
    "resume_key",
    "resume_seconds",
    "syllabus_around",
    "syllabus_for",
    "syllabuses_of",
    "ticked",
    "watched_share",
]
