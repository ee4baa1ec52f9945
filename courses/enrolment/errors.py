from lms.lib.errors import Refusal


class NothingToStudy(Refusal):
    """The course has no live lesson yet."""


class CannotWithdraw(Refusal):
    """A completed course is kept; there is nothing to withdraw from."""


class DetailsMissing(Refusal):
    """Name and country of work are asked for before the first enrolment."""


class PriceIsPromised(Refusal):
    """Another price for a cohort that people have applied for."""
