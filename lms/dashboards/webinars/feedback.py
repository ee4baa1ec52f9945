"""What people said of a webinar, so that nobody's answer shows."""

from dataclasses import dataclass

from django.db.models import Avg, Count, Q

from courses.webinars.models import Feedback, Webinar
from courses.webinars.models.feedback import QUESTIONS, SCALES

FEWEST = 5  # answers; of fewer somebody's own could be guessed
MOST_TEXTS = 200  # of a question


@dataclass(frozen=True)
class Scale:
    """How the answers to a question spread. steps: its words and how many chose them, from 1 to 5."""

    question: str
    mean: float
    steps: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Opinions:
    """What people said of a webinar. people: how many did; the rest is empty where these are too few.

    texts: each question and answers to it, in an order that tells nothing; of more than can be shown, some.
    """

    people: int
    scales: tuple[Scale, ...] = ()
    texts: tuple[tuple[str, list[str]], ...] = ()

    @property
    def are_shown(self) -> bool:
        return self.people >= FEWEST


def opinions_on(webinar: Webinar) -> Opinions:
    """Return what people said of a webinar; three queries."""
    given = Feedback.objects.filter(registration__webinar=webinar)
    steps = {f"{scale}_{step}": Count("pk", filter=Q(**{scale: step})) for scale in SCALES for step in range(1, 6)}
    means = {f"{scale}_mean": Avg(scale) for scale in SCALES}
    found = given.aggregate(people=Count("pk"), **steps, **means)
    if found["people"] < FEWEST:
        return Opinions(found["people"])
    return Opinions(
        people=found["people"],
        scales=tuple(
            Scale(
                question=str(QUESTIONS[scale]),
                mean=found[f"{scale}_mean"],
                steps=tuple((str(word), found[f"{scale}_{step}"]) for step, word in SCALES[scale].choices),
            )
            for scale in SCALES
        ),
        texts=tuple(
            (
                str(QUESTIONS[name]),
                list(given.exclude(**{name: ""}).order_by("mixing").values_list(name, flat=True)[:MOST_TEXTS]),
            )
            for name in ("good", "change")
        ),
    )
