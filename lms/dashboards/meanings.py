"""What each chart of the insights means, in a sentence that stands under it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

MEANINGS: Mapping[str, Any] = {
    "funnel": _("Where the bars fall most, a change to courses or reminders would help most people."),
    "tiers": _(
        "Who has priority works where there is little; if fewer of them complete, the courses ask for what they lack."
    ),
    "lost_countries": _("A country with many learners loses many even at a good rate: read both columns."),
    "lost_courses": _("Open a course to see at which lesson people stop."),
    "lost_lessons": _("Such a lesson may be too long or too hard, or its recording too heavy for the line."),
    "countries": _("These are numbers of people, not rates: large countries stand first."),
    "professions": _(
        "Where one profession completes far less often, courses may lack its examples, or take more time than it has."
    ),
    "languages": _("A low rate in one language asks for a look at its translations and captions."),
    "devices": _("Lite pages are for slow lines: a lower rate there means that something works badly on them."),
    "courses": _("Whoever began lately is still studying: completions of a new course come later."),
    "months": _("Completions of the last months are low in any case, since people are still studying."),
    "days": _("Reminders and dates of cohorts should leave people so much time."),
    "certificates": _("A certificate follows its completion within minutes; where many lack it, somebody has to look."),
    "seats": _("Long waits of one tier mean that its share of seats is too small for those who ask."),
    "webinars": _("Where many register and few attend, the time of day or the reminders may be wrong."),
}
