from lms.lib.errors import Refusal


class NothingToAnswer(Refusal):
    """The quiz has no live question yet."""


class CannotBeAsked(Refusal):
    """A question that nobody could answer is not published; the text says what is missing."""


class NoAttemptsLeft(Refusal):
    """The learner has begun as many attempts at the quiz as it allows."""


class CannotBeAppealed(Refusal):
    """The answer has been appealed against before, has nothing to gain, or too many appeals of its learner are open."""


class AlreadyDecided(Refusal):
    """Somebody else was first to decide the appeal."""


class NothingToRule(Refusal):
    """The ruling would change nothing: nobody was asked what it is about."""
