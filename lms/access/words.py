"""What a decision rests on, as sentences in the reader's language: one whole sentence for each code, its facts by name."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from lms.access.rules.changes import Problem
from lms.access.rules.reasons import Reason

SENTENCES: dict[str, str | Promise] = {
    # -- The country -----------------------------------------------------------------------------------------------
    "band-least-developed": _(
        "Your country of work is %(country)s, which is on the United Nations list of least developed countries."
    ),
    "band-low-income": _("Your country of work is %(country)s, which the World Bank lists as a low income country."),
    "band-lower-middle-income": _(
        "Your country of work is %(country)s, which the World Bank lists as a lower middle income country."
    ),
    "band-upper-middle-income": _(
        "Your country of work is %(country)s, which the World Bank lists as an upper middle income country."
    ),
    "band-high-income": _("Your country of work is %(country)s, which the World Bank lists as a high income country."),
    "band-unclassified": _(
        "Your country of work is %(country)s, which is in no income group of the World Bank; we treat it like an upper "
        "middle income country."
    ),
    "band-kept-unclassified": _(
        "Your country of work is %(country)s, which is in no income group of the World Bank at present; its last group "
        "counts until %(until)s."
    ),
    "band-left-list": _(
        "Your country of work is %(country)s, which left the United Nations list of least developed countries on "
        "%(since)s; it counts as if it were still there until %(until)s."
    ),
    "band-income-moved": _(
        "Your country of work is %(country)s, which moved to a group of higher income on %(since)s; its earlier group "
        "counts until %(until)s."
    ),
    "band-override": _(
        "Your country of work is %(country)s, for which the programme has decided how it counts until %(until)s."
    ),
    # -- What follows --------------------------------------------------------------------------------------------------
    "country-is-enough": _("People who work there have priority, whatever else they tell us."),
    "criteria-are-enough": _("You named %(named)s of the five criteria, and %(asked)s is enough: you have priority."),
    "criteria-too-few": _(
        "You named %(named)s of the five criteria; from %(asked)s on you would have priority. Self-paced courses are free for "
        "everybody."
    ),
    "review-queued": _(
        "You named %(named)s of the five criteria, so a person will look at your request; until then you take part like "
        "most people."
    ),
    "criteria-too-few-for-review": _(
        "You named %(named)s of the five criteria; from %(asked)s on a person would look at your request. Self-paced courses "
        "are free for everybody."
    ),
    "review-approved": _("A reviewer looked at your request and approved it: you have priority."),
    "review-declined": _("A reviewer looked at your request and declined it: you take part without priority."),
    "valid-until": _("This decision is valid until %(until)s."),
}


def sentence_of(reason: Reason) -> str:
    """Return part of why a decision is as it is, as a plain sentence about the reader."""
    return str(SENTENCES[reason.code]) % {name: _shown(name, fact) for name, fact in reason.facts.items()}


def _shown(name: str, fact: str | int) -> str | int:
    match name, fact:
        case "country", str():
            return countries.name(fact)
        case (("since" | "until"), str()):
            return date_format(date.fromisoformat(fact))
    return fact


# Why dates of a pool of seats are not taken.
PROBLEMS: dict[Problem, str | Promise] = {
    Problem.ORDER: _(
        "The dates are not in order: early opening, general opening, release of reserved seats, start. Put them in this order."
    ),
    Problem.WINDOW: _(
        "From the early opening to the general one there must be at least %(days)s days, so that people on slow lines come in "
        "time. Move one of the two."
    ),
    Problem.STARTED: _("It has begun, so its dates can no longer be changed."),
    Problem.OPENED: _("People can apply already, so the early opening can no longer be moved."),
    Problem.DRAWN: _("The general opening has passed and seats have been given, so it can no longer be moved."),
    Problem.RELEASED: _("The reserved seats are released already, so that date can no longer be moved."),
    Problem.PAST: _("A date that is changed must lie in the future. Choose a later one."),
    Problem.EARLY_RELEASE: _(
        "Reserved seats cannot be released longer before the start than was promised. Move their release closer to the start."
    ),
}

# Subjects of the mails about a seat, by kind of notice.
SUBJECTS: dict[str, str | Promise] = {
    "waiting": _("You are on the list for “%(title)s”"),
    "offered": _("A seat in “%(title)s” is held for you"),
    "lapsing": _("Your seat in “%(title)s” is held for one more day"),
    "lapsed": _("Your seat in “%(title)s” went to the next person"),
    "confirmed": _("You have a seat in “%(title)s”"),
    "released": _("You have given up your place in “%(title)s”"),
    "priority": _("You now have priority for “%(title)s”"),
    "moved": _("The dates of “%(title)s” have changed"),
    "closed": _("“%(title)s” has begun without a free seat"),
    "cancelled": _("“%(title)s” is called off"),
}
