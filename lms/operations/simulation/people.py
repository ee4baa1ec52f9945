"""Who the simulated learners are. Shares and weights are invented to be plausible; they are nobody's statistics."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

DOMAIN = "simulated.invalid"  # Source: RFC 2606, names that lead nowhere
PRIORITY, STANDARD = "P", "S"
LITE, FULL = "lite", "full"

# Of each kind of country, the share of people with priority, and of those on lite pages.
SHARES: Mapping[str, tuple[float, float]] = {"L": (0.74, 0.55), "M": (0.52, 0.38), "U": (0.2, 0.18), "H": (0.04, 0.06)}
# Kind, language and the countries with their weights. L: low income, M: lower middle, U: upper middle, H: high.
_COUNTRIES = (
    ("L", "en", "ET 30 UG 26 RW 12 MW 10 LR 4 SL 5 GM 3 SS 3"),
    ("L", "fr", "CD 18 BF 7 ML 7 NE 5 TD 4 TG 5 MG 8 BI 4 CF 2"),
    ("L", "ar", "SD 9 YE 7 SY 5"),
    ("L", "pt", "MZ 9 GW 2"),
    ("M", "en", "NG 62 KE 40 GH 30 TZ 24 ZM 14 ZW 12 IN 120 PK 48 BD 40 NP 22 LK 14 PH 36 KH 6 LS 3 PG 4"),
    ("M", "fr", "CM 14 SN 12 CI 12 BJ 6 HT 6 MR 3"),
    ("M", "ar", "EG 42 MA 18 TN 10 JO 8 LB 6"),
    ("M", "pt", "AO 6 CV 2"),
    ("M", "es", "BO 8 HN 6 NI 4"),
    ("M", "en", "VN 18 UZ 5 UA 8"),
    ("U", "en", "ZA 34 BW 5 NA 4 TH 14 MY 12 TR 14 ID 30 JM 3 GE 4 AM 3"),
    ("U", "es", "MX 30 CO 24 PE 18 EC 10 AR 16 GT 7 DO 5 CU 4"),
    ("U", "pt", "BR 52"),
    ("U", "ar", "DZ 12 IQ 12 LY 3"),
    ("U", "zh-hans", "CN 40"),
    ("H", "en", "GB 30 US 34 AU 10 CA 12 DE 18 NL 9 IE 4 SE 6 PL 8 IT 10 JP 6 SG 4"),
    ("H", "fr", "FR 14 BE 6 CH 6"),
    ("H", "es", "ES 14 CL 8 UY 3"),
    ("H", "pt", "PT 7"),
    ("H", "ar", "SA 8 AE 5 QA 2"),
)
PROFESSIONS = {
    "clinician": 34,
    "nurse": 18,
    "laboratory": 16,
    "student": 11,
    "counsellor": 6,
    "pharmacist": 5,
    "public-health": 4,
    "teacher": 3,
    "bioinformatician": 2,
    "other": 1,
}
IN_AN_INSTITUTION = 0.3
MOTHER_TONGUE = 0.8  # share of those who read the language of their country; the others read English


@dataclass(frozen=True)
class Country:
    code: str
    kind: str
    language: str
    weight: int


COUNTRIES: tuple[Country, ...] = tuple(
    Country(code, kind, language, int(weight))
    for kind, language, text in _COUNTRIES
    for code, weight in zip(text.split()[::2], text.split()[1::2], strict=True)
)
_COUNTRY_WEIGHTS = tuple(accumulate(country.weight for country in COUNTRIES))
_PROFESSION_NAMES, _PROFESSION_WEIGHTS = tuple(PROFESSIONS), tuple(accumulate(PROFESSIONS.values()))


@dataclass(frozen=True, slots=True)
class Person:
    """A learner, and what steps of theirs are counted by. joined_at: seconds since the world began."""

    country: str
    language: str
    tier: str
    profession: str
    device: str
    institution_id: int | None
    joined_at: int


def draw_person(chance: Random, *, institutions: Mapping[str, Sequence[int]], seconds: int) -> Person:
    """Return somebody who joined within so many seconds. institutions: country -> ids."""
    country = COUNTRIES[bisect(_COUNTRY_WEIGHTS, chance.random() * _COUNTRY_WEIGHTS[-1])]
    priority, lite = SHARES[country.kind]
    there = institutions.get(country.code, ())
    return Person(
        country=country.code,
        language=country.language if chance.random() < MOTHER_TONGUE else "en",
        tier=PRIORITY if chance.random() < priority else STANDARD,
        profession=_PROFESSION_NAMES[bisect(_PROFESSION_WEIGHTS, chance.random() * _PROFESSION_WEIGHTS[-1])],
        device=LITE if chance.random() < lite else FULL,
        institution_id=chance.choice(there) if there and chance.random() < IN_AN_INSTITUTION else None,
        joined_at=int(seconds * chance.random() ** 0.6),  # the academy grows
    )


def institutions_by_country(count: int) -> dict[str, int]:
    """Return how many of so many institutions each country has: one at least, where they are enough, else by its weight."""
    total = _COUNTRY_WEIGHTS[-1]
    left = max(count - len(COUNTRIES), 0)
    found = {country.code: int(count >= len(COUNTRIES)) for country in COUNTRIES}
    before = 0
    for country, until in zip(COUNTRIES, _COUNTRY_WEIGHTS, strict=True):
        share = left if found[country.code] else count
        found[country.code] += share * until // total - share * before // total
        before = until
    return found
