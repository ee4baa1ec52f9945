from allauth.mfa.utils import is_mfa_enabled

from lms.accounts.models import User


def display_name(user: User) -> str:
    """Return what a person is called on pages and in mails: their name, else their address."""
    return user.name or user.email


def is_staff_member(user: User) -> bool:
    """Say whether a person works here: an administrator, or anyone who may enter the CMS."""
    return user.is_active and user.has_perm("wagtailadmin.access_admin")


def needs_second_factor(user: User) -> bool:
    """Say whether a person has to set up a second factor before they may do a staff member's work."""
    return is_staff_member(user) and not is_mfa_enabled(user)
