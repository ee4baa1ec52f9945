"""What a certificate says besides its facts, in the language of the award where there is a translation."""

import re
from collections.abc import Mapping

from django.utils import formats, translation
from django.utils.translation import get_language_info, gettext, gettext_lazy, ngettext

from certificates.award import ACHIEVEMENT, ATTENDANCE, PARTICIPATION, Award

KINDS = {
    ACHIEVEMENT: gettext_lazy("Certificate of achievement"),
    PARTICIPATION: gettext_lazy("Certificate of participation"),
    ATTENDANCE: gettext_lazy("Certificate of attendance"),
}

# What a design may word otherwise, with what is said where it does not.
# Translators: on a certificate, in lines of their own: This is to certify that / NAME / completed the course / TITLE
FIELDS = {
    "intro": gettext_lazy("This is to certify that"),
    "deed_course": gettext_lazy("completed the course"),
    "deed_webinar": gettext_lazy("attended the webinar"),
    "outcome_achievement": gettext_lazy("and passed its assessment."),
    "outcome_participation": gettext_lazy("with all its lessons."),
    "outcome_attendance": gettext_lazy("when it was held live."),
    "closing": "",
}
# What may stand in braces in such a text.
PLACEHOLDERS = ("issuer", "hours", "completed_on", "issued_on", "lessons", "course_version", "pass_mark")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def in_words(award: Award) -> dict[str, str]:
    """Return the award's facts as text in the current language, the same for paper, page and mail."""
    hours = _hours(award)
    return {
        "kind": str(KINDS[award.result]),
        "hours": hours,
        "learning": _learning(award, hours),
        "completed_on": formats.date_format(award.completed_on, "DATE_FORMAT"),
        "issued_on": formats.date_format(award.issued_on, "DATE_FORMAT"),
        "course": _course(award),
        "result": _result(award),
        "credit": award.accreditation or gettext("Not accredited for CPD credit"),
    }


def _hours(award: Award) -> str:
    number = formats.number_format(int(award.hours) if award.hours.is_integer() else award.hours)
    # A fraction of an hour takes the plural that its next whole number takes.
    return ngettext("%(hours)s hour", "%(hours)s hours", -int(-award.hours // 1)) % {"hours": number}


def _learning(award: Award, hours: str) -> str:
    if award.is_attendance and not award.hours:
        return ngettext("%(count)d minute, live", "%(count)d minutes, live", award.minutes) % {"count": award.minutes}
    if award.is_attendance:
        return gettext("%(hours)s, live") % {"hours": hours}
    if award.format == "self-paced":
        return gettext("%(hours)s, at own pace") % {"hours": hours}
    return gettext("%(hours)s, in a cohort") % {"hours": hours}


def _course(award: Award) -> str:
    language = get_language_info(award.language)["name_translated"]
    if award.is_attendance:
        planned = sum(award.lesson_minutes)
        return ngettext(
            "Live session of %(count)d minute, in %(language)s",
            "Live session of %(count)d minutes, in %(language)s",
            planned,
        ) % {"count": planned, "language": language}
    lessons = ngettext("%(count)d lesson", "%(count)d lessons", award.lessons) % {"count": award.lessons}
    return gettext("Version %(version)s, %(lessons)s, in %(language)s") % {
        "version": award.course_version,
        "lessons": lessons,
        "language": language,
    }


def _result(award: Award) -> str:
    if award.is_achievement:
        return gettext("Assessment passed, %(percent)d%% or more") % {"percent": award.pass_mark_percent}
    if award.is_attendance:
        planned = sum(award.lesson_minutes)
        return gettext("Present for %(attended)d of %(planned)d minutes") % {
            "attended": award.minutes,
            "planned": planned,
        }
    return gettext("All lessons studied, no assessment")


def unknown_placeholders(text: str) -> list[str]:
    """Return what stands in braces in a text and is none of ours; a brace without a partner counts."""
    left = _PLACEHOLDER.sub(lambda found: "" if found[1] in PLACEHOLDERS else found[0], text)
    return re.findall(r"\{[^{}]*\}?|\}", left)


def words_on_paper(award: Award, wording: Mapping[str, str]) -> dict[str, str]:
    """Return every text of the printed certificate but name, title and code, in the current language.

    wording: a design's own texts, by field.
    """
    facts = in_words(award)
    values = {
        "issuer": award.issuer,
        "hours": facts["hours"] if award.hours else facts["learning"],
        "completed_on": facts["completed_on"],
        "issued_on": facts["issued_on"],
        "lessons": formats.number_format(award.lessons),
        "course_version": award.course_version,
        "pass_mark": "" if award.pass_mark_percent is None else f"{award.pass_mark_percent}%",
    }

    def say(field: str) -> str:
        text = wording.get(field) or str(FIELDS[field])
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)

    lines = {
        "intro": say("intro"),
        "deed": say("deed_webinar" if award.is_attendance else "deed_course"),
        "outcome": say(f"outcome_{award.result}"),
        "closing": say("closing"),
    }
    return {
        **facts,
        **lines,
        "title": gettext("%(kind)s: %(course)s") % {"kind": facts["kind"], "course": award.course_title},
        "label_learning": gettext("Learning"),
        "label_completed": gettext("Held") if award.is_attendance else gettext("Completed"),
        "label_course": gettext("Webinar") if award.is_attendance else gettext("Course"),
        "label_result": gettext("Result"),
        "label_credit": gettext("Credit"),
        "label_code": gettext("Code"),
        "issued": gettext("Issued by %(issuer)s on %(date)s") % {"issuer": award.issuer, "date": facts["issued_on"]},
        "check": gettext("Anyone can check this certificate, free and without an account:"),
        "square": gettext("Square code that leads to %(address)s") % {"address": award.verification_url},
    }


def has_translation(language: str) -> bool:
    """Say whether the words of a certificate are translated into a language; its own, English, is."""
    with translation.override(language):
        return language.startswith("en") or gettext("This is to certify that") != "This is to certify that"
