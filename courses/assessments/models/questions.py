import json
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
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
from courses.assessments.editing import QuestionForm
from courses.assessments.errors import CannotBeAsked
from courses.assessments.exchange import former_task
from courses.assessments.proving import Problem, problem_of
from courses.assessments.trials import MarkedTrial, flips_told, marked_trial
from courses.catalogue.models import Course
from courses.lessons.queries import unknown_citations


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
