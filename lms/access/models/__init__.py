"""Tables: what is known of countries, policies, what people told us, the record of decisions, seats, and fees.
May import lms.access.rules and lms.accounts."""

from lms.access.models.decisions import Decision, PolicyVersion
from lms.access.models.facts import BandOverride, CountryDataSet, CountryRow
from lms.access.models.fees import Charge, Currency, HardshipWaiver, InstitutionAgreement, Settlement
from lms.access.models.hardship import HardshipRequest
from lms.access.models.owed import OwedSeat
from lms.access.models.requests import AccessAppeal, AccessRequest
from lms.access.models.reviews import Audit, ErasedCase, Finding
from lms.access.models.seats import Application, Notice, Seat, SeatBlock, SeatPool

__all__ = [
    "AccessAppeal",
    "AccessRequest",
    "Application",
    "Audit",
    "BandOverride",
    "Charge",
    "CountryDataSet",
    "CountryRow",
    "Currency",
    "Decision",
    "ErasedCase",
    "Finding",
    "HardshipRequest",
    "HardshipWaiver",
    "InstitutionAgreement",
    "Notice",
    "OwedSeat",
    "PolicyVersion",
    "Seat",
    "SeatBlock",
    "SeatPool",
    "Settlement",
]
