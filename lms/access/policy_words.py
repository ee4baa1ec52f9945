"""The terms of a policy version as programme leads read them, in the order in which they are shown."""

from typing import Any

from django.utils.translation import gettext_lazy as _

TERMS: dict[str, Any] = {
    "criteria_b2": _("Criteria that give priority in band B2"),
    "criteria_b3": _("Criteria that call for a review in band B3"),
    "criteria_b4": _("Criteria that call for a review in band B4"),
    "months_p1": _("Months for which P1 is valid"),
    "months_p2": _("Months for which P2 is valid"),
    "months_declined": _("Months for which a reviewer’s no holds"),
    "grace_months_least_developed": _("Months of grace after a country leaves the list of least developed countries"),
    "grace_months_income": _("Months of grace after a country moves to a group of higher income"),
    "months_unclassified": _("Months for which a country without a group keeps its last band"),
}
SEAT_TERMS: dict[str, Any] = {
    "reserved_share": _("Share of seats that are reserved (0.4 is 40 %)"),
    "window_days": _("Days at least from the early opening to the general one"),
    "release_days_webinar": _("Days before a webinar on which reserved seats are released"),
    "release_days_cohort": _("Days before a course with dates on which reserved seats are released"),
    "hold_hours": _("Hours for which an offered seat is held"),
    "student_waiver": _("Share of the price that students are spared (0.5 is half)"),
}
