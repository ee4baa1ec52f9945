"""The pages of a classroom file, and the parts that are put into them where they are served."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from courses.assessments.forms import QuizForm
from courses.assessments.forms.answers import OrderingField
from courses.offline.classroom.carried.program.pages import NUMBER, TOTAL
from courses.offline.classroom.packing.gathering import PackedCourse, PackedLessonText, PackedQuizForm
from courses.offline.classroom.packing.rewriting import (
    Surroundings,
    as_file,
    replies_in,
    symbols_in,
    with_icons_inside,
    with_places,
)

TEMPLATES = "courses/offline/classroom/carried"
PARTS = (
    *("who", "nobody", "tick", "done", "reply", "quiz", "handed_in"),  # of pages
    *("door", "me", "host_door", "host", "problem"),  # pages of their own
)


def surroundings(course: PackedCourse, *, site_url: str) -> Surroundings:
    """Return what pages of a course find beside them."""
    pages = {step.step.url: f"{step.name}.html" for step in course.steps}
    files = {url: file.name for url, file in course.files.items()}
    return Surroundings({**pages, **files, course.page.url or "": "index.html"}, symbols(), site_url)


def symbols() -> dict[str, tuple[str, str]]:
    found = finders.find("icons.svg")
    assert isinstance(found, str)
    return symbols_in(Path(found).read_text())


def pages_of(course: PackedCourse, around: Surroundings) -> Iterator[tuple[str, str]]:
    """Yield the pages as files: name, HTML. The language of the course is active."""
    shared = {"language": course.page.locale.language_code}
    index = render_to_string(f"{TEMPLATES}/index.html", {**shared, "course": course, "title": course.page.title})
    yield "index.html", with_icons_inside(index, around.symbols)
    steps = course.steps
    modules = {step.name: module for module in course.modules for step in module.steps}
    for place, step in enumerate(steps):
        context = {
            **shared,
            "step": step,
            "title": step.title,
            "course_title": course.page.title,
            "module": modules[step.name],
            "previous": steps[place - 1] if place else None,
            "following": steps[place + 1] if place + 1 < len(steps) else None,
        }
        if isinstance(step, PackedLessonText):
            context["text"] = mark_safe(with_places(as_file(step.text, around)))
        elif isinstance(step, PackedQuizForm):
            context |= {"intro": step.page.intro, "why": step.why}
        page = render_to_string(f"{TEMPLATES}/{step.kind}.html", context)
        yield f"{step.name}.html", with_icons_inside(page, around.symbols)


def parts(language: str, around: Surroundings) -> dict[str, str]:
    """Return what is put into pages where they are served, by name."""
    made = {name: render_to_string(f"{TEMPLATES}/parts/{name}.html", {"language": language}) for name in PARTS}
    return {name: with_icons_inside(html, around.symbols).strip() for name, html in made.items()}


def told_of(step: PackedLessonText | PackedQuizForm, around: Surroundings, *, seed: str) -> dict[str, object]:
    """Return what the program is told of a step. seed: what fixes the order of options, where that is by chance."""
    told: dict[str, object] = {"name": step.name, "kind": step.kind, "page": step.page.pk, "title": step.title}
    if isinstance(step, PackedLessonText):
        return told | {
            "by_hand": step.is_done_by_hand,
            "recordings": [{"id": pk, "title": title} for pk, title in step.recordings],
            "blocks": replies_in(step.text),
        }
    settings = step.page.deciding
    form = QuizForm(step.stock.questions, shuffle_seed=seed if settings.shuffles_options else "")
    questions = []
    for asked in form.asked():
        html = render_to_string("courses/assessments/question.html", {"asked": asked, "number": NUMBER, "total": TOTAL})
        field = asked.field.field
        questions.append(
            {
                "id": asked.question.pk,
                "html": with_icons_inside(html, around.symbols),
                "pool": step.stock.pools[asked.question.pk],
                "places": list(field.prompts) if isinstance(field, OrderingField) else [],
            }
        )
    return told | {"questions": questions, "draws": dict(step.stock.draws), "shuffles": settings.shuffles_questions}
