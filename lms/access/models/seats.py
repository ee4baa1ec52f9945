import secrets
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.access.models.decisions import PolicyVersion
from lms.access.rules.ballot import seal
from lms.access.rules.batch import OPEN_FIRST, RESERVED_FIRST
from lms.access.rules.seats import LARGEST_SHARE, OPEN, RESERVED, Seats, split
from lms.access.rules.times import Times
from lms.accounts.models import Institution

LARGEST_POOL = 10_000
KINDS = [(RESERVED, _("Reserved")), (OPEN, _("Open"))]


def new_salt() -> str:
    return secrets.token_hex(16)


class SeatPool(models.Model):
    """The scarce seats of one offering: how many, when which of them fall to whom, and by what ballot."""

    class Mode(models.TextChoices):
        ROLLING = "rolling", _("Seats are given as people come")
        BATCH = "batch", _("Seats are given in one run at the deadline")

    class Precedence(models.TextChoices):
        OPEN_FIRST = OPEN_FIRST, _("Reserved seats are over and above")
        RESERVED_FIRST = RESERVED_FIRST, _("Reserved seats are a minimum")

    mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.ROLLING)
    precedence = models.CharField(max_length=14, choices=Precedence.choices, default=Precedence.OPEN_FIRST)
    capacity = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(LARGEST_POOL)])
    share = models.DecimalField(max_digits=3, decimal_places=2, help_text="Of the seats that are reserved.")
    opens_early_at = models.DateTimeField(help_text="t0 of the access policy.")
    opens_at = models.DateTimeField(help_text="t1; of a batch its deadline.")
    releases_at = models.DateTimeField(help_text="t2.")
    starts_at = models.DateTimeField(help_text="t3.")
    hold_hours = models.PositiveSmallIntegerField()
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="pools")
    salt = models.CharField(max_length=64, default=new_salt, help_text="Secret until t1.")
    carried_from = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The pool whose list at its end goes ahead in this one.",
    )
    labels = models.JSONField(default=dict, help_text="Language -> title and path of what the seats are for.")
    next_number = models.PositiveIntegerField(default=0, help_text="Of the next application.")
    next_due_at = models.DateTimeField(
        null=True, help_text="When time alone next changes something; empty once nothing will."
    )
    settled_at = models.DateTimeField(help_text="Up to when everything that time changes has been done.")
    drawn_at = models.DateTimeField(null=True, help_text="When the seats of a batch were given.")
    closed_at = models.DateTimeField(null=True, help_text="When the offering was called off.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    opens_early_at__lte=F("opens_at"),
                    opens_at__lte=F("releases_at"),
                    releases_at__lt=F("starts_at"),
                ),
                name="pool_times_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=LARGEST_SHARE), name="pool_share_is_at_most_60_percent"
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=LARGEST_POOL), name="pool_capacity_is_bounded"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="pools_with_something_due"
            )
        ]

    def __str__(self):
        return self.label_in(settings.LANGUAGE_CODE)["title"] or f"Pool {self.pk}"

    @property
    def times(self) -> Times:
        return Times(
            self.opens_early_at,
            self.opens_at,
            self.releases_at,
            self.starts_at,
            timedelta(hours=self.hold_hours),
        )

    @property
    def size(self) -> Seats:
        """What the share comes to at this capacity; the rows of the seats have the last word."""
        return split(self.capacity, self.share)

    @property
    def salt_sha256(self) -> str:
        """What is published at t0, before the salt is."""
        return seal(self.salt)

    def label_in(self, language: str) -> dict[str, str]:
        """Return title and path of what the seats are for, in a language or else in the first that there is."""
        labels: dict[str, dict[str, str]] = self.labels
        found = labels.get(language) or next(iter(labels.values()), {})
        return {"title": found.get("title", ""), "path": found.get("path", "/")}

    def is_due(self, now: datetime) -> bool:
        """Say whether time alone has something to change."""
        return self.next_due_at is not None and self.next_due_at <= now


class SeatBlock(models.Model):
    """Reserved seats that are kept, until the release, for learners whom an institution names; which they are, the seats say."""

    pool = models.ForeignKey(SeatPool, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="seat_blocks")
    seats = models.PositiveIntegerField()
    reserve = models.PositiveIntegerField(help_text="How many reserved seats the pool had then.")
    made_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text="When it was given back; empty where the release ended it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "institution"], condition=Q(ended_at=None), name="one_block_per_pool_and_institution"
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, reserve__gte=F("seats") * 5), name="block_is_a_fifth_of_the_reserve_at_most"
            ),
        ]
        indexes = [models.Index(fields=["pool", "made_at"], name="blocks_of_a_pool")]

    def __str__(self):
        return f"Block {self.pk} of {self.pool_id}"


class Seat(models.Model):
    """One seat of a pool. Whoever sits on it names it, once at most, so there is never one seat too many."""

    pool = models.ForeignKey(SeatPool, on_delete=models.CASCADE, related_name="seats", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=KINDS)
    block = models.ForeignKey(
        SeatBlock, null=True, on_delete=models.RESTRICT, related_name="kept", help_text="For which it is kept."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "number"], name="one_seat_per_pool_and_number"),
            models.CheckConstraint(condition=Q(block=None) | Q(kind=RESERVED), name="only_reserved_seats_are_kept"),
            models.CheckConstraint(condition=Q(kind__in=[RESERVED, OPEN]), name="seat_is_reserved_or_open"),
        ]

    def __str__(self):
        return f"Seat {self.number} of {self.pool_id}"


class Application(models.Model):
    """A person's application for a seat: its place in the list, or the seat it has come to."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HELD = "held", _("Seat offered")
        CONFIRMED = "confirmed", _("Seat taken")
        LAPSED = "lapsed", _("Offer lapsed")
        GIVEN_UP = "given-up", _("Given up")
        CLOSED = "closed", _("Ended without a seat")

    LIVE = (State.WAITING, State.HELD, State.CONFIRMED)
    SEATED = (State.HELD, State.CONFIRMED)

    pool = models.ForeignKey(SeatPool, on_delete=models.PROTECT, related_name="applications", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seat_applications")
    number = models.PositiveIntegerField(help_text="In order of arrival.")
    joined_at = models.DateTimeField()
    is_priority = models.BooleanField()
    is_carried = models.BooleanField(default=False, help_text="Ended the run before on its list.")
    merit = models.DecimalField(max_digits=7, decimal_places=2, default=Decimal(0), help_text="Of a batch.")
    # Texts that sort as the two orders of the list do: who comes first has the lower one.
    open_key = models.CharField(max_length=80)
    reserved_key = models.CharField(max_length=80)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    seat = models.OneToOneField(Seat, null=True, on_delete=models.PROTECT, related_name="application")
    block = models.ForeignKey(
        SeatBlock, null=True, on_delete=models.RESTRICT, related_name="named", help_text="Whose institution named them."
    )
    held_until = models.DateTimeField(null=True)
    seated_at = models.DateTimeField(null=True, help_text="When a seat first fell to it.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "person"],
                condition=Q(state__in=["waiting", "held", "confirmed"]),
                name="one_live_application_per_pool_and_person",
            ),
            models.UniqueConstraint(fields=["pool", "number"], name="one_application_per_pool_and_number"),
            models.CheckConstraint(
                condition=Q(state__in=["held", "confirmed"], seat__isnull=False)
                | (~Q(state__in=["held", "confirmed"]) & Q(seat__isnull=True)),
                name="seated_applications_have_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(state="held", held_until__isnull=False) | (~Q(state="held") & Q(held_until__isnull=True)),
                name="held_seats_are_held_until_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "held", "confirmed"], ended_at__isnull=True)
                | (~Q(state__in=["waiting", "held", "confirmed"]) & Q(ended_at__isnull=False)),
                name="applications_that_ended_say_when",
            ),
            models.CheckConstraint(condition=Q(block=None) | Q(is_priority=True), name="named_learners_have_priority"),
        ]
        indexes = [
            models.Index(fields=["pool", "open_key"], condition=Q(state="waiting"), name="list_in_open_order"),
            models.Index(
                fields=["pool", "reserved_key"],
                condition=Q(state="waiting", is_priority=True),
                name="list_in_reserved_order",
            ),
            models.Index(fields=["pool", "held_until"], condition=Q(state="held"), name="seats_held"),
        ]

    def __str__(self):
        return f"Application {self.pk}"

    @property
    def starts_at(self) -> datetime:
        return self.pool.starts_at

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def is_seated(self) -> bool:
        return self.state in self.SEATED

    @property
    def drawn_as(self) -> str:
        """The name under which the ballot draws the person; they are told it, so that they can check their draw."""
        return str(self.person_id)


class Notice(models.Model):
    """A mail about an application that is to be written: a row first, once per occasion, written by a task or a sweep."""

    class Kind(models.TextChoices):
        WAITING = "waiting", _("On the list")
        OFFERED = "offered", _("Seat offered")
        LAPSING = "lapsing", _("Offer about to lapse")
        LAPSED = "lapsed", _("Offer lapsed")
        CONFIRMED = "confirmed", _("Seat taken")
        RELEASED = "released", _("Seat given up")
        PRIORITY = "priority", _("Priority while waiting")
        MOVED = "moved", _("Dates moved")
        CLOSED = "closed", _("Ended without a seat")
        CANCELLED = "cancelled", _("Called off")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    occasion = models.CharField(max_length=40, blank=True, help_text="What tells two of one kind apart.")
    due_at = models.DateTimeField()
    written_at = models.DateTimeField(
        null=True, help_text="When the mail was queued, or found to be of no use any more."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "occasion"], name="one_notice_per_occasion")
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(written_at=None), name="notices_to_be_written")]

    def __str__(self):
        return f"{self.kind} of {self.application_id}"
