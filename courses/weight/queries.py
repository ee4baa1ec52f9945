from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Left, Length
from wagtail.models import Page

from courses.lessons.models import LessonPage
from courses.weight.models import LessonWeight
from courses.weight.rules import Cost

LASTS = timedelta(days=1)  # glossary, sources and recordings change a lesson without publishing it


def lessons_to_weigh(now: datetime) -> QuerySet[LessonPage]:
    """Return published lessons that were not weighed as they are, or long ago; those never weighed first."""
    is_other = ~Q(weight__revision_id=Coalesce("live_revision_id", 0))
    is_due = Q(weight=None) | is_other | Q(weight__weighed_at__lt=now - LASTS)
    return (
        LessonPage.objects.live()
        .filter(is_due)
        .select_related("locale")
        .order_by(F("weight__weighed_at").asc(nulls_first=True), "pk")
    )


def costs_of_lessons(page_ids: Collection[int]) -> dict[int, Cost]:
    """Return what lessons cost, by page id, of those that are weighed; one query."""
    found = LessonWeight.objects.filter(page__in=page_ids)
    rows = found.values_list("page_id", "page_bytes", "pictures_bytes", "recordings_bytes")
    return {pk: Cost(text + pictures, recordings) for pk, text, pictures, recordings in rows}


def costs_of_courses(pages: Collection[Page]) -> Mapping[int, Cost]:
    """Return what all lessons of courses cost, by the course's page id; one query. Not told until each is weighed."""
    ids = {page.path: page.pk for page in pages}
    if not ids:
        return {}
    course_path = Left("path", Length("path") - Value(2 * Page.steplen))  # as course_path_of
    within = reduce(or_, (Q(path__startswith=path) for path in ids))
    sums = (
        LessonPage.objects.live()
        .filter(within)
        .annotate(course_path=course_path)
        .order_by()
        .values("course_path")
        .annotate(
            reading=Sum("weight__page_bytes") + Sum("weight__pictures_bytes"),
            recordings=Sum("weight__recordings_bytes"),
            unweighed=Count("pk", filter=Q(weight=None)),
        )
    )
    return {
        ids[row["course_path"]]: Cost(row["reading"], row["recordings"])
        for row in sums
        if row["course_path"] in ids and not row["unweighed"]
    }
