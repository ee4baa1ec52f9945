from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from lms.access.models.append_only import AppendOnly
from lms.access.models.seats import Application, SeatPool
from lms.accounts.models import Institution


class Currency(models.TextChoices):
    """Currencies in which a price may be named; the smallest amount of each is a hundredth."""

    EUR = "EUR", _("Euro")
    USD = "USD", _("US dollar")
    GBP = "GBP", _("Pound sterling")
    CHF = "CHF", _("Swiss franc")


class InstitutionAgreement(models.Model):
    """What an institution has agreed with the academy: its people pay less, from one day to another."""

    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.PROTECT, related_name="agreements"
    )
    percent = models.PositiveSmallIntegerField(
        _("per cent off the list price"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day; leave it empty for an agreement without an end.")
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Such as the agreement’s number; seen by staff only.")
    )

    panels = [FieldPanel(name) for name in ("institution", "percent", "starts_on", "ends_on", "note")]

    class Meta:
        ordering = ["institution", "starts_on"]
        verbose_name = _("agreement with an institution")
        verbose_name_plural = _("agreements with institutions")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="agreement_is_of_1_to_100_percent"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("The last day lies before the first. Choose a later one."),
            ),
        ]

    def __str__(self):
        return f"{self.institution}, {self.percent} %"


class HardshipWaiver(AppendOnly):
    """Less to pay for a person who asked for it, granted by somebody of the staff. It goes when the person is erased."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="hardship_waivers",
    )
    percent = models.PositiveSmallIntegerField(
        _("per cent off the list price"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    ends_on = models.DateField(_("until"), help_text=_("The last day on which a seat that is taken costs less."))
    reason = models.CharField(
        _("reason"), max_length=200, help_text=_("What was asked for and why it is granted; seen by staff only.")
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("granted by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField(_("granted on"))

    class Meta:
        verbose_name = _("hardship waiver")
        verbose_name_plural = _("hardship waivers")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="hardship_waiver_is_of_1_to_100_percent"
            )
        ]

    def __str__(self):
        return f"{self.person}, {self.percent} %"


class Charge(AppendOnly):
    """What a person owes for a seat: written once, when the seat is theirs. Nothing that is found out later changes it.

    It stays, about nobody, when the person is erased; what has been paid of it is said by its settlements.
    """

    class Basis(models.TextChoices):
        LIST = "list", _("List price")
        PRIORITY = "priority", _("Priority")
        STUDENT = "student", _("Student")
        HARDSHIP = "hardship", _("Hardship")
        INSTITUTION = "institution", _("Agreement with the institution")

    application = models.OneToOneField(Application, null=True, on_delete=models.SET_NULL, related_name="charge")
    pool = models.ForeignKey(SeatPool, on_delete=models.PROTECT, related_name="charges")
    listed = models.DecimalField(max_digits=8, decimal_places=2)
    due = models.DecimalField(max_digits=8, decimal_places=2)
    currency = models.CharField(max_length=3, choices=Currency.choices)
    basis = models.CharField(max_length=11, choices=Basis.choices)
    percent_off = models.PositiveSmallIntegerField(default=0, help_text="Of the waiver that counts.")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.CheckConstraint(
                condition=Q(due__gte=0, due__lte=F("listed")), name="charge_is_at_most_the_list_price"
            ),
            models.CheckConstraint(condition=~Q(basis="priority") | Q(due=0), name="priority_pays_nothing"),
        ]

    def __str__(self):
        return f"Charge {self.reference}"

    @property
    def reference(self) -> str:
        """What the person writes on their transfer, and staff find the charge by."""
        return f"C{self.pk}"


class Settlement(AppendOnly):
    """Money that came in for a charge, or was let go, or a note of either taken back; by whom.

    Each says what is left after it, so the table allows no two that together are more than is due.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("Payment received")
        WAIVER = "waiver", _("Waived")
        CORRECTION = "correction", _("An earlier entry was wrong")

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="settlements", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Of the charge's settlements, from 1.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    left = models.DecimalField(max_digits=8, decimal_places=2, help_text="What is due after it.")
    reference = models.CharField(max_length=200, help_text="Of the bank transfer; or the reason.")
    received_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("settlement")
        constraints = [
            models.UniqueConstraint(fields=["charge", "number"], name="one_settlement_per_charge_and_number"),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="settlement_is_of_some_amount"),
            models.CheckConstraint(condition=Q(left__gte=Decimal(0)), name="settlements_are_at_most_what_is_due"),
        ]

    def __str__(self):
        return f"Settlement {self.number} of {self.charge_id}"
