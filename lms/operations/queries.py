from collections import Counter
from datetime import UTC, date

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth

from certificates.issuing.models import Certificate
from courses.enrolment.models import Enrolment
from courses.progress.models import Completion
from lms.measures.models import Milestone
from lms.measures.queries import milestone_counts

Cell = tuple[int, str, date, str]  # course id, country, month, milestone


def milestones_of(enrolments: QuerySet[Enrolment]) -> Counter[Cell]:
    """Return how often each milestone was reached, counted anew from the rows of these enrolments; no cell is nought."""
    by_enrolment = {"course": F("run__course_id"), "place": F("country")}
    below_enrolment = {"course": F("enrolment__run__course_id"), "place": F("enrolment__country")}
    below_completion = {
        "course": F("completion__enrolment__run__course_id"),
        "place": F("completion__enrolment__country"),
    }
    completions = Completion.objects.filter(enrolment__in=enrolments)
    # One that replaces another is no further certificate.
    first_ones = Certificate.objects.filter(completion__enrolment__in=enrolments, replaces=None)
    certificates = first_ones.exclude(issued_at=None)
    counts: Counter[Cell] = Counter()
    for milestone, rows, moment, names in (
        (Milestone.ENROLLED, enrolments, "enrolled_at", by_enrolment),
        (Milestone.STARTED, enrolments.exclude(started_at=None), "started_at", by_enrolment),
        (Milestone.COMPLETED, completions, "completed_at", below_enrolment),
        (Milestone.CERTIFIED, certificates, "issued_at", below_completion),
    ):
        by_month = rows.annotate(**names, month=TruncMonth(moment, tzinfo=UTC)).order_by()
        for course, place, month, number in by_month.values_list("course", "place", "month").annotate(Count("pk")):
            counts[course, place, month.date(), milestone.value] += number
    # Leaving is the last thing that somebody who left did (courses.enrolment.services.withdraw_learner).
    withdrawn = enrolments.filter(state=Enrolment.State.WITHDRAWN).annotate(
        **by_enrolment, month=TruncMonth("last_active_on")
    )
    for course, place, month, number in (
        withdrawn.order_by().values_list("course", "place", "month").annotate(Count("pk"))
    ):
        counts[course, place, month, Milestone.WITHDRAWN.value] += number
    return counts


def rollup_differences() -> list[tuple[Cell, int, int]]:
    """Return every cell whose count is not what a recount of all rows gives, as (cell, counted, recounted)."""
    counted = {(cell.course_id, cell.country, cell.month, cell.milestone): cell.count for cell in milestone_counts()}
    recounted = milestones_of(Enrolment.objects.all())
    return [
        (cell, counted.get(cell, 0), recounted[cell])
        for cell in sorted({*counted, *recounted})
        if counted.get(cell, 0) != recounted[cell]
    ]
