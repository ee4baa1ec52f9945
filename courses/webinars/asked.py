"""What people registered for a webinar ask its speakers: one list, for them and for the organisers."""

from dataclasses import dataclass

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, Value

from courses.webinars.models import AskedQuestion, Registration, Vote, Webinar

MOST_LISTED = 200


@dataclass(frozen=True)
class Asked:
    """The questions of a webinar; each has vote_count, is_own and is_voted_for. hidden: only what the reader may see."""

    open: list[AskedQuestion]
    answered: list[AskedQuestion]
    hidden: list[AskedQuestion]


def asked_by(webinar: Webinar, reader: Registration) -> Asked:
    """Return what somebody registered sees: all but what is hidden, unless they asked it; one query."""
    return _asked(webinar, Q(hidden_at=None) | Q(registration=reader), reader)


def asked_at(webinar: Webinar) -> Asked:
    """Return what the organisers see: everything; one query."""
    return _asked(webinar, Q(), None)


def _asked(webinar: Webinar, shown: Q, reader: Registration | None) -> Asked:
    voted = Exists(Vote.objects.filter(question=OuterRef("pk"), registration=reader)) if reader else Value(False)
    found = AskedQuestion.objects.filter(shown, webinar=webinar).annotate(
        vote_count=Count("votes"),
        is_voted_for=voted,
        is_own=_whether(Q(registration=reader)) if reader else Value(False),
        is_hidden=_whether(Q(hidden_at__isnull=False)),
        is_answered=_whether(Q(answered_at__isnull=False)),
    )
    listed = list(found.order_by("is_hidden", "is_answered", "-vote_count", "asked_at", "pk")[:MOST_LISTED])
    return Asked(
        open=[question for question in listed if not question.is_hidden and not question.is_answered],
        answered=[question for question in listed if question.is_answered],
        hidden=[question for question in listed if question.is_hidden],
    )


def _whether(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())
