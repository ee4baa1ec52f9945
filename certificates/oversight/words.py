"""What the register says in words: kinds, languages, and what to do about a certificate that is not issued."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates.award import Award
from certificates.issuing.models import Certificate
from certificates.rendering.words import KINDS

State = Certificate.State

LANGUAGES = dict(settings.LANGUAGES)
LONG = timedelta(hours=1)  # waiting that no busy worker explains


def kind_of(certificate: Certificate) -> str:
    return str(KINDS[certificate.facts["result"]]) if certificate.facts else ""


def language_of(certificate: Certificate) -> str:
    language = certificate.facts.get("language", "")
    return str(LANGUAGES.get(language, language))


def remedy(certificate: Certificate, *, now: datetime) -> str:
    """Return why a certificate is not issued and what to do about it; "" where nothing is to be done."""
    if certificate.state == State.NEEDS_ATTENTION:
        return gettext(
            "No font here draws these characters: %(characters)s. The holder is told, and can write the name in other "
            "letters. Or have a font added that draws them, and try again."
        ) % {"characters": certificate.reason}
    if certificate.state == State.FAILED:
        return gettext(
            "Making it failed time and again; the last error was: %(error)s. Have that mended, and try again."
        ) % {"error": certificate.reason}
    if certificate.state == State.WAITING and certificate.reason:
        return gettext(
            "It cannot be signed: %(reason)s Tell whoever runs the academy; once that is mended it is made by itself."
        ) % {"reason": certificate.reason}
    if certificate.is_unfinished and certificate.opened_at < now - LONG:
        return gettext(
            "It should have been made long ago. Ask whoever runs the academy whether a worker is running; nothing is lost."
        )
    return ""


def facts_in_full(award: Award) -> list[tuple[Any, Any]]:
    """Return label and value of every fact that a certificate states."""
    facts = [
        (_("Name"), award.name),
        (_("Course or webinar"), award.course_title),
        (_("Version"), award.course_version),
        (_("Kind"), KINDS[award.result]),
        (_("Language"), LANGUAGES.get(award.language, award.language)),
        (_("Completed"), award.completed_on),
        (_("Dated"), award.issued_on),
        (_("Hours"), award.hours),
        (_("Minutes"), award.minutes),
        (_("Lessons"), award.lessons),
        (_("Score, in per cent"), award.score_percent),
        (_("Pass mark, in per cent"), award.pass_mark_percent),
        (_("Issued by"), award.issuer),
        (_("Signed by"), award.signatory),
        (_("Accreditation"), award.accreditation),
        (_("Version of the design"), award.design),
        (_("Page of the course or webinar"), award.about_url),
    ]
    return [(label, value) for label, value in facts if value not in (None, "")]
