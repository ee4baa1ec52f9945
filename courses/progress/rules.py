from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

LESSON, QUIZ, WATCHED = "lesson", "quiz", "watched"
ROUNDING = 1e-9  # of sums of points, in per cent or fractions; half a point is far more

Step = tuple[str, int]  # what is measured, and its id


@dataclass(frozen=True)
class Requirement:
    """One thing that completing a course asks for: at least so many per cent of a step.

    kind: what is measured: "lesson" (all of it, once marked as done), "quiz" (the best result reaches its mark) or
    "watched" (so much of a recording was played, or all of it read; step_id is the recording's).
    """

    kind: str
    step_id: int
    percent: int = 100

    @property
    def step(self) -> Step:
        return self.kind, self.step_id

    def is_met(self, reached: Mapping[Step, float]) -> bool:
        """Say whether enough of the step is reached. reached: fractions in [0, 1]; a step not named is at 0."""
        return 100 * reached.get(self.step, 0) >= self.percent - ROUNDING


@dataclass(frozen=True)
class Progress:
    """How far somebody is: what is asked of them, and what of it is missing, both in course order.

    This is the one computation of progress; learner, instructor, overview and certificate all read it.
    """

    asked: tuple[Requirement, ...]
    missing: tuple[Requirement, ...]

    @property
    def lessons_total(self) -> int:
        return _count(self.asked, LESSON)

    @property
    def lessons_done(self) -> int:
        return self.lessons_total - _count(self.missing, LESSON)

    @property
    def quizzes_total(self) -> int:
        return _count(self.asked, QUIZ)

    @property
    def quizzes_passed(self) -> int:
        return self.quizzes_total - _count(self.missing, QUIZ)

    @property
    def quiz_ids(self) -> tuple[int, ...]:
        return tuple(requirement.step_id for requirement in self.asked if requirement.kind == QUIZ)

    @property
    def is_complete(self) -> bool:
        return bool(self.asked) and not self.missing

    @property
    def is_halfway(self) -> bool:
        return bool(self.asked) and 2 * len(self.missing) <= len(self.asked)

    @property
    def percent(self) -> int:
        """Whole per cent of requirements met, rounded down: 100 only when nothing is missing."""
        met = len(self.asked) - len(self.missing)
        return 100 * met // len(self.asked) if self.asked else 0


def measure(
    requirements: Sequence[Requirement], reached: Mapping[Step, float], *, eased: Collection[Step] = ()
) -> Progress:
    """Measure what a contract asks for against what is reached. eased: steps that a later version asks of nobody.

    What is eased before it was met is no longer asked for; what was met still counts. So neither doing more nor easing
    more ever lowers the percentage: one moves a requirement from missing to met, the other takes a missing one away.
    """
    asked = tuple(one for one in requirements if one.step not in eased or one.is_met(reached))
    return Progress(asked=asked, missing=tuple(one for one in asked if not one.is_met(reached)))


def _count(requirements: Sequence[Requirement], kind: str) -> int:
    return sum(requirement.kind == kind for requirement in requirements)
