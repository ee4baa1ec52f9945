from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.webinars.models.webinars import Webinar


class RegistrationAnswers(models.Model):
    """What somebody answered to the questions of a webinar's organisers. {id of the question: what was answered}"""

    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(_("answers"))
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webinar", "person"], name="one_set_of_answers_of_a_person")]

    def __str__(self):
        return f"{self.person_id} {self.webinar_id}"
