from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.webinars.models.registrations import Registration
from courses.webinars.models.webinars import Webinar

LONGEST_QUESTION, LONGEST_REASON, LONGEST_REPLY = 300, 200, 600


class AskedQuestion(models.Model):
    """What somebody registered asks the speakers; other pages never say who. It is open, answered or hidden."""

    webinar = models.ForeignKey(Webinar, on_delete=models.CASCADE, related_name="asked_questions")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="asked_questions")
    text = models.CharField(_("question"), max_length=LONGEST_QUESTION)
    asked_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.CharField(_("answer"), max_length=LONGEST_REPLY, blank=True)
    hidden_at = models.DateTimeField(_("hidden at"), null=True)
    hidden_reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "text"], name="one_question_of_a_text_of_a_person"),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_reason="") | (Q(hidden_at__isnull=False) & ~Q(hidden_reason="")),
                name="who_hides_a_question_says_why",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None) | Q(answered_at=None), name="no_question_is_answered_and_hidden"
            ),
        ]

    def __str__(self):
        return self.text


class Vote(models.Model):
    """Somebody registered wants a question of somebody else answered."""

    question = models.ForeignKey(AskedQuestion, on_delete=models.CASCADE, related_name="votes")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="votes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "registration"], name="one_vote_of_a_person_for_a_question")
        ]

    def __str__(self):
        return f"{self.registration_id} → {self.question_id}"
