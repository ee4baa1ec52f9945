from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.html import strip_tags
from django.utils.text import normalize_newlines
from django.utils.translation import get_language

from courses.enrolment.queries import Person
from courses.lessons.models import LessonPage
from courses.reflections.models import Reflection
from lms.accounts.models import User


@dataclass(frozen=True)
class Written:
    """A reflection and the lesson it belongs to. url: empty if the lesson is published no more."""

    reflection: Reflection
    title: str
    url: str


def reflections_of(person: Person) -> QuerySet[Reflection]:
    """Return a person's reflections; nobody else's can be reached through it."""
    if not isinstance(person, User):
        return Reflection.objects.none()
    return Reflection.objects.filter(learner=person)


def reflections_at(person: Person, page: LessonPage) -> dict[UUID, Reflection]:
    """Return what a person wrote in a lesson, by question. One query, none for somebody signed out."""
    if not isinstance(person, User):
        return {}
    found = reflections_of(person).filter(lesson__translation_key=page.translation_key)
    return {reflection.question_key: reflection for reflection in found}


def question_at(page: LessonPage, key: UUID) -> str | None:
    """Return the question of a lesson with this key, in plain words, or None if the lesson does not ask it."""
    for block in page.body:
        if block.block_type == "reflection" and block.id == str(key):
            return normalize_newlines(strip_tags(block.value["question"].source)).strip()
    return None


def everything_written_by(person: Person) -> list[Written]:
    """Return all reflections of a person, latest first, each with its lesson in the language of the day. Two queries."""
    reflections = list(reflections_of(person).select_related("lesson"))
    keys = {reflection.lesson.translation_key for reflection in reflections}
    pages = LessonPage.objects.live().filter(translation_key__in=keys).select_related("locale").defer("body")
    language = get_language()
    # The page in the language of the day comes last, so it stays.
    shown = {
        page.translation_key: page for page in sorted(pages, key=lambda page: page.locale.language_code == language)
    }
    return [
        Written(
            reflection=reflection,
            title=page.title if (page := shown.get(reflection.lesson.translation_key)) else reflection.lesson.title,
            url=f"{page.url}#r-{str(reflection.question_key)[:8]}" if page else "",
        )
        for reflection in reflections
    ]
