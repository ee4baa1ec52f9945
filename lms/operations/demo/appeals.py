"""What the demo's learners say to the marks of their answers, and what its instructor answered: each says that it is demo."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from courses.assessments.models import Appeal, Response, Ruling
from lms.accounts.models import User

# (words of the learner, answer of the instructor; empty while the appeal is open)
APPEALS = (
    ("Demo appeal: the lesson says it in other words, and by those my answer is right too.", ""),
    ("Demo appeal: our laboratory reports it as I answered.", ""),
    ("Demo appeal: I read the question as asking for the opposite.", ""),
    ("", ""),
    (
        "Demo appeal: both options are true, are they not?",
        "Demo answer: both are true, but only one of them answers what is asked. The mark stays.",
    ),
    (
        "Demo appeal: the guideline has been changed.",
        "Demo answer: the edition that the question names still says so. The mark stays.",
    ),
)


def add_appeals(*, by: User, now: datetime) -> None:
    """Let learners appeal against wrong answers in the courses that the instructor teaches, the newest of each question."""
    wrong = Response.objects.filter(
        score_fraction=0, question__course__team__member=by, attempt__enrolment__learner__is_demo=True
    ).order_by("-attempt__submitted_at", "pk")
    newest: dict[int, tuple[int, datetime]] = {}
    for pk, question_id, submitted_at in wrong.values_list("pk", "question_id", "attempt__submitted_at"):
        newest.setdefault(question_id, (pk, submitted_at or now))
    Appeal.objects.bulk_create(
        Appeal(
            response_id=response_id,
            text=text,
            filed_at=min(submitted_at + timedelta(hours=1), now),
            **(
                {
                    "state": Appeal.State.DECLINED,
                    "decided_at": min(submitted_at + timedelta(days=1), now),
                    "decided_by": by,
                    "answer": answer,
                }
                if answer
                else {}
            ),
        )
        for (response_id, submitted_at), (text, answer) in zip(newest.values(), APPEALS, strict=False)
    )


def forget_decisions(demo_people: QuerySet[User]) -> None:
    """Take back what demo people decided; appeals of real people are open again, and their marks stay as they are."""
    rulings = Ruling.objects.filter(decided_by__in=demo_people)
    Response.objects.filter(ruling__in=rulings).update(ruling=None)
    Appeal.objects.filter(Q(decided_by__in=demo_people) | Q(ruling__in=rulings)).update(
        state=Appeal.State.OPEN, decided_at=None, decided_by=None, answer="", ruling=None
    )
    rulings.delete()
