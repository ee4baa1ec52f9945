from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import CoursePage
from courses.offline.classroom.rules import LARGEST_RETURN


class FileForm(forms.Form):
    """Which classroom file of a course somebody wants."""

    page = forms.ModelChoiceField(CoursePage.objects.none(), label=_("Language"), empty_label=None)
    with_sound = forms.BooleanField(
        label=_("With the sound of its recordings"),
        required=False,
        help_text=_("Without it, recordings are read as transcripts, and the file is smaller."),
    )

    def __init__(self, data: Mapping[str, str] | None, *, pages: Any) -> None:
        super().__init__(data)
        self.fields["page"].queryset = pages  # type: ignore[attr-defined]
        self.fields["page"].label_from_instance = lambda page: page.locale.get_display_name()  # type: ignore[attr-defined]


class ReturnForm(forms.Form):
    """A file that a class sends back."""

    file = forms.FileField(
        label=_("The class’s file"),
        help_text=_(
            "As its computer made it: class-return-….genomed. Bring it as often as you like; nothing counts twice."
        ),
        widget=forms.FileInput(attrs={"accept": ".genomed"}),
    )
    vouches = forms.BooleanField(
        label=_("I was there, or know the class: this is the work of the people it names."),
    )

    def clean_file(self) -> bytes:
        file: UploadedFile = self.cleaned_data["file"]
        return file.read(LARGEST_RETURN + 1)


class HostForm(forms.Form):
    """Who may run classes of a course besides its team."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Of their account. They can make classroom files of this course and bring back what a class did."),
    )
