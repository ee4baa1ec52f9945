import unicodedata
import zoneinfo
from functools import cache
from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from lms.accounts import rules

LONGEST_READ = 1000  # characters of a name that are looked at one by one


def validate_name(value: str) -> None:
    """Refuse what no name is made of, saying what it is."""
    if len(value) > LONGEST_READ:
        return  # the field's own bound refuses it
    if characters := rules.forbidden_characters(value):
        names = ", ".join(
            unicodedata.name(character, f"U+{ord(character):04X}").lower() for character in characters[:3]
        )
        raise ValidationError(
            _("A name cannot contain these characters: %(characters)s. Remove them and try again."),
            params={"characters": names},
        )
    if not rules.has_letter(value):
        raise ValidationError(_("Enter a name with at least one letter."))
    if rules.has_piled_marks(value):
        raise ValidationError(_("This name has too many accents on one letter. Remove some and try again."))


class NameFormField(forms.CharField):
    """Takes a name as it was typed and keeps it normalised."""

    def to_python(self, value):
        text = super().to_python(value) or ""
        return rules.normalise_name(text) if len(text) <= LONGEST_READ else text


class NameField(models.CharField):
    """The name of a person or an institution, in any script; every form that asks for it refuses the same things."""

    default_validators = [validate_name]

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": NameFormField, **kwargs})


class Institution(index.Indexed, models.Model):
    """A hospital, university, laboratory or society that people work in."""

    name = NameField(_("name"), max_length=200)
    country = CountryField(_("country"))
    is_verified = models.BooleanField(
        _("verified"), default=True, help_text=_("Somebody of the staff has checked it; only these are suggested.")
    )

    panels = [FieldPanel("name"), FieldPanel("country"), FieldPanel("is_verified")]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["name"]
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        constraints = [models.UniqueConstraint(Lower("name"), "country", name="one_institution_per_name_and_country")]

    def __str__(self):
        return self.name


class Profession(models.TextChoices):
    CLINICIAN = "clinician", _("Doctor")
    NURSE = "nurse", _("Nurse or midwife")
    PHARMACIST = "pharmacist", _("Pharmacist")
    LABORATORY = "laboratory", _("Laboratory scientist")
    COUNSELLOR = "counsellor", _("Genetic counsellor")
    BIOINFORMATICIAN = "bioinformatician", _("Bioinformatician")
    PUBLIC_HEALTH = "public-health", _("Public health staff")
    TEACHER = "teacher", _("Lecturer or teacher")
    STUDENT = "student", _("Student")
    OTHER = "other", _("Other")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones; asked once, since finding them opens six hundred files."""
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(value: str) -> None:
    if value not in time_zones():
        raise ValidationError(_("Choose a time zone from the list."))


class User(AbstractBaseUser, PermissionsMixin):
    """A person, signed in by e-mail. Everything but the address may be empty: it is asked for when it is needed."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = NameField(
        _("name on certificates"),
        max_length=120,
        blank=True,
        help_text=_("As it shall stand on certificates, in any script."),
    )
    country = CountryField(
        _("country of work"), blank=True, help_text=_("Where you mainly work or study, not your nationality.")
    )
    profession = models.CharField(_("profession"), max_length=20, choices=Profession.choices, blank=True)
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
    )
    language = models.CharField(_("preferred language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, validators=[validate_time_zone])
    lite_pages = models.BooleanField(
        _("lite pages"), default=False, help_text=_("Leave out pictures until I ask for them, to save data.")
    )
    wants_reminders = models.BooleanField(
        _("reminders"),
        default=True,
        help_text=_(
            "Mail me reminders before a webinar, and news after it: its recording, and the question how it was. "
            "What changes or is called off is told in any case."
        ),
    )
    accepted_terms_at = models.DateTimeField(_("accepted the terms at"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Switch off instead of deleting a person."))
    is_stand_in = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Nobody: holds what remains for the counts of somebody who was erased.",
    )
    is_demo = models.BooleanField(_("demo person"), default=False, editable=False)
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    objects = UserManager()
    EMAIL_FIELD: ClassVar[str] = "email"
    USERNAME_FIELD: ClassVar[str] = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_email")]
        permissions = [("view_insights", "Can see the insights")]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone that times are told to this person in: their own, or UTC."""
        return zoneinfo.ZoneInfo(self.time_zone if self.time_zone in time_zones() else "UTC")

    @property
    def has_enrolment_details(self) -> bool:
        """Say whether the two facts asked for at the first enrolment, name and country, are known."""
        return bool(self.name and self.country)


class InsightsLimit(models.Model):
    """What somebody who sees the overviews sees of them: one country or one institution. Without a row they see all.

    With one they see nothing else that a programme lead sees (accounts.backends).
    """

    person = models.OneToOneField(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="insights_limit"
    )
    country = CountryField(_("country"), blank=True, help_text=_("They see learners who work here, and nobody else."))
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("They see people of this institution, and nobody else."),
    )

    panels = [FieldPanel("person"), FieldPanel("country"), FieldPanel("institution")]

    class Meta:
        verbose_name = _("limit of the overviews")
        verbose_name_plural = _("limits of the overviews")
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(country="") & models.Q(institution__isnull=False))
                | (~models.Q(country="") & models.Q(institution=None)),
                name="limited_to_a_country_or_an_institution",
                violation_error_message=_("Choose either a country or an institution."),
            )
        ]

    def __str__(self):
        return f"{self.person}: {self.institution or self.get_country_display()}"
