from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.webinars.models.webinars import Webinar
from lms.measures.models import Circumstances, Subject


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def live(self) -> "RegistrationQuerySet":
        """Keep those of people who mean to come."""
        return self.filter(ended_at=None)

    def of_people(self) -> "RegistrationQuerySet":
        """Keep those that are about somebody: lists of people show no others."""
        return self.filter(person__is_stand_in=False)

    def locked_subject(self, pk: int) -> Subject:
        """Return what milestones of a registration are counted by, its row locked: it may be moved in the counts meanwhile."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk).subject


class Registration(Circumstances):
    """One person's registration for one webinar, once however often they leave and come back.

    Where seats are limited it follows the person's confirmed seat. turn counts how often they came.
    """

    webinar = models.ForeignKey(Webinar, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="registrations")
    made_at = models.DateTimeField(_("registered at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    turn = models.PositiveSmallIntegerField(default=1)
    country = models.CharField(max_length=2, blank=True, default="", db_default="")
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    # From when a mail to this person may be due; None while there is nothing to come.
    look_at = models.DateTimeField(null=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        constraints = [models.UniqueConstraint(fields=["webinar", "person"], name="one_registration_of_a_person")]
        indexes = [
            models.Index(fields=["look_at"], condition=models.Q(look_at__isnull=False), name="registration_to_look_at")
        ]

    def __str__(self):
        return f"{self.person} → {self.webinar}"

    @property
    def subject(self) -> Subject:
        """What its milestones are counted by."""
        return Subject(
            webinar_id=self.webinar_id,
            cohort=self.made_at,
            country=self.country,
            language=self.language,
            tier=self.tier,
            profession=self.profession,
            device=self.device,
            institution_id=self.institution_id,
        )

    @property
    def starts_at(self) -> datetime | None:
        return self.webinar.starts_at


class Join(models.Model):
    """Somebody went through the door to the meeting."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="joins")
    at = models.DateTimeField(_("joined at"))

    def __str__(self):
        return f"{self.registration_id} {self.at}"
