from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from certificates.designs import pictures, rules
from certificates.rendering.design import A4, CHROMOSOME, RING, RULER, US_LETTER, Colours
from certificates.rendering.typesetting import missing_characters
from certificates.rendering.words import PLACEHOLDERS, unknown_placeholders
from courses.catalogue.models import Course
from courses.webinars.models import Webinar


def private_storage() -> Storage:
    return storages["private"]


def check_colour(text: str) -> None:
    if not rules.is_colour(text):
        raise ValidationError(_now("Write a colour as # and six of 0–9 and a–f, such as #07372d."))


def check_readable(text: str) -> None:
    check_colour(text)
    if rules.contrast(text, rules.PAPER) < rules.READABLE:
        raise ValidationError(_now("This colour is too pale to be read on paper. Choose a darker one."))


def check_drawable(text: str) -> None:
    if missing := missing_characters(text):
        sentence = _now("No font here draws: %(characters)s. Write it otherwise, or have fonts added.")
        raise ValidationError(sentence % {"characters": " ".join(missing)})


def check_wording(text: str) -> None:
    check_drawable(text)
    if unknown := unknown_placeholders(text):
        sentence = _now("%(unknown)s is not known here. In braces may stand: %(known)s.")
        raise ValidationError(sentence % {"unknown": ", ".join(unknown), "known": ", ".join(PLACEHOLDERS)})


class CertificateDesign(ClusterableModel):
    """How certificates look and what they say besides their facts, as it is being worked on; see DesignVersion."""

    class Layout(models.TextChoices):
        CHROMOSOME = CHROMOSOME, _("Chromosome at the side")
        RULER = RULER, _("Formal, everything in the middle")
        RING = RING, _("Ring around the code")

    class Paper(models.TextChoices):
        A4 = A4, _("A4, landscape")
        US_LETTER = US_LETTER, _("US letter, landscape")

    name = models.CharField(_("name"), max_length=80, unique=True, help_text=_("For you; it is not printed."))
    layout = models.CharField(_("layout"), max_length=12, choices=Layout.choices, default=Layout.CHROMOSOME)
    paper = models.CharField(_("paper"), max_length=12, choices=Paper.choices, default=Paper.A4)
    deep_colour = models.CharField(
        _("dark colour"),
        max_length=7,
        default=Colours.deep,
        validators=[check_readable],
        help_text=_("Of the drawing and of headings, as #07372d."),
    )
    accent_colour = models.CharField(
        _("accent colour"),
        max_length=7,
        default=Colours.accent,
        validators=[check_colour],
        help_text=_("Of a passed assessment in the drawing, as #f0b23a."),
    )
    is_default = models.BooleanField(
        _("for everything without a design of its own"),
        default=False,
        help_text=_("One design at most; without any, certificates have the academy’s own."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("certificate design")
        verbose_name_plural = _("certificate designs")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_default_design",
                violation_error_message=_("Another design is for everything without one. Take that off it first."),
            )
        ]

    def __str__(self):
        return self.name


class PictureModel(models.Model):
    """A picture that was uploaded: what is kept of it is made by `pictures.keep_picture`."""

    class Meta:
        abstract = True

    def keep(self, field: str) -> None:
        """Put what was just uploaded in its place. Raises ValidationError."""
        file = getattr(self, field)
        if not file or file._committed:
            return
        try:
            setattr(self, field, pictures.keep_picture(file.file))
        except ValidationError as refused:
            raise ValidationError({field: refused}) from refused


class DesignLogo(PictureModel, Orderable):
    """A mark of one of the institutions that stand behind a certificate."""

    design = ParentalKey(CertificateDesign, on_delete=models.CASCADE, related_name="logos")
    picture = models.FileField(
        _("picture"), storage=private_storage, help_text=_("PNG, JPEG, WebP or SVG, up to 2 MB.")
    )
    words = models.CharField(
        _("whose it is"),
        max_length=120,
        validators=[check_drawable],
        help_text=_("The institution’s name, read out to who cannot see the picture."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self):
        return self.words

    def clean(self):
        self.keep("picture")


class DesignSignatory(PictureModel, Orderable):
    """Who signs."""

    design = ParentalKey(CertificateDesign, on_delete=models.CASCADE, related_name="signatories")
    name = models.CharField(_("name"), max_length=80, validators=[check_drawable])
    role = models.CharField(_("role"), max_length=120, blank=True, validators=[check_drawable])
    signature = models.FileField(
        _("signature"),
        storage=private_storage,
        blank=True,
        help_text=_("A picture on a white or transparent ground: PNG, JPEG, WebP or SVG, up to 2 MB."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")

    def __str__(self):
        return self.name

    def clean(self):
        self.keep("signature")


def wording_field(name: Any, most: int = 160, **options: Any) -> models.CharField:
    return models.CharField(
        name, max_length=400, blank=True, validators=[MaxLengthValidator(most), check_wording], **options
    )


class DesignWording(models.Model):
    """What certificates in one language say around their facts; where a text is empty, ours stands.

    Each column but language is a field of `rendering.words.FIELDS`.
    """

    design = ParentalKey(CertificateDesign, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    intro = wording_field(_("before the name"), help_text=_("Ours: This is to certify that"))
    deed_course = wording_field(_("before a course’s title"), help_text=_("Ours: completed the course"))
    deed_webinar = wording_field(_("before a webinar’s title"), help_text=_("Ours: attended the webinar"))
    outcome_achievement = wording_field(_("after it, if assessed"), help_text=_("Ours: and passed its assessment."))
    outcome_participation = wording_field(_("after it, if not assessed"), help_text=_("Ours: with all its lessons."))
    outcome_attendance = wording_field(_("after it, of a webinar"), help_text=_("Ours: when it was held live."))
    closing = wording_field(
        _("at the end"),
        help_text=_(
            "In all of these may stand {issuer} {hours} {completed_on} {issued_on} {lessons} {course_version} {pass_mark}"
        ),
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [models.UniqueConstraint(fields=["design", "language"], name="one_wording_per_language")]

    def __str__(self):
        return self.get_language_display()


class DesignUse(models.Model):
    """What has a design of its own: a course or a webinar."""

    design = ParentalKey(CertificateDesign, on_delete=models.CASCADE, related_name="uses")
    course = models.OneToOneField(
        Course, verbose_name=_("course"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    webinar = models.OneToOneField(
        Webinar, verbose_name=_("webinar"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("use")
        verbose_name_plural = _("uses")
        constraints = [
            models.CheckConstraint(
                condition=Q(course__isnull=False, webinar=None) | Q(course=None, webinar__isnull=False),
                name="design_use_is_of_one_thing",
                violation_error_message=_("Choose a course or a webinar, one of both."),
            )
        ]

    def __str__(self):
        return str(self.course or self.webinar)


class DesignVersion(models.Model):
    """A design as it was at one moment, with all its texts and the names of its pictures; never changed or deleted.

    Its number, the primary key, stands in each award that was drawn in it.
    """

    design = models.ForeignKey(CertificateDesign, on_delete=models.PROTECT, related_name="versions")
    facts = models.JSONField()
    saved_at = models.DateTimeField(_("saved at"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("saved by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.design} {self.pk}"


class Accreditation(ClusterableModel):
    """What a professional body says of courses and webinars, word for word, and when it holds."""

    body = models.CharField(_("body"), max_length=120)
    number = models.CharField(
        _("number"), max_length=80, blank=True, help_text=_("Of the accreditation or the provider.")
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), help_text=_("The last day that it covers."))
    most_hours = models.DecimalField(_("maximum of credit hours"), max_digits=5, decimal_places=2)
    text = models.TextField(
        _("exact text"),
        validators=[MaxLengthValidator(500), check_drawable],
        help_text=_("Printed word for word on certificates of activities on the days it covers, up to 500 characters."),
    )
    courses = ParentalManyToManyField(Course, verbose_name=_("courses"), blank=True, related_name="+")
    webinars = ParentalManyToManyField(Webinar, verbose_name=_("webinars"), blank=True, related_name="+")

    class Meta:
        ordering = ["-valid_from", "body"]
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")),
                name="accreditation_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self):
        return f"{self.body} {self.number}".strip()
