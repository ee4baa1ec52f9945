import uuid
from datetime import timedelta

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.mail.services import queue_mail

LONGEST_ADDRESS = 254  # Source: RFC 5321, 4.5.3.1.3, less the brackets; what the tables hold


def validity_of(template_prefix: str) -> timedelta | None:
    """Return how long the code or link in a mail of allauth's is good for; afterwards the mail is not worth sending."""
    match template_prefix.rpartition("/")[2]:
        case "login_code":
            return timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT)
        case "password_reset_key":
            return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        case "email_confirmation" | "email_confirmation_signup":
            return timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    return None


class AccountAdapter(DefaultAccountAdapter):
    """allauth's decisions, where ours differ."""

    # What went wrong and what to do next, in the words of the pages.
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This account is switched off. If you think this is a mistake, write to us."),
        "duplicate_email": gettext_lazy("Your account has this address already."),
        "email_password_mismatch": gettext_lazy(
            "This address and this password do not belong together. Check both, or sign in with a code by e-mail."
        ),
        "email_taken": gettext_lazy("There is an account with this address already. Sign in to it instead."),
        "enter_current_password": gettext_lazy("This is not your present password. Type it again."),
        "incorrect_code": gettext_lazy("This is not the code we sent. Check it, or ask for a new one."),
        "incorrect_password": gettext_lazy("This is not your password. Type it again."),
        "max_email_addresses": gettext_lazy("You can have %d addresses at most. Remove one before you add another."),
        "same_as_current": gettext_lazy("This is what you have now. Give another, or leave it as it is."),
        "select_only_one": gettext_lazy("Choose one only."),
        "too_many_login_attempts": gettext_lazy("There were too many attempts. Wait some minutes, then try again."),
        "rate_limited": gettext_lazy("There were too many attempts. Wait some minutes, then try again."),
        "unverified_primary_email": gettext_lazy("Confirm the address first, then make it the main one."),
    }

    def clean_email(self, email: str) -> str:
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(_("This address is too long. Check it and try again."))
        return super().clean_email(email)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Put a mail about one's account into the outbox, in the person's language.

        Queued like any other mail: signing up neither waits for the mail server nor fails with it, and the answer takes as
        long for an address that has an account as for one that has none.
        """
        if len(email) > LONGEST_ADDRESS:
            return  # not every form of allauth's asks clean_email
        person = context.get("user")
        request = current.request
        validity = validity_of(template_prefix)
        with translation.override(getattr(person, "language", "") or translation.get_language()):
            message = self.render_mail(
                template_prefix,
                email,
                {"request": request, "email": email, "current_site": get_current_site(request), **context},
            )
            queue_mail(
                key=f"account:{uuid.uuid4()}",
                to=email,
                subject=message.subject,
                text=message.body,
                html=next((alternative[0] for alternative in getattr(message, "alternatives", [])), ""),
                expires_at=timezone.now() + validity if validity else None,
            )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to one's learning, in one's preferred language."""
        return my_learning_url(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return my_learning_url(request)


def my_learning_url(request: HttpRequest) -> str:
    with translation.override(getattr(request.user, "language", "") or translation.get_language()):
        return reverse("my_learning")
