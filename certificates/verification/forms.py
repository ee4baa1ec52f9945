from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from certificates.issuing.rules import LONGEST_TYPED, is_well_formed, read_serial
from certificates.verification.files import LARGEST

TOO_LARGE = _(
    "This file is larger than 2 MB, so it is none of ours. Check the code that stands on the certificate instead."
)


class CodeForm(forms.Form):
    """The code that somebody reads off a certificate; cleaned, it is a serial."""

    code = forms.CharField(
        label=_("Certificate code"),
        max_length=LONGEST_TYPED,
        help_text=_("Twelve characters, such as 7Q31 2K8M 4TR6. Spaces and small letters do not matter."),
        error_messages={"required": _("Type the code that stands on the certificate.")},
        widget=forms.TextInput(
            attrs={
                "class": "input input--mono",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "dir": "ltr",
            }
        ),
    )

    def clean_code(self) -> str:
        serial = read_serial(self.cleaned_data["code"])
        if serial is None:
            raise ValidationError(
                _("A code has twelve letters and digits, and never the letter U. Please compare it again.")
            )
        if not is_well_formed(serial):
            raise ValidationError(
                _("A character of this code is wrong: its last one does not fit the others. Please compare it again.")
            )
        return serial


class FileForm(forms.Form):
    """A file that somebody was given."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A certificate as PDF or PNG, or its record as JSON or JWT; at most 2 MB. We do not keep it."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file that you were given.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.json,.jwt,.txt"}),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(TOO_LARGE)
        return file.read()
