"""What the figures of a course say, as sentences written from them; each is the title of its part, or stands below it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lms.dashboards.course.queries import CourseInsights, LessonFigures, OfEverybody
from lms.dashboards.course.rules import Pace

MOST_NAMED = 5  # lessons in a title
COARSE = 5  # per cent: shares told in such steps hide what a single lesson loses
PACES = {
    Pace.SLOW: gettext_lazy("more than twice as long as planned"),
    Pace.QUICK: gettext_lazy("less than half as long as planned"),
}


def lessons_finding(insights: CourseInsights) -> str:
    """Return where people stop."""
    fallen = [lesson for lesson in insights.lessons if lesson.is_fall]
    if fallen:
        return _("%(course)s loses most at %(lessons)s") % {"course": insights.title, "lessons": _numbers(fallen)}
    if not any(lesson.change is not None for lesson in insights.lessons):
        return _("Too few people have begun to say where they stop")
    if insights.step and insights.step >= COARSE:
        return _("Too few people have begun to say at which lesson most of them stop")
    return _("No lesson of %(course)s loses many more people than the others") % {"course": insights.title}


def lessons_meaning(insights: CourseInsights) -> str:
    """Return the largest fall in people, and what is left at the end; empty where there is none to tell."""
    asked = [lesson for lesson in insights.lessons if lesson.is_compared]
    told = [lesson for lesson in asked if lesson.finished is not None]
    if not told:
        return ""
    facts = {"last": told[-1].number, "left": told[-1].finished}
    fallen = [lesson for lesson in told if lesson.is_fall and lesson.change is not None]
    worst = min(fallen, key=lambda lesson: lesson.change or 0, default=None)
    if worst is None or worst.change is None or worst.finished is None:
        return _("Of 100 people who began, %(left)s finished lesson %(last)s.") % facts
    facts |= {"number": worst.number, "title": worst.title, "after": worst.finished}
    if worst is asked[0]:
        return (
            _(
                "Of 100 people who began, %(after)s finished the first lesson, %(number)s (%(title)s), and %(left)s finished "
                "lesson %(last)s."
            )
            % facts
        )
    facts |= {"previous": asked[asked.index(worst) - 1].number, "before": worst.finished - worst.change}
    return (
        _(
            "Of 100 people who began, %(before)s finished lesson %(previous)s, %(after)s lesson %(number)s (%(title)s), and "
            "%(left)s lesson %(last)s."
        )
        % facts
    )


def passed_over_finding(insights: CourseInsights) -> str:
    """Return what is skipped."""
    lessons = [one.lesson for one in insights.passed_over]
    if lessons:
        return ngettext(
            "%(lessons)s is passed over: more people opened the lesson after it",
            "%(lessons)s are passed over: more people opened the lessons after them",
            len(lessons),
        ) % {"lessons": _numbers(lessons)}
    if all(lesson.opened is None for lesson in insights.lessons):
        return _("Too few people have begun to say what is passed over")
    return _("No lesson is passed over")


def times_finding(whole: OfEverybody) -> str:
    """Return which lessons take far longer, or far less, than planned."""
    slow, quick = ([time.lesson for time in whole.times if time.pace == pace] for pace in (Pace.SLOW, Pace.QUICK))
    facts = {"slow": _numbers(slow), "quick": _numbers(quick)}
    if slow and quick:
        return _("More than twice as long as planned: %(slow)s. Less than half: %(quick)s") % facts
    if slow:
        return (
            ngettext(
                "%(slow)s takes more than twice as long as planned",
                "%(slow)s take more than twice as long as planned",
                len(slow),
            )
            % facts
        )
    if quick:
        return (
            ngettext(
                "%(quick)s takes less than half as long as planned",
                "%(quick)s take less than half as long as planned",
                len(quick),
            )
            % facts
        )
    if all(time.quartiles is None for time in whole.times):
        return _("Too few people have finished lessons to say how long they take")
    return _("Lessons take about as long as planned")


def quizzes_finding(whole: OfEverybody) -> str:
    """Return which quiz is hardest."""
    judged = [quiz for quiz in whole.quizzes if quiz.mean is not None]
    if not judged:
        return _("Too few first attempts to judge the quizzes")
    hardest = min(judged, key=lambda quiz: quiz.mean or 0)
    facts = {"quiz": hardest.title, "percent": hardest.mean}
    if len(judged) == 1:
        return _("%(quiz)s: first attempts earn %(percent)s %% of the points on average") % facts
    return _("%(quiz)s is hardest: first attempts earn %(percent)s %% of the points on average") % facts


def days_finding(whole: OfEverybody) -> str:
    """Return how long those who finish take."""
    if whole.days is None:
        return _("Too few people have finished to say how long it takes")
    median = whole.days[1]
    return ngettext(
        "Half of those who finish take %(number)d day or less",
        "Half of those who finish take %(number)d days or less",
        median,
    ) % {"number": median}


def _numbers(lessons: Sequence[LessonFigures]) -> str:
    """Return lessons by their numbers: 1.4, 2.4 and 2.6; of many, the first and how many more."""
    numbers = [lesson.number for lesson in lessons]
    if len(numbers) < 2:
        return "".join(numbers)
    if len(numbers) > MOST_NAMED:
        return _("%(lessons)s and %(number)d more") % {
            "lessons": ", ".join(numbers[: MOST_NAMED - 1]),
            "number": len(numbers) - MOST_NAMED + 1,
        }
    return _("%(lessons)s and %(last)s") % {"lessons": ", ".join(numbers[:-1]), "last": numbers[-1]}
