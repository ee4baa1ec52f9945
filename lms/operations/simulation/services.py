from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from certificates.issuing.models import Certificate
from courses.assessments.models import QuizStanding
from courses.enrolment.models import Enrolment
from courses.progress.models import Completion, LessonProgress
from courses.webinars.models import Attendance, Registration
from lms.accounts.models import User
from lms.lib.errors import Refusal
from lms.measures.recounting import LESSONS, MILESTONES
from lms.operations.services import recount_everything
from lms.operations.simulation import courses, rows
from lms.operations.simulation.people import DOMAIN
from lms.operations.simulation.rows import MOST_COURSES, Lines, World
from lms.operations.simulation.writing import MODELS, bare_tables, empty_table, go_on_counting, write_lines

SEED = 7
WORKERS = 2
FEW_BLOCKS = 8  # are not worth starting processes for
AHEAD = 3  # blocks that wait to be written, of each worker

Progress = Callable[[int, int, str], None]


class NotForRealPeople(Refusal):
    """Somebody who is not simulated learns here, so nothing is simulated beside them."""


class SimulatedAlready(Refusal):
    """There are simulated learners already."""


class TooManyCourses(Refusal):
    """So few learners cannot take so many courses."""


@dataclass(frozen=True)
class Counts:
    """What a simulation made, or a removal took out: rows by table."""

    by_table: dict[str, int]

    def __str__(self) -> str:
        return ", ".join(f"{count:,} {name}" for name, count in self.by_table.items())


def simulated_people() -> QuerySet[User]:
    """Return the simulated learners."""
    return User.objects.filter(email__endswith=f"@{DOMAIN}")


def simulate_learners(
    *, learners: int, enrolments: int, seed: int, today: date, on_progress: Progress = lambda done, total, label: None
) -> Counts:
    """Fill an academy in which nobody learns yet; the rows all or none, then the counts.

    The same arguments give the same rows. Stopped between the two, rebuild_rollups makes the counts.
    Raises NotForRealPeople, SimulatedAlready, TooManyCourses.
    """
    refuse_unless_empty()
    if enrolments > learners * MOST_COURSES:
        raise TooManyCourses(
            f"A learner takes at most {MOST_COURSES} courses. Ask for fewer enrolments, or more learners."
        )
    with transaction.atomic():
        world = _world(learners=learners, enrolments=enrolments, seed=seed, today=today)
        counts = dict.fromkeys(MODELS, 0)
        with bare_tables():
            for done, lines in enumerate(_blocks(world)):
                if done % max(world.blocks_count // 100, 1) == 0:
                    on_progress(done, world.blocks_count, f"{min(done * rows.BLOCK, learners):,} learners")
                for name in MODELS:
                    if name in lines:
                        write_lines(name, lines[name])
                        counts[name] += len(lines[name])
            on_progress(world.blocks_count - 1, world.blocks_count, "indexes")
        go_on_counting()
    _tidy()
    _count_anew(on_progress)
    return Counts(counts)


def refuse_unless_empty() -> None:
    """Raise NotForRealPeople or SimulatedAlready where somebody learns; staff who have not enrolled may be there."""
    if User.objects.filter(is_demo=True).exists():
        raise NotForRealPeople("The demo’s people are here. Run `manage.py remove_demo` first.")
    if simulated_people().exists():
        raise SimulatedAlready("There are simulated learners already. `--remove` takes them out.")
    is_staff = Q(is_superuser=True) | Q(groups__isnull=False)
    has_learners = User.objects.exclude(pk__in=User.objects.filter(is_staff).values("pk")).exists()
    if has_learners or any(model._default_manager.exists() for name, model in MODELS.items() if name != rows.PEOPLE):
        raise NotForRealPeople(
            "People who are not simulated have accounts or learn here. Simulate in a database of its own."
        )


def remove_simulated(*, on_progress: Progress = lambda done, total, label: None) -> Counts:
    """Take out the simulated learners, all they did, their courses, webinars and institutions, then their share of the counts."""
    with transaction.atomic():
        simulated = _simulated_rows()
        counts = {}
        with bare_tables():
            is_nobody_else_there = _is_nobody_else_there()
            for done, (name, found) in enumerate(simulated.items()):
                on_progress(done, len(simulated) + 1, name)
                is_all = is_nobody_else_there and name != rows.PEOPLE
                counts[name] = empty_table(name) if is_all else found._raw_delete(found.db)  # type: ignore[attr-defined]
            on_progress(len(simulated), len(simulated) + 1, "indexes")
        courses.remove_courses()
        courses.remove_webinars()
        courses.remove_institutions()
    _tidy()
    _count_anew(on_progress)
    _forget_empty_cells()
    return Counts(counts)


def _simulated_rows() -> dict[str, QuerySet[Any]]:
    """Return the rows to delete, in an order in which each names only those after it."""
    people = simulated_people().values("pk")
    enrolments = Enrolment.objects.filter(learner__in=people).values("pk")
    registrations = Registration.objects.filter(person__in=people).values("pk")
    return {
        rows.CERTIFICATES: Certificate.objects.filter(holder__in=people),
        rows.ATTENDANCES: Attendance.objects.filter(registration__in=registrations),
        rows.REGISTRATIONS: Registration.objects.filter(person__in=people),
        rows.COMPLETIONS: Completion.objects.filter(enrolment__in=enrolments),
        rows.STANDINGS: QuizStanding.objects.filter(enrolment__in=enrolments),
        rows.PROGRESS: LessonProgress.objects.filter(enrolment__in=enrolments),
        rows.ENROLMENTS: Enrolment.objects.filter(learner__in=people),
        rows.PEOPLE: simulated_people(),
    }


def _is_nobody_else_there() -> bool:
    """Say whether only simulated people learn, so that tables can be emptied instead of searched."""
    owners = ((Enrolment, "learner"), (Registration, "person"), (Certificate, "holder"))
    return not any(
        model._default_manager.exclude(Exists(simulated_people().filter(pk=OuterRef(owner)))).exists()
        for model, owner in owners
    )


def _world(*, learners: int, enrolments: int, seed: int, today: date) -> World:
    firsts = {
        name: (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        for name, model in MODELS.items()
        if name != rows.PROGRESS
    }
    return World(
        seed=seed,
        today=today,
        learners=learners,
        enrolments=enrolments,
        courses=courses.add_courses(),
        webinars=courses.add_webinars(until=datetime.combine(today, time(), UTC)),
        institutions=courses.add_institutions(),
        first=firsts,
    )


def _blocks(world: World) -> Iterator[Lines]:
    """Return the lines of all blocks, in order; a few are made ahead, by other processes where there are many."""
    make = partial(rows.lines_of_block, world)
    if world.blocks_count <= FEW_BLOCKS:
        yield from map(make, range(world.blocks_count))
        return
    numbers = iter(range(world.blocks_count))
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(make, number) for number in islice(numbers, WORKERS * AHEAD)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(make, number) for number in islice(numbers, 1)]


def _tidy() -> None:
    """Let the planner know what is there now, and reads find it all visible."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in MODELS.values():
                cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")
        else:
            cursor.execute("ANALYZE")


def _count_anew(on_progress: Progress) -> None:
    total = len(MILESTONES.parts) + len(LESSONS.parts)
    for done, finding in enumerate(recount_everything(repair=True)):
        on_progress(done, total, f"counts: {finding.part}")
    on_progress(total, total, "done")


def _forget_empty_cells() -> None:
    counts = {part.rollup: part.counts for kind in (MILESTONES, LESSONS) for part in kind.parts}
    for model, names in counts.items():
        empty = model._default_manager.filter(**dict.fromkeys(names, 0))
        empty._raw_delete(empty.db)  # in one statement, where delete() names a hundred cells in each
