import math
import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

# Characters that steer the order of text, in a name they could make a certificate read as something else, and controls.
_STEERING = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SCRIPTS = (
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("am", re.compile("[\u1200-\u139f]")),
)

ACHIEVEMENT = "achievement"  # an assessment had to be passed
PARTICIPATION = "participation"
ATTENDANCE = "attendance"  # of a live session, for the minutes somebody was there

WEBINAR = "webinar"  # the format of what is attended


@dataclass(frozen=True)
class Award:
    """The facts a certificate states, frozen when it is opened. Never access tier, fee or country.

    language: code of the language the course was taken in. minutes: learning time of the whole course; of a webinar, what
    was attended of it. lesson_minutes: one entry per lesson, in order; of a webinar, how long it was.
    score_percent and pass_mark_percent: None without an assessment.
    accreditation: the exact text of an accreditation that covered the course, or "" for none.
    opened_at: the moment its credential is valid from. identity_hash: "sha256$" and the hex digest of the e-mail address
    followed by the salt, so that its holder can show it is theirs and nobody can read the address off it.
    about_url: the page of the course or webinar. design: number of the version of a design that it is drawn in, None for
    the built-in one. previous_serial: of the certificate that this one replaces.
    """

    name: str
    course_title: str
    course_version: str
    format: str
    language: str
    completed_on: date
    issued_on: date
    minutes: int
    lessons: int
    lesson_minutes: tuple[int, ...]
    result: str
    score_percent: int | None
    pass_mark_percent: int | None
    issuer: str
    signatory: str
    serial: str
    verification_url: str
    accreditation: str = ""
    opened_at: datetime | None = None
    identity_hash: str = ""
    identity_salt: str = ""
    about_url: str = ""
    design: int | None = None
    previous_serial: str = ""

    @property
    def hours(self) -> float:
        """Hours of learning in quarters, rounded down: never more than was planned, and of a course never nothing."""
        # Source: AMA PRA credit system, credit in quarters of an hour.
        return max(math.floor(self.minutes / 15), 0 if self.is_attendance else 1) / 4

    @property
    def shown_serial(self) -> str:
        return show_serial(self.serial)

    @property
    def shown_previous_serial(self) -> str:
        return show_serial(self.previous_serial)

    @property
    def is_achievement(self) -> bool:
        return self.result == ACHIEVEMENT

    @property
    def is_attendance(self) -> bool:
        return self.result == ATTENDANCE

    def to_json(self) -> dict[str, Any]:
        """Return the award as plain values, to be stored whole."""
        facts = asdict(self)
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Award":
        """Return the award that `to_json` stored. Facts this version does not know are left out."""
        known = {field.name: facts[field.name] for field in fields(cls) if field.name in facts}
        return cls(
            **{
                **known,
                "completed_on": date.fromisoformat(facts["completed_on"]),
                "issued_on": date.fromisoformat(facts["issued_on"]),
                "lesson_minutes": tuple(facts["lesson_minutes"]),
                "opened_at": datetime.fromisoformat(facts["opened_at"]) if facts.get("opened_at") else None,
            }
        )


def name_for_award(name: str) -> str:
    """Return a name as it can stand on a certificate: composed, on one line, without characters that steer its order."""
    return " ".join(_STEERING.sub("", unicodedata.normalize("NFC", name)).split())


def language_of_name(name: str) -> str:
    """Return the language tag that makes a name look and sound right, "" where its letters do not tell."""
    return next((language for language, letters in _SCRIPTS if letters.search(name)), "")


def show_serial(serial: str) -> str:
    """Return a serial in fours, as it is printed and typed."""
    return " ".join(serial[n : n + 4] for n in range(0, len(serial), 4))
