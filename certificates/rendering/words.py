"""What a certificate says besides its facts, in the language of the award where there is a translation."""

from django.utils import formats, translation
from django.utils.translation import get_language_info, gettext, ngettext

from certificates.award import Award


def in_words(award: Award) -> dict[str, str]:
    """Return the award's facts as text in the current language, the same for paper, page and mail."""
    number = formats.number_format(int(award.hours) if award.hours.is_integer() else award.hours)
    # A fraction of an hour takes the plural that its next whole number takes.
    hours = ngettext("%(hours)s hour", "%(hours)s hours", -int(-award.hours // 1)) % {"hours": number}
    lessons = ngettext("%(count)d lesson", "%(count)d lessons", award.lessons) % {"count": award.lessons}
    language = get_language_info(award.language)["name_translated"]
    return {
        "kind": (
            gettext("Certificate of achievement") if award.is_achievement else gettext("Certificate of participation")
        ),
        "learning": (
            gettext("%(hours)s, at own pace") if award.format == "self-paced" else gettext("%(hours)s, in a cohort")
        )
        % {"hours": hours},
        "completed_on": formats.date_format(award.completed_on, "DATE_FORMAT"),
        "issued_on": formats.date_format(award.issued_on, "DATE_FORMAT"),
        "course": gettext("Version %(version)s, %(lessons)s, in %(language)s")
        % {"version": award.course_version, "lessons": lessons, "language": language},
        "result": (
            gettext("Assessment passed, %(percent)d%% or more") % {"percent": award.pass_mark_percent}
            if award.is_achievement
            else gettext("All lessons studied, no assessment")
        ),
        "credit": award.accreditation or gettext("Not accredited for CPD credit"),
    }


def words_on_paper(award: Award) -> dict[str, str]:
    """Return every text of the printed certificate but name, title and code, in the current language."""
    facts = in_words(award)
    # Translators: on a certificate, in lines of their own: This is to certify that / NAME / completed the course / TITLE
    lines = {
        "intro": gettext("This is to certify that"),
        "deed": gettext("completed the course"),
        "outcome": gettext("and passed its assessment.") if award.is_achievement else gettext("with all its lessons."),
    }
    return {
        **facts,
        **lines,
        "title": gettext("%(kind)s: %(course)s") % {"kind": facts["kind"], "course": award.course_title},
        "label_learning": gettext("Learning"),
        "label_completed": gettext("Completed"),
        "label_course": gettext("Course"),
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
