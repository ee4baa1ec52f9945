from lms.lib.errors import Refusal


class Unchangeable(Refusal):
    """A record that is only ever added to."""


class UnknownCriterion(Refusal):
    """A letter that stands for none of the five criteria."""


class UnknownCountry(Refusal):
    """A country that is none."""


class StillDeclined(Refusal):
    """A request by somebody whom a reviewer has declined for the time being."""
