"""What a certificate states, gathered from what it is for: a completed course or an attended webinar.
Imports models, the award and the fonts that must be able to draw it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from certificates.award import ACHIEVEMENT, ATTENDANCE, PARTICIPATION, WEBINAR, Award, name_for_award
from certificates.designs.queries import Look
from certificates.issuing.queries import CourseLabel
from certificates.rendering.typesetting import missing_characters
from courses.progress.models import Completion
from courses.webinars.models import Attendance
from lms.accounts.models import User


def award_of_completion(
    completion: Completion, labels: Mapping[tuple[str, str], CourseLabel], look: Look, *, serial: str, at: datetime
) -> Award:
    """Return the facts of a completed course as they are at this moment; days are those of the learner's own time zone.

    labels: of the course's pages, by (translation key, language). look: of the course.
    """
    enrolment, contract = completion.enrolment, completion.contract
    key = str(enrolment.run.course.translation_key)
    own, first = (labels.get((key, language)) for language in (enrolment.language, settings.LANGUAGE_CODE))
    title = own.title if own else contract.title
    marks = [contract.mark_asked_of(quiz_id) for quiz_id in contract.quiz_ids]
    is_assessed = bool(marks) and completion.score_fraction is not None
    common = _common(enrolment.learner, ZoneInfo("UTC"), completion.completed_at, serial=serial, at=at)
    return Award(
        # A title that no font here can draw would hold the certificate up; the first language's never does.
        course_title=contract.title if missing_characters(title) else title,
        course_version=contract.version_name,
        format=enrolment.run.kind,
        language=enrolment.language,
        minutes=completion.minutes,
        lessons=completion.lessons_count,
        lesson_minutes=tuple(contract.lesson_minutes),
        result=ACHIEVEMENT if is_assessed else PARTICIPATION,
        score_percent=round(100 * (completion.score_fraction or 0)) if is_assessed else None,
        pass_mark_percent=min(marks) if is_assessed else None,
        about_url=f"{settings.SITE_URL}/courses/{first.slug}/" if first else "",
        design=look.version,
        accreditation=look.accreditation_on(common["completed_on"]),
        **common,
    )


def award_of_attendance(attendance: Attendance, look: Look, *, serial: str, at: datetime) -> Award:
    """Return the facts of an attended webinar as they are at this moment, in a language that it was announced in.

    Its day is that of the learner's own time zone, or of the organiser's if theirs is not known. look: of the webinar.
    """
    webinar, person = attendance.registration.webinar, attendance.registration.person
    starts_at, ends_at = webinar.when
    wanted = person.language or settings.LANGUAGE_CODE
    first = next(iter(webinar.labels), wanted)
    language = wanted if wanted in webinar.labels else first
    title = webinar.label_in(language)["title"]
    common = _common(person, webinar.zone, starts_at, serial=serial, at=at)
    return Award(
        course_title=webinar.label_in(settings.LANGUAGE_CODE)["title"] if missing_characters(title) else title,
        course_version="",
        format=WEBINAR,
        language=language,
        minutes=attendance.minutes,
        lessons=1,
        lesson_minutes=(round((ends_at - starts_at).total_seconds() / 60),),
        result=ATTENDANCE,
        score_percent=None,
        pass_mark_percent=None,
        about_url=f"{settings.SITE_URL}{webinar.label_in(language)['path']}",
        design=look.version,
        accreditation=look.accreditation_on(common["completed_on"]),
        **common,
    )


def award_again(
    award: Award, person: User, *, name: str, title: str, language: str, serial: str, zone: ZoneInfo, at: datetime
) -> Award:
    """Return the award of the certificate that replaces one: what was learned stays, name and language may be others.

    title: of the course or webinar in that language. zone: for the days of somebody whose own is not known.
    """
    return replace(
        award,
        course_title=award.course_title if missing_characters(title) else title,
        language=language,
        previous_serial=award.serial,
        **{**_common(person, zone, at, serial=serial, at=at), "name": name, "completed_on": award.completed_on},
    )


def _common(person: User, zone: ZoneInfo, moment: datetime, *, serial: str, at: datetime) -> dict[str, Any]:
    """Return what every award states. zone: for the days of somebody whose own is not known."""
    salt = token_hex(8)
    return {
        "name": name_for_award(person.name),
        "completed_on": _day(moment, person, zone),
        "issued_on": _day(at, person, zone),
        "issuer": settings.CERTIFICATE_ISSUER,
        "signatory": settings.CERTIFICATE_SIGNATORY,
        "serial": serial,
        "verification_url": f"{settings.SITE_URL}/v/{serial}",
        "opened_at": at,
        # Source: Open Badges 3.0, IdentityObject: a salt of its own, since addresses can be guessed.
        "identity_hash": "sha256$" + sha256(f"{person.email}{salt}".encode()).hexdigest(),
        "identity_salt": salt,
    }


def _day(moment: datetime, person: User, zone: ZoneInfo) -> date:
    return moment.astimezone(ZoneInfo(person.time_zone) if person.time_zone else zone).date()
