"""What somebody asks of the overviews, and how much of it is theirs to ask."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.contrib.auth.models import AnonymousUser

from lms.accounts.models import User
from lms.accounts.queries import insights_limit_of, may_see_insights
from lms.measures.cuts import Dimension


@dataclass(frozen=True)
class Limit:
    """What a person's overviews are limited to: nothing, a country, or an institution."""

    country: str | None = None
    institution_id: int | None = None


NO_LIMIT = Limit()


def limit_of(person: User) -> Limit:
    """Return what a person's overviews are limited to; one query."""
    found = insights_limit_of(person)
    return Limit(str(found.country) or None, found.institution_id) if found else NO_LIMIT


def may_see_everything(person: User | AnonymousUser) -> bool:
    """Say whether the overviews open for a person, and without a limit: for what cannot be told by country or institution."""
    return may_see_insights(person) and isinstance(person, User) and limit_of(person) == NO_LIMIT


@dataclass(frozen=True)
class Question:
    """What somebody asks for: the last month of a year, and one course, country, tier or institution, or all of each."""

    last_month: date
    course_id: int | None = None
    country: str | None = None
    tier: str | None = None
    institution_id: int | None = None

    def within(self, limit: Limit) -> "Question":
        """Return the question with the limit in place of what it asks beyond it. Whoever reads figures calls it first."""
        asked = self
        if limit.country:
            asked = replace(asked, country=limit.country)
        if limit.institution_id:
            asked = replace(asked, institution_id=limit.institution_id)
        return asked

    @property
    def named(self) -> Mapping[str, str]:
        """The filters in use by dimension, as counts are keyed."""
        filters: dict[str, object] = {
            Dimension.COURSE: self.course_id,
            Dimension.COUNTRY: self.country,
            Dimension.TIER: self.tier,
            Dimension.INSTITUTION: self.institution_id,
        }
        return {dimension: str(value) for dimension, value in filters.items() if value is not None}
