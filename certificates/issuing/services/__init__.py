"""The verbs of the register: open, make, correct, end and finish what was left.
Each is one transaction, or leaves what the sweep can go on from."""

from certificates.issuing.services.correcting import ask_correction, grant_correction, refuse_correction
from certificates.issuing.services.ending import (
    reissue_certificate,
    revoke_certificate,
    withdraw_certificates,
)
from certificates.issuing.services.making import render_certificate, retry_certificates, take_name_from_profile
from certificates.issuing.services.opening import open_attendance_certificate, open_certificate
from certificates.issuing.services.picturing import picture_to_share, small_picture
from certificates.issuing.services.signing import publish_status_lists
from certificates.issuing.services.sweeping import (
    SWEEP_LIMIT,
    issue_in_bulk,
    issue_missing_certificates,
    open_missing_certificates,
)

__all__ = [
    "SWEEP_LIMIT",
    "ask_correction",
    "grant_correction",
    "issue_in_bulk",
    "issue_missing_certificates",
    "open_attendance_certificate",
    "open_certificate",
    "open_missing_certificates",
    "picture_to_share",
    "publish_status_lists",
    "refuse_correction",
    "reissue_certificate",
    "render_certificate",
    "retry_certificates",
    "revoke_certificate",
    "small_picture",
    "take_name_from_profile",
    "withdraw_certificates",
]
