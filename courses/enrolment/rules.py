from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """What completing a course asks for: lessons and quizzes by id, in order, and the pass mark of each quiz."""

    title: str
    version_name: str
    lesson_ids: tuple[int, ...]
    lesson_minutes: tuple[int, ...]
    quiz_ids: tuple[int, ...]
    pass_mark_percent: int
    minutes: int
