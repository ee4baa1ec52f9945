from collections.abc import Callable
from datetime import timedelta

from courses.webinars.rules import SeatWishes, first_times
from lms.access.rules.changes import problem_of
from lms.access.rules.terms import SEAT_BOUNDS, SeatTerms
from lms.access.rules.times import Times
from lms.access.words import PROBLEMS
from lms.operations.loading import schema
from lms.operations.loading.catalogue.reading import Names, Reading

PATH = "webinars.yaml"
LEAST = SeatTerms(window_days=SEAT_BOUNDS["window_days"][0])  # what no policy asks less than


def read_webinars(reading: Reading) -> tuple[schema.Webinar, ...]:
    if not reading.files.exists(PATH):
        return ()
    webinars, source = reading.load(PATH, schema.WEBINARS, reading.files.read_text(PATH))
    slugs = Names(reading.files, "webinar")
    for number, webinar in enumerate(webinars or ()):

        def line_of(name: str, number: int = number) -> int:
            return source.line_of((number, name))

        slugs.add(webinar.slug, PATH, line_of("slug"))
        if webinar.related_course:
            reading.course_slugs.require(webinar.related_course, PATH, line_of("related_course"))
        reading.require_language(webinar.language, PATH, line_of("language"))
        _check_seats(reading, webinar, line_of)
    return webinars or ()


def _check_seats(reading: Reading, webinar: schema.Webinar, line_of: Callable[[str], int]) -> None:
    """Refuse what seats cannot be: a share or days of no seats, days without a start, days that no policy allows."""
    days = [name for name in ("seats_open_at", "seats_open_early_at") if getattr(webinar, name) is not None]
    for name in (*days, *(["reserved_percent"] if webinar.reserved_percent is not None else [])):
        if webinar.capacity is None:
            reading.refuse(PATH, line_of(name), f"{name}: give the number of seats too, as capacity")
    if webinar.capacity is None or not days:
        return
    if webinar.starts_at is None:
        reading.refuse(PATH, line_of(days[0]), f"{days[0]}: give the start too, as starts_at")
        return
    window = timedelta(days=LEAST.window_days)
    wishes = SeatWishes(
        capacity=webinar.capacity,
        reserved_percent=webinar.reserved_percent,
        opens_early_at=webinar.seats_open_early_at,
        opens_at=webinar.seats_open_at,
        starts_at=webinar.starts_at,
    )
    loaded_at = webinar.seats_open_early_at or getattr(webinar, days[0]) - window
    times = Times(**first_times(wishes, LEAST, now=loaded_at), hold=timedelta(hours=LEAST.hold_hours))
    problem = problem_of(times, window=window, has_reserve=wishes.has_reserve(LEAST))
    if problem is not None:
        reading.refuse(PATH, line_of(days[0]), str(PROBLEMS[problem]) % {"days": LEAST.window_days})
