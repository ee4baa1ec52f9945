from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User


class ConsentForm(forms.Form):
    """What sign-up asks beside address and password: consent to the terms and the privacy notice."""

    accepts_terms = forms.BooleanField(
        label=_("I accept the terms of use and have read the privacy notice."),
        error_messages={"required": _("To make an account, accept the terms of use.")},
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        user.accepted_terms_at = timezone.now()
        user.save(update_fields=["accepted_terms_at"])


class EnrolmentDetailsForm(forms.ModelForm):
    """The two facts asked for at the first enrolment: the name on certificates and the country of work."""

    class Meta:
        model = User
        fields = ["name", "country"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True
