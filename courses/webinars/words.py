from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.webinars.mail_rules import Kind
from courses.webinars.relative import Distance, Way

SUBJECTS: dict[Kind, Promise] = {
    Kind.CONFIRMED: gettext_lazy("You are registered for “%(title)s”"),
    Kind.MOVED: gettext_lazy("“%(title)s” takes place at another time"),
    Kind.CANCELLED: gettext_lazy("“%(title)s” is called off"),
    Kind.DAY: gettext_lazy("Reminder: “%(title)s”"),
    Kind.HOUR: gettext_lazy("Soon: “%(title)s”"),
    Kind.FEEDBACK: gettext_lazy("How was “%(title)s”?"),
    Kind.RECORDING: gettext_lazy("The recording of “%(title)s” is ready"),
}

DISTANCES: dict[Way, Callable[[int], str]] = {
    Way.IN_MINUTES: lambda n: ngettext("Begins in %(n)s minute", "Begins in %(n)s minutes", n),
    Way.IN_HOURS: lambda n: ngettext("Begins in %(n)s hour", "Begins in %(n)s hours", n),
    Way.TOMORROW: lambda n: _("Begins tomorrow"),
    Way.IN_DAYS: lambda n: ngettext("Begins in %(n)s day", "Begins in %(n)s days", n),
    Way.IN_WEEKS: lambda n: ngettext("Begins in %(n)s week", "Begins in %(n)s weeks", n),
    Way.BEGAN_MINUTES_AGO: lambda n: ngettext("Began %(n)s minute ago", "Began %(n)s minutes ago", n),
    Way.BEGAN_HOURS_AGO: lambda n: ngettext("Began %(n)s hour ago", "Began %(n)s hours ago", n),
    Way.ENDED_MINUTES_AGO: lambda n: ngettext("Ended %(n)s minute ago", "Ended %(n)s minutes ago", n),
    Way.ENDED_HOURS_AGO: lambda n: ngettext("Ended %(n)s hour ago", "Ended %(n)s hours ago", n),
    Way.YESTERDAY: lambda n: _("Was yesterday"),
    Way.DAYS_AGO: lambda n: ngettext("Was %(n)s day ago", "Was %(n)s days ago", n),
    Way.WEEKS_AGO: lambda n: ngettext("Was %(n)s week ago", "Was %(n)s weeks ago", n),
}
AT_ONCE: dict[Way, Callable[[], str]] = {
    Way.IN_MINUTES: lambda: _("Begins in less than a minute"),
    Way.BEGAN_MINUTES_AGO: lambda: _("Has just begun"),
    Way.ENDED_MINUTES_AGO: lambda: _("Has just ended"),
}


def told(distance: Distance) -> str:
    """Return how far away a session is, as a short sentence in the active language."""
    if not distance.number:
        return AT_ONCE[distance.way]()
    return DISTANCES[distance.way](distance.number) % {"n": distance.number}
