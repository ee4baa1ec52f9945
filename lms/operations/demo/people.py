"""Who is in the demo. No name or address belongs to anybody: example.org is reserved for examples (RFC 2606)."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.accounts import roles

PASSWORD = "genomics-demo"
DOMAIN = "demo.example.org"


@dataclass(frozen=True)
class NamedPerson:
    """Somebody who can sign in to the demo. role: a staff group's name, "administrator", or empty for a learner."""

    email: str
    name: str
    country: str
    profession: str
    description: str
    role: str = ""
    time_zone: str = ""


HALF_WAY = NamedPerson(
    "learner@example.org", "Demo Learner", "GH", "clinician", "half way through a course", time_zone="Africa/Accra"
)
NEWCOMER = NamedPerson(
    "learner2@example.org", "Demo Second Learner", "DE", "laboratory", "nothing begun", time_zone="Europe/Berlin"
)
FINISHER = NamedPerson(
    "finisher@example.org", "Demo Finisher", "NP", "counsellor", "two certificates", time_zone="Asia/Kathmandu"
)
INSTRUCTOR = NamedPerson(
    "instructor@example.org", "Demo Instructor", "KE", "teacher", "writes and teaches two courses", roles.INSTRUCTORS
)
EDITOR = NamedPerson("editor@example.org", "Demo Editor", "PT", "other", "publishes them", roles.EDITORS)
LEAD = NamedPerson("lead@example.org", "Demo Programme Lead", "GB", "other", "sees /insights/", roles.PROGRAMME_LEADS)
ADMINISTRATOR = NamedPerson(
    "admin@example.org", "Demo Administrator", "GB", "other", "may do everything", "administrator"
)
NAMED = (HALF_WAY, NEWCOMER, FINISHER, INSTRUCTOR, EDITOR, LEAD, ADMINISTRATOR)

# Who has told where they work, and which of the criteria of low-resource environments they named.
CRITERIA_NAMED: Mapping[str, str] = {HALF_WAY.email: "bd", FINISHER.email: "e"}

# Generated learners by country of work: a few large groups and a long tail, as in an open course.
# fmt: off
LEARNERS_BY_COUNTRY: Mapping[str, int] = {
    "IN": 36, "NG": 31, "ET": 26, "EG": 24, "BR": 22, "PH": 21, "KE": 18, "PK": 17, "GH": 16, "ID": 15,
    "NP": 14, "MX": 13, "BD": 12, "CO": 12, "UG": 11, "ZA": 10, "PE": 9, "MA": 9, "VN": 8, "TZ": 8,
    "LK": 7, "CM": 6, "TN": 6, "SN": 6, "RW": 5, "BO": 5, "DE": 5, "FR": 4, "GB": 4, "JO": 4,
    "US": 3, "ZM": 3, "KH": 2, "MW": 2, "EC": 2, "UY": 2, "XK": 2, "FJ": 1, "MN": 1, "LS": 1,
}
# fmt: on
LANGUAGE_BY_COUNTRY: Mapping[str, str] = {
    **dict.fromkeys(("EG", "JO"), "ar"),
    **dict.fromkeys(("MA", "TN", "SN", "CM", "FR"), "fr"),
    **dict.fromkeys(("MX", "CO", "PE", "BO", "EC", "UY"), "es"),
}
PROFESSIONS = (
    *("clinician",) * 6,
    *("laboratory",) * 4,
    *("nurse",) * 3,
    *("pharmacist",) * 3,
    *("counsellor", "counsellor", "bioinformatician", "public-health", "teacher", "student", "student"),
)
