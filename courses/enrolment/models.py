from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from courses.catalogue.models import Course
from courses.enrolment.rules import Easing, lowest
from courses.lessons.models import Lesson
from lms.access.models import Currency, SeatPool
from lms.measures.models import Circumstances, Subject


class Contract(models.Model):
    """What completing a course asked for from one publication to the next. Never changed: a new demand is a new number.

    A learner keeps the contract they enrolled under, so their percentage never falls when the course grows. What later
    versions no longer ask for is noted beside its terms; see courses.enrolment.rules.Easing.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="contracts")
    number = models.PositiveIntegerField()
    version_name = models.CharField(max_length=20)
    title = models.CharField(max_length=255)
    lesson_ids = models.JSONField(default=list, help_text="Lesson ids, in order.")
    lesson_minutes = models.JSONField(default=list, help_text="Minutes of each lesson, in the same order.")
    quiz_ids = models.JSONField(default=list, help_text="Quiz ids, in order; each must be passed.")
    quiz_marks = models.JSONField(
        default=list, db_default=[], help_text="[quiz id, pass mark] of each quiz, those for practice too."
    )
    pass_mark_percent = models.PositiveSmallIntegerField(help_text="The course's, for quizzes that nothing here names.")
    recordings = models.JSONField(
        default=list, db_default=[], help_text="[recording id, per cent to be watched, lesson id], in order."
    )
    minutes = models.PositiveSmallIntegerField(help_text="Learning time of the whole course.")
    eased_lesson_ids = models.JSONField(default=list, help_text="Lessons that a later version no longer asks for.")
    eased_quiz_ids = models.JSONField(default=list, help_text="Quizzes that a later version no longer asks for.")
    eased_recording_ids = models.JSONField(
        default=list, db_default=[], help_text="Recordings that a later version no longer asks for."
    )
    lowest_marks = models.JSONField(
        default=list, db_default=[], help_text="[quiz id, the lowest pass mark of the versions since]."
    )
    lowest_shares = models.JSONField(
        default=list, db_default=[], help_text="[recording id, the lowest per cent to be watched since]."
    )
    lowest_mark_percent = models.PositiveSmallIntegerField(
        null=True, help_text="No longer read: each quiz has its own."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    recount_due_since = models.DateTimeField(
        null=True, help_text="When it changed what is asked; empty once all who study the course were recounted."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="one_contract_per_course_and_number")]

    def __str__(self):
        return f"{self.title}, contract {self.number}"

    @property
    def easing(self) -> Easing:
        """What later versions have taken off this one."""
        return Easing(
            lesson_ids=frozenset(self.eased_lesson_ids),
            quiz_ids=frozenset(self.eased_quiz_ids),
            recording_ids=frozenset(self.eased_recording_ids),
            lowest_marks=lowest(self.lowest_marks),
            lowest_shares=lowest(self.lowest_shares),
        )

    @easing.setter
    def easing(self, easing: Easing) -> None:
        self.eased_lesson_ids = [n for n in self.lesson_ids if n in easing.lesson_ids]
        self.eased_quiz_ids = [n for n in self.quiz_ids if n in easing.quiz_ids]
        self.eased_recording_ids = [n for n in self.recording_ids if n in easing.recording_ids]
        self.lowest_marks = [list(one) for one in easing.lowest_marks]
        self.lowest_shares = [list(one) for one in easing.lowest_shares]

    @property
    def recording_ids(self) -> list[int]:
        return [item_id for item_id, _percent, _lesson_id in self.recordings]

    def mark_asked_of(self, quiz_id: int) -> int:
        """Return the pass mark of a quiz, in per cent, that those who enrolled under this contract are held to today.

        The lowest since; of a quiz that neither this nor a later version names, the course's.
        """
        return dict(lowest(self.quiz_marks, self.lowest_marks)).get(quiz_id, self.pass_mark_percent)

    def share_asked_of(self, item_id: int) -> int:
        """Return how many per cent of a recording that this contract asks for are to be watched today."""
        asked = [(item_id, percent) for item_id, percent, _lesson_id in self.recordings]
        return dict(lowest(asked, self.lowest_shares))[item_id]


class CourseRun(models.Model):
    """A dated cohort of a course, or its one open self-paced run."""

    class Kind(models.TextChoices):
        SELF_PACED = "self-paced", _("At your own pace")
        COHORT = "cohort", _("Cohort with a teacher")

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.SELF_PACED)
    name = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("Such as “Spring 2027”, as learners see it in the course.")
    )
    opens_at = models.DateTimeField(_("teaching begins"), null=True, blank=True)
    closes_at = models.DateTimeField(_("teaching ends"), null=True, blank=True)
    pool = models.OneToOneField(
        SeatPool, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="run"
    )
    list_price = models.DecimalField(
        _("list price"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_(
            "Leave it empty if it is free. People with priority pay nothing, others the price less the largest single "
            "waiver; each sees their own price before applying. It is fixed once somebody has applied."
        ),
    )
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices, default=Currency.EUR)
    payment_instructions = models.TextField(
        _("how to pay"),
        max_length=1000,
        blank=True,
        help_text=_(
            "Shown to whoever owes something: the account, and by when. They are given a reference of their own."
        ),
    )

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(kind="self-paced"), name="one_self_paced_run_per_course"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")) | Q(closes_at=None) | Q(opens_at=None),
                name="run_closes_after_it_opens",
                violation_error_message=_("Teaching ends before it begins. Choose a later end."),
            ),
            models.CheckConstraint(
                condition=Q(kind="cohort") | Q(pool=None, list_price=None), name="self_paced_is_free_and_unlimited"
            ),
            models.CheckConstraint(
                condition=Q(list_price=None) | Q(list_price__gte=0), name="list_price_is_not_negative"
            ),
        ]

    def __str__(self):
        return f"{self.course} · {self.name or self.get_kind_display()}"

    @property
    def costs_something(self) -> bool:
        return bool(self.list_price)


class Enrolment(Circumstances):
    """A learner in a run. Counters are stored here, set by recount in the same transaction as the step they count."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        COMPLETED = "completed", _("Complete")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", db_index=False
    )
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="enrolments")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    country = CountryField(help_text="Country of work when they enrolled; for counts.")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    enrolled_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    half_at = models.DateTimeField(null=True, blank=True, help_text="When half of what was asked was done first.")
    lessons_done = models.PositiveSmallIntegerField(default=0)
    quizzes_passed = models.PositiveSmallIntegerField(default=0)
    resume_lesson = models.ForeignKey(
        Lesson, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    last_active_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="Since then it is about nobody.")
    was_self_paced = models.BooleanField(
        default=False, db_default=False, help_text="Before they joined the cohort; so they go on without their seat."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "run"], name="one_enrolment_per_run")]
        indexes = [models.Index(fields=["run", "enrolled_at"], name="enrolments_of_a_run_by_date")]

    def __str__(self):
        return f"{self.learner} · {self.run}"

    @property
    def subject(self) -> Subject:
        """What its milestones are counted by; its run is to be at hand."""
        return Subject(
            course_id=self.run.course_id,
            cohort=self.enrolled_at,
            country=str(self.country),
            language=self.language,
            tier=self.tier,
            profession=self.profession,
            device=self.device,
            institution_id=self.institution_id,
        )
