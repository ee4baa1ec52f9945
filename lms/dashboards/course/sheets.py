"""The tables of a course's insights, the same on the page and in the files."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from lms.dashboards.course.findings import PACES
from lms.dashboards.course.queries import CourseInsights, LessonFigures, OfEverybody, QuizLine
from lms.lib import tables

Figure = int | str | None  # None where it is not told


@dataclass(frozen=True)
class Column:
    """A column after the first. is_change: its figures are points up or down."""

    name: str
    is_text: bool = False
    is_change: bool = False

    def shown(self, figure: Figure) -> str | None:
        """Return a figure as the page writes it; None where it is not told."""
        if self.is_change and isinstance(figure, int):
            return f"{figure:+d}".replace("-", "−") if figure else "0"
        return None if figure is None else str(intcomma(figure)) if isinstance(figure, int) else figure


@dataclass(frozen=True)
class Row:
    """A line: what it is about, its figures, and a note that the page sets below the name and a file in a last column.

    url: what the name leads to; language: of the name, where it is not the reader's; width: of its bar, in per cent.
    """

    label: str
    figures: tuple[Figure, ...]
    note: str = ""
    url: str = ""
    language: str = ""
    width: int | None = None
    is_flagged: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table. name: as its file is called and asked for; unsaid: the word for a figure that is not told."""

    name: str
    first: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    unsaid: str
    has_notes: bool = False

    @property
    def head(self) -> list[str]:
        return [self.first, *(column.name for column in self.columns), *([_("Note")] if self.has_notes else [])]

    @property
    def lines(self) -> list[tables.Line]:
        """The rows as a file has them."""
        return [
            [
                row.label,
                *(self.unsaid if figure is None else figure for figure in row.figures),
                *([row.note] if self.has_notes else []),
            ]
            for row in self.rows
        ]

    @property
    def shown(self) -> Iterator[tuple[Row, list[tuple[Column, str | None]]]]:
        """The rows as the page has them."""
        for row in self.rows:
            yield (
                row,
                [(column, column.shown(figure)) for column, figure in zip(self.columns, row.figures, strict=True)],
            )

    @cached_property
    def kilobytes(self) -> int:
        """The size of its CSV file, without who it is made for."""
        return -(-len(tables.as_csv(self.head, self.lines)) // 1000)


@dataclass(frozen=True)
class Links:
    """Where names lead to, for this reader; "" where to nothing."""

    lesson: Callable[[LessonFigures], str] = lambda lesson: ""
    quiz: Callable[[QuizLine], str] = lambda quiz: ""


def sheets_of(insights: CourseInsights, links: Links) -> dict[str, Sheet]:
    """Return the tables of a course, by name; those of everybody only where they are told."""
    # To who teaches nothing is withheld; but of few people nothing is said.
    unsaid = _("too few") if insights.is_exact else _("withheld")
    found = [_lessons(insights, links, unsaid), _skipped(insights, links, unsaid)]
    if insights.whole:
        whole = insights.whole
        found += [_times(whole, links, unsaid), _quizzes(whole, links, unsaid), _days(whole, unsaid)]
    return {sheet.name: sheet for sheet in found}


def _lessons(insights: CourseInsights, links: Links, unsaid: str) -> Sheet:
    columns = (Column(_("Finished, %")), Column(_("Change, points"), is_change=True), Column(_("Opened, %")))
    rows = [
        Row(
            lesson.label,
            (lesson.finished, lesson.change if lesson.is_compared else "", lesson.opened),
            note=_note(lesson),
            url=links.lesson(lesson),
            language=lesson.language,
            width=lesson.finished,
            is_flagged=lesson.is_fall,
        )
        for lesson in [*insights.lessons, *insights.retired]
    ]
    return Sheet("lessons", _("Lesson"), columns, rows, unsaid, has_notes=True)


def _note(lesson: LessonFigures) -> str:
    if lesson.page_id is None:
        return _("not in the course any more")
    if lesson.is_new:
        return _("added later, not asked of those before it")
    if lesson.is_optional:
        return _("optional")
    return _("large fall") if lesson.is_fall else ""


def _skipped(insights: CourseInsights, links: Links, unsaid: str) -> Sheet:
    columns = (
        Column(_("Opened, %")),
        Column(_("Lesson after it"), is_text=True),
        Column(_("Opened the one after it, %")),
    )
    rows = [
        Row(
            one.lesson.label,
            (one.lesson.opened, one.following.label, one.following.opened),
            note=_("optional") if one.lesson.is_optional else "",
            url=links.lesson(one.lesson),
            language=one.lesson.language,
        )
        for one in insights.passed_over
    ]
    return Sheet("skipped", _("Lesson"), columns, rows, unsaid, has_notes=True)


def _times(whole: OfEverybody, links: Links, unsaid: str) -> Sheet:
    names = (_("Planned"), _("Median"), _("A quarter at most"), _("Three quarters at most"), _("People"))
    rows = []
    for time in whole.times:
        first, median, third = time.quartiles or (None, None, None)
        rows.append(
            Row(
                time.lesson.label,
                (time.lesson.planned_minutes, median, first, third, time.people),
                note=str(PACES[time.pace]) if time.pace else "",
                url=links.lesson(time.lesson),
                language=time.lesson.language,
                is_flagged=time.pace is not None,
            )
        )
    return Sheet("times", _("Lesson"), tuple(map(Column, names)), rows, unsaid, has_notes=True)


def _quizzes(whole: OfEverybody, links: Links, unsaid: str) -> Sheet:
    columns = (
        Column(_("Learners")),
        Column(_("Passed at once, %")),
        Column(_("Mean result, %")),
        Column(_("Hardest question"), is_text=True),
        Column(_("Its mean result, %")),
    )
    rows = [
        Row(
            quiz.title,
            (
                quiz.learners,
                quiz.passed,
                quiz.mean,
                quiz.hardest.stem if quiz.hardest else None,
                quiz.hardest_mean if quiz.hardest else None,
            ),
            url=links.quiz(quiz),
            width=quiz.mean,
        )
        for quiz in whole.quizzes
    ]
    return Sheet("quizzes", _("Quiz"), columns, rows, unsaid)


def _days(whole: OfEverybody, unsaid: str) -> Sheet:
    names = (_("the first quarter"), _("the first half"), _("the first three quarters"))
    rows = [Row(name, (days,)) for name, days in zip(names, whole.days or (None, None, None), strict=True)]
    return Sheet("days", _("Of those who finished"), (Column(_("Days from enrolling, at most")),), rows, unsaid)
