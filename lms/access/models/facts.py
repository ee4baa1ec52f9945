from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from lms.access.models.append_only import AppendOnly
from lms.access.rules.bands import Band, Income, Override

INCOMES = [
    (Income.LOW.value, _("Low income")),
    (Income.LOWER_MIDDLE.value, _("Lower middle income")),
    (Income.UPPER_MIDDLE.value, _("Upper middle income")),
    (Income.HIGH.value, _("High income")),
]
BANDS = [
    (Band.B1.value, _("B1: least developed, or low income")),
    (Band.B2.value, _("B2: lower middle income")),
    (Band.B3.value, _("B3: upper middle income, or not classified")),
    (Band.B4.value, _("B4: high income")),
]


class CountryDataSet(AppendOnly):
    """One loaded file of country groups, in force from its day until that of the next; of one day, the last one loaded."""

    name = models.CharField(max_length=100)
    effective_from = models.DateField()
    source = models.CharField(max_length=200, help_text="Where the file came from.")
    sha256 = models.CharField(max_length=64, help_text="Of the file.")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["effective_from", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["effective_from", "sha256"], name="one_loading_per_file_and_day")
        ]

    def __str__(self):
        return self.name


class CountryRow(AppendOnly):
    """What a data set says of one country."""

    data_set = models.ForeignKey(CountryDataSet, on_delete=models.PROTECT, related_name="rows", db_index=False)
    country = CountryField()
    region = models.CharField(max_length=10, blank=True, help_text="UN M49.")
    income = models.CharField(max_length=12, choices=INCOMES, blank=True, help_text="World Bank; empty: no group.")
    fiscal_year = models.CharField(max_length=10, blank=True, help_text="The World Bank's, of the income group.")
    is_least_developed = models.BooleanField()
    research4life_group = models.CharField(max_length=1, blank=True, help_text="Empty: not verified. Decides nothing.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["data_set", "country"], name="one_row_per_data_set_and_country"),
            models.CheckConstraint(
                condition=Q(income__in=["", *(one.value for one in Income)]), name="income_group_is_one_of_four"
            ),
        ]

    def __str__(self):
        return f"{self.country} in {self.data_set}"


class BandOverride(models.Model):
    """A band that programme leads set for a country, for a time; it wins over the data set."""

    country = CountryField(_("country"))
    band = models.CharField(_("band"), max_length=2, choices=BANDS)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The last day on which it holds."))
    reason = models.TextField(
        _("reason"), max_length=500, help_text=_("For other programme leads; applicants are not shown it.")
    )

    panels = [
        FieldPanel("country"),
        FieldPanel("band"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        FieldPanel("reason"),
    ]

    class Meta:
        ordering = ["-ends_on", "country"]
        verbose_name = _("country override")
        verbose_name_plural = _("country overrides")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="override_ends_after_it_starts",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(band__in=[one.value for one in Band]), name="override_band_is_one_of_four"
            ),
        ]

    def __str__(self):
        return f"{self.country}: {self.band}"

    def clean(self):
        if not (self.country and self.starts_on and self.ends_on):
            return
        others = BandOverride.objects.exclude(pk=self.pk).filter(
            country=self.country, starts_on__lte=self.ends_on, ends_on__gte=self.starts_on
        )
        if other := others.first():
            raise ValidationError(
                _("From %(from)s until %(until)s another override holds for this country. Let one end first."),
                params={"from": other.starts_on.isoformat(), "until": other.ends_on.isoformat()},
            )

    @property
    def override(self) -> Override:
        return Override(band=Band(self.band), starts_on=self.starts_on, ends_on=self.ends_on)
