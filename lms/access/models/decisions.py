import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from lms.access.models.append_only import AppendOnly, refuse_change
from lms.access.models.facts import CountryDataSet
from lms.access.rules.bands import Band
from lms.access.rules.decisions import PRIORITY, Review, Tier
from lms.access.rules.reasons import Reason
from lms.access.rules.standing import Decided
from lms.access.rules.terms import SeatTerms, Terms, UnusableTerms

TIERS = [(one.value, one.value) for one in Tier]  # codes, which only staff see
BAND_CODES = [(one.value, one.value) for one in Band]
REVIEWS = [(one.value, one.value) for one in Review]


def new_audit_salt() -> str:
    return secrets.token_hex(16)


class PolicyVersion(models.Model):
    """What decides about priority from a day on: terms and a data set. Once a decision names it, it stays as it is."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    effective_from = models.DateField(_("in force from"))
    data_set = models.ForeignKey(
        CountryDataSet, verbose_name=_("country data"), on_delete=models.PROTECT, related_name="policies"
    )
    stored_terms = models.JSONField(_("terms"), default=dict, blank=True, help_text="See lms/access/rules/terms.py.")
    stored_seat_terms = models.JSONField(
        _("terms of seats"), default=dict, blank=True, help_text="See lms/access/rules/terms.py."
    )
    text = models.TextField(_("text shown to applicants"))
    audit_salt = models.CharField(
        max_length=32, default=new_audit_salt, editable=False, help_text="Draws what is audited; shown to nobody."
    )
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ["effective_from", "number"]
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")

    def __str__(self):
        return str(_("Policy %(number)s") % {"number": self.number})

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.is_used:
            refuse_change()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.is_used:
            refuse_change()
        return super().delete(*args, **kwargs)

    def clean(self):
        for name, kind in (("stored_terms", Terms), ("stored_seat_terms", SeatTerms)):
            try:
                kind.of(getattr(self, name))
            except (UnusableTerms, TypeError) as unusable:
                raise ValidationError({name: str(unusable)}) from unusable

    @property
    def is_used(self) -> bool:
        """Whether decisions or offerings rest on it."""
        return self.pk is not None and (self.decisions.exists() or self.pools.exists())

    @cached_property
    def terms(self) -> Terms:
        return Terms.of(self.stored_terms)

    @cached_property
    def seat_terms(self) -> SeatTerms:
        return SeatTerms.of(self.stored_seat_terms)


class Decision(AppendOnly):
    """One decision about one person, with all that it rested on, so that it can be made again from this row alone.

    When the person is erased the row stays, about nobody.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="access_decisions", db_index=False
    )
    decided_at = models.DateTimeField()
    country = CountryField()
    attested = models.CharField(max_length=5, blank=True, help_text="Letters of the criteria that the person named.")
    review = models.CharField(max_length=7, choices=REVIEWS)
    review_code = models.CharField(max_length=40, blank=True, help_text="The reviewer's reason.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The reviewer; nobody where the policy decided by itself.",
    )
    old_tier = models.CharField(max_length=2, choices=TIERS)
    tier = models.CharField(max_length=2, choices=TIERS)
    band = models.CharField(max_length=2, choices=BAND_CODES)
    valid_until = models.DateField(null=True, help_text="The last day.")
    needs_review = models.BooleanField()
    stored_reasons = models.JSONField(help_text="[code, facts] of each; the sentences stand in lms/access/words.py.")
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="decisions")
    inputs = models.JSONField(help_text="As lms.access.rules.decisions.stored returns them.")
    inputs_sha256 = models.CharField(max_length=64)

    class Meta:
        permissions = [("review_access", "Can review who has priority")]
        indexes = [
            models.Index(fields=["person", "decided_at"], name="decisions_of_a_person"),
            models.Index(fields=["decided_at"], condition=Q(needs_review=True), name="queued_decisions_by_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(tier="S") | Q(valid_until__isnull=False), name="priority_has_a_last_day"
            ),
            models.CheckConstraint(
                condition=Q(tier__in=[one for one, _name in TIERS], band__in=[one for one, _name in BAND_CODES]),
                name="tier_and_band_exist",
            ),
            models.CheckConstraint(
                condition=Q(needs_review=False) | Q(tier="S", valid_until=None), name="queued_is_not_decided"
            ),
        ]

    def __str__(self):
        return f"Decision {self.pk}"

    @property
    def gives_priority(self) -> bool:
        """Whether it gave priority when it was made."""
        return self.tier in PRIORITY

    @property
    def reasons(self) -> list[Reason]:
        return [Reason(code, facts) for code, facts in self.stored_reasons]

    @property
    def decided(self) -> Decided:
        return Decided(
            id=self.pk,
            country=str(self.country),
            attested=self.attested,
            review=Review(self.review),
            tier=Tier(self.tier),
            valid_until=self.valid_until,
        )
