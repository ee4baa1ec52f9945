import uuid

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.search import index

from courses.catalogue.editing import CoursePageForm


class Subject(TranslatableMixin, index.Indexed, models.Model):
    """A topic that courses are filed under in the catalogue."""

    name = models.CharField(_("name"), max_length=80, help_text=_("As it stands in the catalogue’s filters."))
    slug = models.SlugField(
        _("short name in addresses"),
        max_length=80,
        help_text=_("Small letters and hyphens, such as rare-disease; links to a filtered catalogue hold it."),
    )

    panels = [FieldPanel("name"), FieldPanel("slug")]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("slug"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ["name"]
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="one_subject_per_slug_and_language")]

    def __str__(self):
        return self.name


class Instructor(TranslatableMixin, index.Indexed, models.Model):
    """Somebody who teaches, as learners see them. Who may edit a course is said by its course team."""

    name = models.CharField(
        _("name or role"), max_length=120, help_text=_("As learners see it, with titles if they are wanted.")
    )
    institution = models.ForeignKey(
        "accounts.Institution",
        verbose_name=_("institution"),
        help_text=_("Where the person works; if it is missing from the list, an editor adds it."),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    biography = models.TextField(
        _("about"), max_length=1000, blank=True, help_text=_("Two or three sentences on what the person does.")
    )

    panels = [FieldPanel("name"), FieldPanel("institution"), FieldPanel("biography")]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta(TranslatableMixin.Meta):
        ordering = ["name"]
        verbose_name = _("instructor")
        verbose_name_plural = _("instructors")

    def __str__(self):
        return self.name


class Course(models.Model):
    """What makes a course the same course in every language and for ever: one small row per translation key."""

    translation_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=12)
    title = models.CharField(max_length=255, help_text="The title in its first language, for tables.")

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title


class CourseTeamMember(models.Model):
    """Who teaches a course. Page permissions, question permissions and /teach/ all follow from this table."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="team")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        on_delete=models.CASCADE,
        related_name="courses_taught",
        help_text=_("They may change this course’s pages and questions in every language, and send them for review."),
    )
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("appointed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    appointed_at = models.DateTimeField(_("appointed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("course team member")
        verbose_name_plural = _("course teams")
        ordering = ["course__title", "member__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["course", "member"], name="one_seat_per_course_team_member")]

    def __str__(self):
        return f"{self.member} · {self.course}"


class Level(models.TextChoices):
    BEGINNER = "beginner", _("Starting")
    INTERMEDIATE = "intermediate", _("Practising")
    ADVANCED = "advanced", _("Advanced")


class CatalogueIndexPage(Page):
    """The catalogue: all live courses, with facets and search."""

    intro = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("One sentence above the list of courses.")
    )

    template = "courses/catalogue/index_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["catalogue.CoursePage"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("catalogue")


class Objective(Orderable):
    """What a learner will be able to do after the course."""

    page = ParentalKey("catalogue.CoursePage", on_delete=models.CASCADE, related_name="objectives")
    key = models.CharField(max_length=40, blank=True, editable=False)
    text = models.CharField(_("objective"), max_length=300, help_text=_("Begin with a verb: “Read a report …”."))

    panels = [FieldPanel("text")]


class CoursePage(Page):
    """A course in one language: what it is about, for whom, and its modules."""

    code = models.CharField(
        _("code"), max_length=12, help_text=_("Short prefix such as PGX, the same in every language.")
    )
    summary = models.TextField(
        _("summary"), max_length=800, help_text=_("Three or four sentences, shown in the catalogue.")
    )
    level = models.CharField(
        _("level"),
        max_length=12,
        choices=Level.choices,
        default=Level.BEGINNER,
        help_text=_(
            "Starting: no training in genetics. Practising: meets genomic results at work. Advanced: decides on them."
        ),
    )
    audience = models.TextField(_("who it is for"), max_length=600, blank=True, help_text=_("One group per line."))
    minutes = models.PositiveSmallIntegerField(
        _("learning time in minutes"),
        validators=[MinValueValidator(5), MaxValueValidator(30_000)],
        default=60,
        help_text=_("Lessons, exercises and quizzes together; it stands on the certificate as hours."),
    )
    pass_mark_percent = models.PositiveSmallIntegerField(
        _("pass mark in per cent"),
        default=70,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("For every quiz that has none of its own; told to learners before they enrol."),
    )
    version_name = models.CharField(
        _("version"),
        max_length=20,
        default="1.0",
        help_text=_("Raise it when what is taught has changed, such as 1.1; it stands on certificates."),
    )
    licence = models.CharField(_("licence"), max_length=60, blank=True, help_text=_("Such as CC BY 4.0."))
    attribution = models.CharField(
        _("whom to name"), max_length=200, blank=True, help_text=_("Whom others name when they reuse the course.")
    )
    disclaimer = models.CharField(
        _("disclaimer"),
        max_length=200,
        blank=True,
        help_text=_("What the course does not replace, such as local guidelines. Shown at the foot of its page."),
    )
    translation_is_draft = models.BooleanField(
        _("translation not yet reviewed"),
        default=False,
        help_text=_("Readers are told that a native-speaking professional has not reviewed it."),
    )
    subjects = ParentalManyToManyField(
        Subject,
        verbose_name=_("subjects"),
        blank=True,
        related_name="course_pages",
        help_text=_("What the course is filed under in the catalogue; one to three are enough."),
    )
    instructors = ParentalManyToManyField(
        Instructor,
        verbose_name=_("instructors"),
        blank=True,
        related_name="course_pages",
        help_text=_("Named on the course page. Who may edit the course is said under Course teams."),
    )
    prerequisites = ParentalManyToManyField(
        "self",
        verbose_name=_("good to take first"),
        blank=True,
        symmetrical=False,
        help_text=_("Advice for learners; nobody is kept from enrolling."),
    )
    cover = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("picture"),
        help_text=_("Optional; the course page is made to do without one."),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    base_form_class = CoursePageForm
    template = "courses/catalogue/course_page.html"
    parent_page_types = ["catalogue.CatalogueIndexPage"]
    subpage_types = ["lessons.ModulePage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("level"),
        FieldPanel("subjects", widget=forms.CheckboxSelectMultiple),
        FieldPanel("audience"),
        InlinePanel("objectives", heading=_("What you will be able to do"), label=_("Objective"), max_num=20),
        MultiFieldPanel(
            [FieldPanel("minutes"), FieldPanel("pass_mark_percent"), FieldPanel("version_name")], _("Time and result")
        ),
        FieldPanel("instructors", widget=forms.CheckboxSelectMultiple),
        FieldPanel("prerequisites", widget=forms.CheckboxSelectMultiple),
        FieldPanel("cover"),
        MultiFieldPanel([FieldPanel("licence"), FieldPanel("attribution"), FieldPanel("disclaimer")], _("Rights")),
        FieldPanel("translation_is_draft"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("audience"),
        index.SearchField("code", boost=2),
        index.FilterField("level"),
        index.FilterField("minutes"),
        index.RelatedFields("subjects", [index.SearchField("name"), index.FilterField("slug")]),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def audience_list(self) -> list[str]:
        return [line.strip() for line in self.audience.splitlines() if line.strip()]
