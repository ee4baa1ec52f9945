from lms.accounts.models import User


def display_name(user: User) -> str:
    """Return what a person is called on pages and in mails: their name, else their address."""
    return user.name or user.email
