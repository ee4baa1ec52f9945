"""What a decision rests on, as sentences in the reader's language: one whole sentence for each code, its facts by name."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_countries import countries

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
