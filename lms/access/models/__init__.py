"""Tables: what is known of countries, policies, what people told us, and the record of decisions.
May import lms.access.rules and lms.accounts."""

from lms.access.models.decisions import Decision, PolicyVersion
from lms.access.models.facts import BandOverride, CountryDataSet, CountryRow
from lms.access.models.requests import AccessAppeal, AccessRequest

__all__ = [
    "AccessAppeal",
    "AccessRequest",
    "BandOverride",
    "CountryDataSet",
    "CountryRow",
    "Decision",
    "PolicyVersion",
]
