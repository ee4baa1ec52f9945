"""What a new password may be, beside what Django checks."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 256  # far more than a sentence; a bound all the same, wherever a password is set


class LongestPasswordValidator:
    """Refuse a password that is longer than anybody types."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(
                _("This password is too long. Choose one of at most %(most)s characters.") % {"most": LONGEST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return _("Your password has at most %(most)s characters.") % {"most": LONGEST}
