"""Whose presence a list tells: nobody is taken for somebody else on a guess."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.webinars.attendance_files import Listed
from courses.webinars.attendance_matching import Basis, Register, Registered, listees_of

MOMENT = datetime(2027, 3, 28, 14, tzinfo=UTC)
PEOPLE = [
    Registered(1, "Learner One", "one@example.org"),
    Registered(2, "José  Two", "two@example.org"),
    Registered(3, "Same Name", "three@example.org"),
    Registered(4, "same name", "four@example.org"),
    Registered(5, "", "five@example.org"),
]


def matched(*people: tuple[str, str], register=PEOPLE) -> list[tuple[int, Basis] | None]:
    listees = listees_of(Listed(line, name, email, MOMENT, MOMENT) for line, (name, email) in enumerate(people, 1))
    found = Register(register).match(listees)
    matches = [found.get(listee.line) for listee in listees]
    return [(match.registered.registration_id, match.basis) if match else None for match in matches]


@pytest.mark.parametrize(
    ("person", "match"),
    [
        (("Whoever", "ONE@example.org"), (1, Basis.EMAIL)),
        (("learner one", ""), (1, Basis.NAME)),
        (("Learner One", "private@example.org"), (1, Basis.NAME)),
        (("Jose, Two", ""), (2, Basis.NAME)),
        (("Same Name", ""), None),
        (("Same Name", "four@example.org"), (4, Basis.EMAIL)),
        (("", "six@example.org"), None),
        (("Learner", ""), None),
    ],
)
def test_an_address_decides_and_else_a_name_that_only_one_person_has(person, match):
    assert matched(person) == [match]


def test_one_name_with_two_unknown_addresses_is_left_to_a_person():
    assert matched(("Learner One", "a@example.org"), ("Learner One", "b@example.org")) == [None, None]
    assert matched(("Learner One", "one@example.org"), ("Learner One", "")) == [(1, Basis.EMAIL), (1, Basis.NAME)]


def test_all_lines_of_somebody_are_theirs():
    lines = [Listed(number, "A", "", MOMENT, MOMENT) for number in (4, 7, 9)]
    [person] = listees_of(lines)
    assert (person.line, list(person.lines)) == (4, lines)


def test_names_are_suggested_by_the_words_they_share():
    register = Register([*PEOPLE, *(Registered(100 + n, f"Learner {n}", f"{n}@example.org") for n in range(50))])
    assert [known.registration_id for known in register.suggest("Dr. One Learner, Ward B")] == [1]
    assert len(register.suggest("A Learner")) == 8
    assert register.suggest("Nobody") == []


words = st.sampled_from(["", "Learner One", "learner one ", "José Two", "Same Name", "Zoë", "one@example.org"])


@given(st.lists(st.tuples(words, words), max_size=6), st.lists(st.tuples(words, words), max_size=6))
def test_a_match_is_always_of_the_same_address_or_the_same_name_of_one_person(listed, registered):
    register = [Registered(number, *person) for number, person in enumerate(registered)]
    for person, match in zip(dict.fromkeys(listed), matched(*listed, register=register), strict=True):
        if match and match[1] == Basis.EMAIL:
            assert register[match[0]].email == person[1] != ""
        elif match:
            assert [r.name for r in register].count(register[match[0]].name) == 1
