from itertools import islice

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.search import index

from courses.catalogue.models import Course
from courses.lessons.blocks import DRESSED_LATE, RECORDINGS, LessonBody
from courses.lessons.editing import GlossaryTermForm, LessonPageForm, ReferenceForm
from courses.lessons.errors import CannotBePublished
from courses.lessons.recordings import problems_of_recordings
from courses.lessons.sources import DOI, as_sentence, with_range_dashes
from courses.media.models import MediaItem
from courses.media.queries import transcripts

BLOCKS_NEAR_TOP = 8  # no screen shows more of a lesson before it is scrolled


class GlossaryTerm(TranslatableMixin, index.Indexed, models.Model):
    """A word of the field, explained in one sentence."""

    key = models.SlugField(_("short name"), max_length=60, help_text=_("Stable, the same in every language."))
    term = models.CharField(_("term"), max_length=120, help_text=_("As it is written in the middle of a sentence."))
    definition = models.TextField(
        _("definition"),
        max_length=600,
        help_text=_("One sentence that a colleague from another field understands."),
    )
    see_also = models.ManyToManyField(
        "self",
        verbose_name=_("see also"),
        blank=True,
        symmetrical=False,
        help_text=_("Terms that are easily confused with this one or explain it further."),
    )

    base_form_class = GlossaryTermForm
    panels = [
        FieldPanel("term"),
        FieldPanel("definition"),
        FieldPanel("key"),
        FieldPanel("see_also", widget=forms.CheckboxSelectMultiple),
    ]
    search_fields = [index.SearchField("term"), index.AutocompleteField("term"), index.SearchField("definition")]

    class Meta(TranslatableMixin.Meta):
        ordering = ["term"]
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="one_term_per_key_and_language")]

    def __str__(self):
        return self.term


class Reference(index.Indexed, models.Model):
    """A published source, entered once and cited by its key."""

    key = models.SlugField(_("key"), max_length=60, unique=True, help_text=_("Written in text as [@key]."))
    authors = models.CharField(_("authors"), max_length=300, help_text=_("Such as Richards S, Aziz N, Bale S, et al."))
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=400)
    source = models.CharField(_("source"), max_length=300, help_text=_("Journal, volume and pages; or publisher."))
    doi = models.CharField(
        "DOI",
        max_length=120,
        blank=True,
        help_text=_("Such as 10.1038/gim.2015.30; an address of doi.org is shortened to it."),
        validators=[
            RegexValidator(
                rf"^{DOI.pattern}\Z", _("This is no DOI: it begins with 10. and holds letters, digits and -._;()/:")
            )
        ],
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("Shown after the source, such as: free to read.")
    )

    base_form_class = ReferenceForm
    panels = [FieldPanel(name) for name in ("record", "key", "authors", "year", "title", "source", "doi", "note")]
    search_fields = [
        index.SearchField("title"),
        index.SearchField("authors"),
        index.AutocompleteField("title"),
        index.AutocompleteField("key"),
    ]

    class Meta:
        ordering = ["authors", "year"]
        verbose_name = _("reference")
        verbose_name_plural = _("references")

    def __str__(self):
        return f"{self.authors} ({self.year}). {self.title}"

    @property
    def title_sentence(self) -> str:
        return as_sentence(self.title)

    @property
    def source_sentence(self) -> str:
        return as_sentence(with_range_dashes(self.source))


class Lesson(models.Model):
    """What makes a lesson the same lesson in every language and for ever: one small row per translation key."""

    translation_key = models.UUIDField(unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="lessons")
    title = models.CharField(max_length=255, help_text="The title in its first language, for tables.")
    is_retired = models.BooleanField(default=False, help_text="No longer read: contracts say what is asked.")

    def __str__(self):
        return self.title


class ModulePage(Page):
    """A chapter of a course: its lessons in order, then a quiz."""

    summary = models.TextField(
        _("summary"), max_length=500, blank=True, help_text=_("One or two sentences, shown in the syllabus.")
    )

    template = "courses/lessons/module_page.html"
    parent_page_types = ["catalogue.CoursePage"]
    subpage_types = ["lessons.LessonPage", "assessments.QuizPage"]
    content_panels = [*Page.content_panels, FieldPanel("summary")]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")


class LessonObjective(Orderable):
    """What a learner will be able to do after the lesson; questions name these keys."""

    page = ParentalKey("lessons.LessonPage", on_delete=models.CASCADE, related_name="objectives")
    key = models.CharField(max_length=40, blank=True, editable=False)
    text = models.CharField(_("objective"), max_length=300, help_text=_("Begin with a verb: “Read a report …”."))

    panels = [FieldPanel("text")]


class KeyPoint(Orderable):
    """One sentence to remember."""

    page = ParentalKey("lessons.LessonPage", on_delete=models.CASCADE, related_name="key_points")
    text = models.CharField(_("key point"), max_length=300, help_text=_("One sentence to take away."))

    panels = [FieldPanel("text")]


class LessonPage(Page):
    """A lesson: a body of blocks, what to remember, the words and the sources it uses."""

    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Reading and exercises."),
    )
    is_preview = models.BooleanField(
        _("open to everyone"), default=False, help_text=_("Anyone may read it without enrolling.")
    )
    is_optional = models.BooleanField(
        _("optional"),
        default=False,
        help_text=_(
            "Completing the course does not ask for it; learners are told. "
            "In a translated course, the lesson in the first language decides."
        ),
    )
    watched_percent = models.PositiveSmallIntegerField(
        _("recordings to be watched, in per cent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "Completing the course then asks for so much of each video and sound in the body; reading the transcript "
            "counts as much. Leave it empty to ask for none. In a translated course, the first language decides."
        ),
    )
    is_short_version = models.BooleanField(
        _("short version"), default=False, help_text=_("A shortened translation; readers are told.")
    )
    translation_is_draft = models.BooleanField(
        _("translation not yet reviewed"),
        default=False,
        help_text=_("Readers are told that a native-speaking professional has not reviewed it."),
    )
    body = StreamField(
        LessonBody(),
        verbose_name=_("body"),
        blank=True,
        help_text=_("Press + to add a block: text, a heading, a figure, a note, a case … Drag a block to move it."),
    )
    glossary_terms = ParentalManyToManyField(
        GlossaryTerm,
        verbose_name=_("glossary terms"),
        blank=True,
        related_name="+",
        help_text=_("Explained to readers in the lesson. Tick those it uses; an editor adds missing ones."),
    )
    references = ParentalManyToManyField(
        Reference,
        verbose_name=_("references"),
        blank=True,
        related_name="+",
        help_text=_("Sources listed below the lesson. Those cited in the text as [@key] are listed by themselves."),
    )

    base_form_class = LessonPageForm
    template = "courses/lessons/lesson_page.html"
    parent_page_types = ["lessons.ModulePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("minutes"),
        InlinePanel("objectives", heading=_("Objectives"), label=_("Objective"), max_num=12),
        FieldPanel("body"),
        FieldPanel("watched_percent"),
        InlinePanel("key_points", heading=_("Key points"), label=_("Key point"), max_num=12),
        FieldPanel("glossary_terms", widget=forms.CheckboxSelectMultiple),
        FieldPanel("references", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel(
            [
                FieldPanel("is_optional"),
                FieldPanel("is_preview"),
                FieldPanel("is_short_version"),
                FieldPanel("translation_is_draft"),
            ],
            _("What readers see"),
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("body"),
        index.SearchField("transcripts"),
        index.FilterField("minutes"),
    ]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def publish(self, revision, *args, **kwargs):
        """Put a revision before learners, as Wagtail does. Raises CannotBePublished if a recording lacks something."""
        page = revision.as_object()
        for problem in problems_of_recordings(page.body, page.locale.language_code).values():
            raise CannotBePublished(problem)
        super().publish(revision, *args, **kwargs)

    @property
    def has_recordings(self) -> bool:
        """Say whether the body holds video or sound; no query."""
        return any(piece["type"] in RECORDINGS for piece in self.body.raw_data)

    @property
    def has_pictures(self) -> bool:
        """Say whether the body holds figures; no query."""
        return any(piece["type"] == "figure" for piece in self.body.raw_data)

    @property
    def is_lighter_as_lite(self) -> bool:
        """Say whether lite pages leave anything of it out; no query."""
        return self.has_pictures or self.has_recordings

    @property
    def parts_near_top(self) -> list[str]:
        """What of the late style the first screen wears, as the tag `page_style` takes it; no query."""
        first = [piece["type"] for piece in islice(self.body.raw_data, BLOCKS_NEAR_TOP)]
        return sorted({DRESSED_LATE[kind] for kind in first if kind in DRESSED_LATE})

    @property
    def recording_ids(self) -> list[int]:
        """The ids of the videos and sound in the body, in order; no query."""
        return [piece["value"] for piece in self.body.raw_data if piece["type"] in RECORDINGS and piece["value"]]

    @property
    def recordings(self) -> list[MediaItem]:
        """The videos and sound in the body, in order."""
        if not self.has_recordings:
            return []
        return [piece.value for piece in self.body if piece.block_type in RECORDINGS and piece.value]

    def transcripts(self) -> str:
        """What is said in its recordings, in the lesson's own language, so that a search finds it."""
        return "\n".join(transcripts(self.recordings, self.locale.language_code))
