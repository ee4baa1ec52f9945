from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.webinars.attendance_files import LARGEST
from courses.webinars.attendance_heads import Column
from courses.webinars.attendance_matching import Basis, Listee, Registered
from courses.webinars.models import Webinar, time_zone_choices
from courses.webinars.services.attendance_lists import Preview

TOO_LARGE = _("The file is larger than 5 MB. Import the list of one session only.")
MOST_AHEAD = 180  # minutes
MOST_ASKED = 100  # people on one page
MOST_HEADS = 30
NOBODY = "nobody"


class UploadForm(forms.Form):
    """An attendance list, and the zone of the clock it was written by."""

    file = forms.FileField(
        label=_("Attendance list"),
        help_text=_("The CSV file of Zoom, Microsoft Teams or BigBlueButton, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    zone = forms.ChoiceField(
        label=_("Time zone of its clock"),
        help_text=_("Such files do not tell it. Mostly it is that of the account that exported the list."),
        choices=time_zone_choices,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return file


class ClockForm(forms.Form):
    """How the clock of a list is to be read."""

    zone = forms.ChoiceField(label=_("Time zone of its clock"), choices=time_zone_choices)
    minutes_ahead = forms.IntegerField(
        label=_("Minutes its clock is ahead"),
        help_text=_("Less than zero if it is behind."),
        min_value=-MOST_AHEAD,
        max_value=MOST_AHEAD,
        widget=forms.NumberInput(attrs={"class": "input input--short"}),
    )


class ColumnsForm(forms.Form):
    """Which column is which, of a list whose heads are in an unknown language."""

    name = forms.ChoiceField(label=_("Name"))
    email = forms.ChoiceField(label=_("E-mail address"), required=False)
    joined = forms.ChoiceField(label=_("Time of joining"))
    left = forms.ChoiceField(label=_("Time of leaving"))

    def __init__(self, *args: Any, heads: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("None of these")), *((head, head) for head in dict.fromkeys(heads[:MOST_HEADS]))]
        for field in self.fields.values():
            field.choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [head for head in cleaned.values() if head]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError(_("One column cannot be two things. Choose a different one for each."))
        return cleaned

    @property
    def columns(self) -> dict[str, str]:
        """What heads mean, as attendance_files reads them."""
        said = {name: head for name, head in self.cleaned_data.items() if head}
        return {" ".join(head.split()).casefold(): Column(name).value for name, head in said.items()}


class ImportForm(forms.Form):
    """Whose presence it is of those in a list whom no e-mail address tells: as their names match, or as the organiser knows."""

    def __init__(self, *args: Any, preview: Preview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        uncertain = [
            person
            for person in preview.people
            if (match := preview.matches.get(person.line)) is None or match.basis == Basis.NAME
        ]
        uncertain.sort(key=lambda person: person.line in preview.matches)
        self.asked, self.left_over = uncertain[:MOST_ASKED], len(uncertain[MOST_ASKED:])
        for person in self.asked:
            match = preview.matches.get(person.line)
            likely = {known.registration_id: known for known in preview.register.suggest(person.name)}
            if match:
                likely = {match.registered.registration_id: match.registered, **likely}
            self.fields[_field(person)] = forms.ChoiceField(
                label=person.name or person.email,
                required=False,
                initial=match.registered.registration_id if match else "",
                choices=[
                    ("", _("Settle later")),
                    *((pk, _label(known)) for pk, known in likely.items()),
                    (NOBODY, _("Nobody who is registered")),
                ],
            )

    @property
    def rows(self) -> list[tuple[Listee, forms.BoundField]]:
        return [(person, self[_field(person)]) for person in self.asked]

    @property
    def owners(self) -> dict[int, int | None]:
        said = {person.line: self.cleaned_data[_field(person)] for person in self.asked}
        return {line: int(choice) if choice and choice != NOBODY else None for line, choice in said.items()}

    @property
    def strangers(self) -> set[int]:
        return {person.line for person in self.asked if self.cleaned_data[_field(person)] == NOBODY}


class PersonForm(forms.Form):
    """Whose presence it is that lists tell under a name."""

    who = forms.ChoiceField(label=_("This is"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, webinar: Webinar, likely: Sequence[Registered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.webinar = webinar
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            *((known.registration_id, _label(known)) for known in likely),
            (NOBODY, _("Nobody who is registered")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        who = cleaned.get("who")
        self.registration = self.webinar.registrations.live().filter(pk=who).first() if who and who != NOBODY else None
        if who and who != NOBODY and self.registration is None:
            self.add_error("who", _("This person has cancelled meanwhile. Choose somebody else."))
        return cleaned


def _field(person: Listee) -> str:
    return f"line-{person.line}"


def _label(known: Registered) -> str:
    return known.name or gettext("No name given")
