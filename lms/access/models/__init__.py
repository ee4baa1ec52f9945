"""Tables: what is known of countries, policies, and the record of decisions. May import lms.access.rules and lms.accounts."""

from lms.access.models.decisions import Decision, PolicyVersion
from lms.access.models.facts import BandOverride, CountryDataSet, CountryRow

__all__ = ["BandOverride", "CountryDataSet", "CountryRow", "Decision", "PolicyVersion"]
