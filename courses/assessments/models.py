import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    Locale,
    Orderable,
    Page,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from courses.assessments import rules
from courses.assessments.blocks import Task, Trials, item_in, kind_in
from courses.assessments.blocks.choices import FormerOptions
from courses.assessments.editing import QuestionForm, QuizPageForm
from courses.assessments.errors import CannotBeAsked
from courses.assessments.exchange import former_task
from courses.assessments.proving import Problem, problem_of
from courses.assessments.rules import percent_of
from courses.assessments.trials import MarkedTrial, flips_told, marked_trial
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.lessons.queries import unknown_citations


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


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts: those still open, and those handed in, which alone say anything about a learner."""

    def open(self) -> "AttemptQuerySet":
        return self.filter(submitted_at=None)

    def handed_in(self) -> "AttemptQuerySet":
        return self.filter(submitted_at__isnull=False)


class Question(  # type: ignore[django-manager-missing]  # QuizQuestion is an Orderable of Wagtail, which has no types
    WorkflowMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, index.Indexed, models.Model
):
    """A question of the bank, with its key. Learners meet it through the quizzes that use it."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("One answer")
        MULTIPLE = "multiple", _("Several answers")
        TRUE_FALSE = "true_false", _("True or false")
        NUMERIC = "numeric", _("Number")
        MATCHING = "matching", _("Matching")
        ORDERING = "ordering", _("Ordering")
        SHORT_TEXT = "short_text", _("Short text")
        HGVS = "hgvs", _("HGVS description")
        ACMG = "acmg", _("ACMG/AMP class")
        DIPLOTYPE = "diplotype", _("Diplotype to phenotype")
        PEDIGREE = "pedigree", _("Pedigree")
        VCF = "vcf", _("VCF record")
        GENE_SYMBOL = "gene_symbol", _("Gene symbol")
        HPO = "hpo", _("HPO terms")

    # Kinds that can be answered and marked; others stay drafts.
    ANSWERABLE = tuple(kind for kind in Kind if kind.value in rules.MARKERS)

    key = models.CharField(_("short name"), max_length=60, help_text=_("Stable, such as pgx-m1-q3."))
    course = models.ForeignKey(
        Course,
        verbose_name=_("course"),
        null=True,
        on_delete=models.PROTECT,
        related_name="questions",
        help_text=_("Only this course’s quizzes can ask it."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=Kind.choices,
        default=Kind.SINGLE,
        editable=False,
        help_text=_("The type of the block in the task, for lists and filters."),
    )
    objective_key = models.CharField(
        _("objective it tests"),
        max_length=40,
        blank=True,
        help_text=_("Short name of the objective of the course or lesson, if you use them."),
    )
    stem = models.TextField(
        _("question"),
        max_length=2000,
        help_text=_("Describe a case and ask for a decision. It must be clear without looking at the options."),
    )
    task = StreamField(
        Task(),
        verbose_name=_("task"),
        blank=True,
        help_text=_("What learners do, and how it is marked. The key is proven before learners are asked."),
    )
    trials = StreamField(
        Trials(),
        verbose_name=_("trial answers"),
        blank=True,
        help_text=_(
            "Right, nearly right and wrong answers. The preview shows what each earns. Those with a score are marked again "
            "whenever the question is published, and hold it back if they earn something else."
        ),
    )
    points = models.PositiveSmallIntegerField(
        _("points"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "For a fully right answer; one that is right in part earns its share. One point suits most questions."
        ),
    )
    feedback_right = models.TextField(
        _("said when right"),
        max_length=800,
        blank=True,
        help_text=_("Why it is right, with the fact or guideline behind it. Cite a source by its key, as [@key]."),
    )
    feedback_wrong = models.TextField(
        _("said when wrong"),
        max_length=800,
        blank=True,
        help_text=_("What was probably mixed up, and where to read again. Cite a source by its key, as [@key]."),
    )

    # What task has replaced. Nothing reads them any more; they leave when no process of the release before can run.
    options = StreamField(FormerOptions(), verbose_name=_("options"), blank=True, editable=False)
    source = models.JSONField(_("item as loaded"), default=dict, blank=True, editable=False)

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        for_concrete_model=False,
    )
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="question")

    base_form_class = QuestionForm
    panels = [
        MultiFieldPanel([FieldPanel("key"), FieldPanel("course"), FieldPanel("points")], _("Question")),
        FieldPanel("stem"),
        FieldPanel("task"),
        FieldPanel("trials"),
        MultiFieldPanel(
            [FieldPanel("feedback_right"), FieldPanel("feedback_wrong"), FieldPanel("objective_key")], _("Feedback")
        ),
    ]
    search_fields = [
        index.SearchField("stem"),
        index.AutocompleteField("key"),
        index.AutocompleteField("stem"),
        index.FilterField("kind"),
        index.FilterField("live"),
        index.FilterField("course_id"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ["key"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="one_question_per_key_and_language")]

    def __str__(self):
        return f"{self.key}: {self.stem}"[:120]

    @property
    def item(self) -> dict[str, Any]:
        """Return the question as the plain item that the marker of its kind takes; of a draft it may be unusable."""
        return item_in(self.task)

    def clean(self):
        super().clean()
        self.kind = kind_in(self.task) or self.kind

    def with_content_json(self, content):
        """Return the question as a revision holds it, also one from before the task had a column."""
        if "task" not in content:
            content = {**content, "task": json.dumps(former_task(content))}
        return super().with_content_json(content)

    def at(self, revision: Revision | None) -> "Question":
        """Return the question as a revision says it; as it stands for its live one, or if there is none any more."""
        if revision is None or revision.pk == self.live_revision_id:
            return self
        return self.with_content_json(revision.content)

    def get_preview_template(self, request, mode_name):
        return "courses/assessments/question_preview.html"

    def copy_for_translation(self, locale, exclude_fields=None):
        """Return the unsaved copy as a draft: nobody is asked a question in a language the quiz is not in."""
        copy = super().copy_for_translation(locale, exclude_fields)
        copy.live, copy.has_unpublished_changes = False, True
        copy.live_revision = copy.latest_revision = copy.go_live_at = copy.expire_at = None
        copy.first_published_at = copy.last_published_at = None
        return copy

    def publish(self, revision, *args, **kwargs):
        """Put a revision before learners, as Wagtail does. Raises CannotBeAsked if nobody could answer it."""
        for problem in revision.as_object().problems().values():
            raise CannotBeAsked(problem)
        super().publish(revision, *args, **kwargs)

    def problems(self) -> dict[str, Problem]:
        """Return why the question cannot be asked as it stands: field -> what its author is told; empty if it can."""
        found = {
            "stem": None if self.stem.strip() else Problem(_("Write the question.")),
            "task": self._problem_of_task(),
            "feedback_right": self._problem_of_citations(self.feedback_right),
            "feedback_wrong": self._problem_of_citations(self.feedback_wrong),
        }
        if not found["task"]:
            found["trials"] = self._problem_of_trials()
        return {field: problem for field, problem in found.items() if problem}

    def _problem_of_task(self) -> Problem | None:
        kind = kind_in(self.task)
        if kind is None:
            return Problem(_("Choose what learners do: click the plus sign."))
        if kind not in self.ANSWERABLE:
            sentence = _("Questions of the kind “%(kind)s” cannot be answered yet. Keep it as a draft.")
            return Problem(sentence % {"kind": self.Kind(kind).label})
        if problem := problem_of(kind, self.item):
            return problem
        try:
            self.task.stream_block.clean(self.task)
        except ValidationError:
            sentence = _("Something in it is missing, too long or out of its range. Open it and look at each field.")
            return Problem(sentence)
        return None

    def _problem_of_citations(self, text: str) -> Problem | None:
        unknown = unknown_citations(text)
        sentence = _("There is no reference with the key “%(key)s” in the library.")
        return Problem(sentence % {"key": unknown[0]}) if unknown else None

    def marked_trials(self) -> list[MarkedTrial]:
        """Return what the trial answers earn. Raises UnusableItem."""
        item = self.item
        return [marked_trial(self.kind, item, trial.value["answer"], trial.value["score"]) for trial in self.trials]

    def _problem_of_trials(self) -> Problem | None:
        flipped = [trial for trial in self.marked_trials() if trial.has_flipped]
        return Problem(flips_told(flipped)) if flipped else None


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


class Attempt(models.Model):
    """A quiz as drawn for a learner, open until it is handed in and marked.

    Its responses are made when it is opened: they say which revision of which question is asked, in which order.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    submission = models.UUIDField(default=uuid.uuid4, editable=False, help_text="No longer read.")
    opened_at = models.DateTimeField(null=True, help_text="Empty for attempts from before they were opened.")
    due_at = models.DateTimeField(null=True, help_text="When time is up; empty without a time limit.")
    draft = models.JSONField(default=dict, help_text="What is filled in so far: name of the input -> values.")
    saved_at = models.DateTimeField(null=True)
    shuffles_options = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True, help_text="When it was handed in; empty while it is open.")
    points = models.FloatField(default=0)
    points_possible = models.PositiveSmallIntegerField()
    pass_mark_percent = models.PositiveSmallIntegerField()
    has_passed = models.BooleanField(default=False)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="one_attempt_per_number"),
            models.UniqueConstraint(fields=["enrolment", "submission"], name="one_attempt_per_submission"),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(submitted_at=None), name="one_open_attempt_per_quiz"
            ),
            models.CheckConstraint(
                condition=Q(has_passed=False) | Q(submitted_at__isnull=False), name="only_what_is_handed_in_passes"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(submitted_at=None), name="open_attempts_by_due_time")]

    def __str__(self):
        return f"{self.enrolment} · {self.quiz} · {self.number}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None

    @property
    def score_fraction(self) -> float:
        return rules.Result(self.points, self.points_possible).fraction

    @property
    def percent(self) -> int:
        return percent_of(self.score_fraction)


class Ruling(models.Model):
    """How a question that went wrong is put right in the attempts that asked it. Never changed: a later one supersedes it.

    It holds for the revisions up to one of them, so that a question mended since is marked by its own key.
    """

    class Strategy(models.TextChoices):
        NEW_KEY = "new-key", _("Mark the answers again by the question as it now stands")
        GIVE = "give", _("Give everybody who was asked it its full points")
        REMOVE = "remove", _("Take it out of the attempts that asked it, and ask nobody any more")

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="rulings")
    strategy = models.CharField(max_length=8, choices=Strategy.choices)
    revision = models.ForeignKey(
        Revision,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="New key: the one whose key marks all earlier ones. Otherwise the last one it holds for.",
    )
    reason = models.TextField(max_length=1000, help_text="Shown to those whose marks it changes.")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, help_text="When nothing was left to be marked again.")
    responses_changed = models.PositiveIntegerField(default=0)
    attempts_passed = models.PositiveIntegerField(default=0, help_text="Attempts that it made pass.")

    class Meta:
        indexes = [models.Index(fields=["decided_at"], condition=Q(applied_at=None), name="rulings_to_be_applied")]

    def __str__(self):
        return f"{self.question} · {self.strategy}"

    def covers(self, revision_id: int | None) -> bool:
        """Say whether it holds for answers to a revision of its question; None: one from before they were noted."""
        return rules.is_covered(revision_id, up_to=self.revision_id, is_new_key=self.strategy == self.Strategy.NEW_KEY)


class Response(models.Model):
    """A question of an attempt, as the revision that was drawn; once handed in, its answer and what that earned."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="responses")
    position = models.PositiveSmallIntegerField()
    revision = models.ForeignKey(
        Revision,
        null=True,
        on_delete=models.PROTECT,  # so that purging old revisions leaves those that somebody was asked
        related_name="+",
        help_text="The revision of the question that is asked.",
    )
    points = models.PositiveSmallIntegerField(default=1, help_text="Of a fully right answer.")
    answer = models.JSONField(default=list)
    score_fraction = models.FloatField(default=0, validators=[MinValueValidator(0), MaxValueValidator(1)])
    ruling = models.ForeignKey(
        Ruling, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="That marked it last."
    )
    first_fraction = models.FloatField(null=True, help_text="What it had earned before any ruling.")
    is_removed = models.BooleanField(
        default=False, db_default=False, help_text="A ruling has taken it out of the attempt."
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="one_response_per_question"),
            models.CheckConstraint(
                condition=Q(score_fraction__gte=0) & Q(score_fraction__lte=1), name="response_score_is_a_fraction"
            ),
        ]

    def __str__(self):
        return f"{self.attempt} · {self.question_id}"


class Appeal(models.Model):
    """A learner's word that an answer was marked wrongly, and what the course's team said to it. One per answer."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        DECLINED = "declined", _("Declined")

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="appeal")
    text = models.TextField(max_length=1000, blank=True)
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(max_length=1000, blank=True, help_text="Shown to the learner.")
    ruling = models.ForeignKey(Ruling, null=True, on_delete=models.PROTECT, related_name="appeals")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decided_by=None, ruling=None)
                | Q(state="declined", decided_at__isnull=False, decided_by__isnull=False, ruling=None)
                | Q(state="upheld", decided_at__isnull=False, decided_by__isnull=False, ruling__isnull=False),
                name="appeal_says_who_decided_it",
            )
        ]
        indexes = [models.Index(fields=["filed_at"], condition=Q(state="open"), name="open_appeals_by_date")]

    def __str__(self):
        return f"{self.response} · {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class QuizStanding(models.Model):
    """A learner's best result in a quiz. Once passed it stays passed."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="standings", db_index=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    best_fraction = models.FloatField(default=0)
    passed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "quiz"], name="one_standing_per_quiz")]

    def __str__(self):
        return f"{self.enrolment} · {self.quiz}"

    @property
    def best_percent(self) -> int:
        return percent_of(self.best_fraction)
