from itertools import groupby
from typing import cast

from allauth.account.forms import SignupForm
from allauth.socialaccount.forms import SignupForm as ProviderSignupForm
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Institution, NameFormField, Profession, User, time_zones, validate_name
from lms.accounts.zones import zone_name_of

CONTINENTS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


class ConsentFields(forms.Form):
    """What sign-up asks beside the address: consent to the terms and the privacy notice."""

    accepts_terms = forms.BooleanField(
        label=_("I accept the terms of use and have read the privacy notice."),
        error_messages={"required": _("To make an account, accept the terms of use.")},
    )

    def save(self, request: HttpRequest) -> User:
        """Save the person, with their consent and the language and zone they signed up in, or nothing."""
        with transaction.atomic():
            user = super().save(request)  # type: ignore[misc]
            user.accepted_terms_at = timezone.now()
            user.language = translation.get_language() or ""
            user.time_zone = zone_name_of(request)
            user.save(update_fields=["accepted_terms_at", "language", "time_zone"])
        return user


class SignUpForm(ConsentFields, SignupForm):
    """Sign-up by address and password."""

    def try_save(self, request: HttpRequest) -> tuple:
        try:
            return super().try_save(request)
        except IntegrityError:  # a double click: the other one has just made this account
            self.account_already_exists = True
            return super().try_save(request)


class ProviderSignUpForm(ConsentFields, ProviderSignupForm):
    """Sign-up by way of another service, which has told us the address."""


class EnrolmentDetailsForm(forms.ModelForm):
    """The two facts asked for at the first enrolment: the name on certificates and the country of work."""

    class Meta:
        model = User
        fields = ["name", "country"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"autocomplete": "name", "dir": "auto"}
        for field in self.fields.values():
            field.required = True


class ProfileForm(forms.ModelForm):
    """All that a person tells about themselves."""

    institution_name = NameFormField(
        label=_("Institution"),
        required=False,
        max_length=Institution._meta.get_field("name").max_length,
        validators=[validate_name],
        help_text=_("Where you work or study. Choose one that is suggested, or write its name."),
    )

    class Meta:
        model = User
        fields = [
            *("name", "country", "profession", "institution_name", "language", "time_zone"),
            *("lite_pages", "wants_reminders"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(self.Meta.fields)
        self.fields["name"].widget.attrs |= {"autocomplete": "name", "dir": "auto"}
        self.fields["institution_name"].widget.attrs |= {
            "list": "institutions",
            "autocomplete": "organization",
            "dir": "auto",
        }
        unsaid = {"profession": _("Not said"), "language": _("The one I am reading")}
        for name, known in (("profession", Profession.choices), ("language", settings.LANGUAGES)):
            cast(forms.ChoiceField, self.fields[name]).choices = [("", unsaid[name]), *known]
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            required=False,
            choices=[("", _("Not chosen")), *time_zone_choices(self.instance.time_zone)],
            help_text=_("Times of webinars are shown in it. Without one, pages follow your browser’s clock."),
        )
        if self.instance.institution:
            self.initial["institution_name"] = self.instance.institution.name
        # Certificates and statistics rest on these two: once given they can be changed, not taken back.
        for name in ("name", "country"):
            self.fields[name].required = bool(getattr(self.instance, name))

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("institution_name") and "country" in cleaned and not cleaned["country"]:
            self.add_error("country", _("Choose the country as well, so that we know which institution it is."))
        return cleaned


class TimeZoneForm(forms.Form):
    """The zone that times are shown in."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args, current: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["time_zone"] = current
        choices = time_zone_choices(current)
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = choices if current else [("", "—"), *choices]


def time_zone_choices(current: str) -> list:
    """Return the time zones by continent, as a select shows them; a zone chosen before stays, whatever it is called."""
    names = sorted(name for name in time_zones() if name.split("/")[0] in CONTINENTS and "/" in name)
    choices: list = [("UTC", "UTC")]
    if current not in ("", "UTC", *names):
        choices.append((current, current))
    for continent, zones in groupby(names, key=lambda name: name.split("/")[0]):
        choices.append((continent, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in zones]))
    return choices
