from lms.lib.errors import Refusal


class Unchangeable(Refusal):
    """A record that is only ever added to."""


class UnknownCriterion(Refusal):
    """A letter that stands for none of the five criteria."""


class UnknownCountry(Refusal):
    """A country that is none."""


class StillDeclined(Refusal):
    """A request by somebody whom a reviewer has declined for the time being."""


class UnusableWords(Refusal):
    """A sentence or an appeal that is too short, too long, or not plain text."""


class TooManyRequests(Refusal):
    """More requests in a day than anybody needs."""


class CannotBeRenewed(Refusal):
    """Nothing to renew, or not yet."""


class CannotBeAppealed(Refusal):
    """A decision that cannot be appealed against, or not any more."""


class NotOpen(Refusal):
    """An application before the early opening, or after the start."""


class PoolClosed(Refusal):
    """An application for what has been called off."""


class NoOffer(Refusal):
    """A seat accepted that is not, or no longer, held."""


class Frozen(Refusal):
    """A change of what is fixed once people can apply."""


class UnusableTimes(Refusal):
    """Dates that a pool cannot have, or can no longer have."""


class CapacityUsed(Refusal):
    """A number of seats that a pool cannot have."""


class CannotAskForLess(Refusal):
    """A request to pay less where nothing is to pay, one waits already, or too many were made."""


class MoreThanDue(Refusal):
    """A payment or waiver of more than is due, or of nothing; a correction of more than was noted."""


class UnsaidReason(Refusal):
    """A payment without a reference, a waiver or correction without a reason."""


class UnusablePolicy(Refusal):
    """A policy version that cannot begin on its day."""


class AlreadyDecided(Refusal):
    """A case that somebody else has decided, or that has ended otherwise."""


class NotYours(Refusal):
    """A case that this reviewer must leave to another."""


class UnusableAnswer(Refusal):
    """A reviewer's answer that a case does not have."""


class CannotBeKept(Refusal):
    """Seats that no institution can have kept, or not any more."""


class CannotBeNamed(Refusal):
    """A list of learners for a group that cannot be taken as it is; the text names the row."""
