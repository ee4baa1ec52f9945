import json
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.award import Award
from certificates.issuing.rules import is_well_formed
from lms.operations.simulation import rows
from lms.operations.simulation.rows import (
    BLOCK,
    COLUMNS,
    DAY,
    MOST_COURSES,
    SimulatedCourse,
    SimulatedWebinar,
    World,
    began_on,
    lines_of_block,
    serial_of,
    shared_out,
)

TODAY = date(2026, 11, 28)
COURSES = tuple(
    SimulatedCourse(f"Course {n}", n, n, tuple(range(20 * n, 20 * n + 20)), tuple(range(3 * n, 3 * n + 3)), 300)
    for n in range(14)
)
WEBINARS = tuple(SimulatedWebinar(n, f"Webinar {n}", 300 * DAY * (n + 1), 60) for n in range(3))
WORLD = World(7, TODAY, 1_200, 3_600, COURSES, WEBINARS, {"IN": (1, 2)}, dict.fromkeys(COLUMNS, 1))


def of(table: str, number: int = 0, world: World = WORLD) -> list[dict[str, str]]:
    lines = lines_of_block(world, number).get(table, [])
    return [dict(zip(COLUMNS[table], line.split("\t"), strict=True)) for line in lines]


def test_a_world_lasts_34_months_this_one_included():
    assert began_on(TODAY) == date(2024, 2, 1)
    assert began_on(date(2026, 10, 1)) == date(2024, 1, 1)


def test_a_block_is_the_same_each_time_and_another_with_another_seed():
    assert lines_of_block(WORLD, 1) == lines_of_block(WORLD, 1)
    assert lines_of_block(WORLD, 1) != lines_of_block(replace(WORLD, seed=8), 1)


def test_blocks_together_have_exactly_what_was_asked_for_and_no_id_twice():
    for table, count in ((rows.PEOPLE, 1_200), (rows.ENROLMENTS, 3_600)):
        ids = [row["id"] for number in range(WORLD.blocks_count) for row in of(table, number)]
        assert len(ids) == len(set(ids)) == count


@pytest.mark.parametrize("key", ["serial", "status_position", "id"])
def test_certificates_have_each_their_own(key):
    found = [row[key] for number in range(WORLD.blocks_count) for row in of(rows.CERTIFICATES, number)]
    assert len(found) == len(set(found)) > 100


def test_certificates_state_facts_that_say_they_are_simulated():
    row = of(rows.CERTIFICATES)[0]
    award = Award.from_json(json.loads(row["facts"]))
    assert (award.issuer, award.serial) == ("Simulated", row["serial"])
    assert award.name.startswith("Simulated learner")


@given(st.integers(min_value=0, max_value=10**9))
def test_serials_are_such_as_are_printed(number):
    assert is_well_formed(serial_of(number))


@given(st.integers(min_value=0, max_value=BLOCK * MOST_COURSES), st.integers(min_value=0, max_value=99))
def test_courses_are_shared_out_one_each_first(total, seed):
    counts = shared_out(total, BLOCK, chance=Random(seed))
    assert sum(counts) == total
    assert max(counts) <= MOST_COURSES
    assert min(counts) >= min(total // BLOCK, 1)


def test_nobody_takes_a_course_twice():
    pairs = [(row["learner_id"], row["run_id"]) for row in of(rows.ENROLMENTS)]
    assert len(pairs) == len(set(pairs))
