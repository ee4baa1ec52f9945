from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import (
    Locale,
    Orderable,
    Page,
)

from courses.assessments.editing import QuizPageForm
from courses.assessments.models.questions import Question
from courses.catalogue.models import Course


class Quiz(models.Model):
    """What makes a quiz the same quiz in every language and for ever: one small row per translation key."""

    translation_key = models.UUIDField(unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="quizzes")
    title = models.CharField(max_length=255, help_text="The title in its first language, for tables.")
    is_retired = models.BooleanField(default=False, help_text="No longer read: contracts say what is asked.")

    class Meta:
        verbose_name_plural = "quizzes"

    def __str__(self):
        return self.title


class QuizQuestion(Orderable):
    """A question's place in a quiz: always asked, or one of a pool."""

    page = ParentalKey("assessments.QuizPage", on_delete=models.CASCADE, related_name="quiz_questions")
    question = models.ForeignKey(Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="uses")
    pool = models.CharField(
        _("pool"),
        max_length=40,
        blank=True,
        help_text=_("Name of the pool it is drawn from, as written below. Left empty, everybody is asked it."),
    )

    panels = [FieldPanel("question"), FieldPanel("pool")]


class QuizPool(Orderable):
    """Questions of a quiz of which each attempt draws some at random."""

    page = ParentalKey("assessments.QuizPage", on_delete=models.CASCADE, related_name="pools")
    name = models.CharField(_("name"), max_length=40, help_text=_("Only authors see it, such as: CYP2C19 cases."))
    draws = models.PositiveSmallIntegerField(
        _("questions drawn"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("How many of its questions each attempt asks."),
    )

    panels = [FieldPanel("name"), FieldPanel("draws")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "name"], name="one_pool_per_name_and_quiz")]

    def __str__(self):
        return self.name


class QuizPage(Page):
    """The quiz at the end of a module; its address always ends in /quiz/."""

    class Feedback(models.TextChoices):
        AT_ONCE = "at-once", _("after every attempt")
        WHEN_OVER = "when-over", _("once it is passed, or no attempt is left")

    intro = models.CharField(
        _("introduction"), max_length=400, blank=True, help_text=_("One or two sentences above the first question.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("About two minutes for each question."),
    )

    is_graded = models.BooleanField(
        _("counts towards the course"),
        default=True,
        help_text=_(
            "Learners must pass it to complete the course. Without the tick it is for practice. "
            "In a translated course, the quiz in the first language decides."
        ),
    )

    pass_mark_percent = models.PositiveSmallIntegerField(
        _("pass mark in per cent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "Leave it empty for the pass mark of the course. "
            "In a translated course, the quiz in the first language decides."
        ),
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts allowed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Left empty, learners may try as often as they like. The best result counts."),
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_(
            "Counted by the academy’s clock from the moment a learner begins; when it is over, what was saved is handed in. "
            "Leave it empty unless speed is what you test: a slow line and a slow reader need time."
        ),
    )
    shuffles_questions = models.BooleanField(_("questions in a random order"), default=False)
    shuffles_options = models.BooleanField(
        _("options in a random order"), default=False, help_text=_("Not where options have an order, such as doses.")
    )
    feedback = models.CharField(
        _("reasons and right answers are shown"),
        max_length=12,
        choices=Feedback.choices,
        default=Feedback.AT_ONCE,
    )

    base_form_class = QuizPageForm
    template = "courses/assessments/quiz_page.html"
    parent_page_types = ["lessons.ModulePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    content_panels = [
        FieldPanel("title", help_text=_("Such as: Quiz: what a report says.")),
        FieldPanel("intro"),
        FieldPanel("minutes"),
        FieldPanel("is_graded"),
        FieldPanel("pass_mark_percent"),
        InlinePanel(
            "quiz_questions",
            heading=_("Questions"),
            label=_("Question"),
            help_text=_("Learners are asked the published ones, in this order. Write them under Teaching → Questions."),
            max_num=200,
        ),
        InlinePanel(
            "pools",
            heading=_("Pools"),
            label=_("Pool"),
            help_text=_("Each attempt draws some questions of a pool at random, so that a second attempt asks others."),
            max_num=30,
        ),
        MultiFieldPanel(
            [
                FieldPanel("max_attempts"),
                FieldPanel("time_limit_minutes"),
                FieldPanel("feedback"),
                FieldPanel("shuffles_questions"),
                FieldPanel("shuffles_options"),
            ],
            _("How it is taken"),
            help_text=_("In a translated course, what the quiz in the first language says holds in every language."),
        ),
    ]

    # Its place in menus and its short address are not the author's to choose.
    promote_panels = [FieldPanel("seo_title"), FieldPanel("search_description")]

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def full_clean(self, *args, **kwargs):
        self.slug = "quiz"
        super().full_clean(*args, **kwargs)

    @cached_property
    def deciding(self) -> "QuizPage":
        """The page whose settings hold for the quiz in every language: that in the platform's first, where it is live."""
        first = Locale.get_default()
        if self.locale_id == first.pk:
            return self
        return QuizPage.objects.live().filter(translation_key=self.translation_key, locale=first).first() or self

    @property
    def is_begun_by_hand(self) -> bool:
        """Say whether an attempt costs something, so that looking at the page must not begin one."""
        return self.max_attempts is not None or self.time_limit_minutes is not None
