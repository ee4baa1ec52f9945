from hypothesis import assume, given
from hypothesis import strategies as st

from certificates.award import show_serial
from certificates.issuing.rules import ALPHABET, check_character, is_well_formed, make_serial, read_serial

characters = st.sampled_from(ALPHABET)
serials = st.text(characters, min_size=11, max_size=11).map(lambda body: body + check_character(body))


def test_a_new_serial_is_well_formed_and_not_guessable_from_the_last():
    made = {make_serial() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(serial) == 12 and is_well_formed(serial) for serial in made)


@given(serials, st.integers(0, 11), characters)
def test_every_single_wrong_character_is_noticed(serial, place, character):
    assume(serial[place] != character)
    assert not is_well_formed(serial[:place] + character + serial[place + 1 :])


@given(serials, st.integers(0, 10))
def test_neighbours_that_changed_places_are_noticed_unless_they_are_0_and_z(serial, place):
    first, second = serial[place], serial[place + 1]
    assume(first != second)
    swapped = serial[:place] + second + first + serial[place + 2 :]
    assert is_well_formed(swapped) == ({first, second} == {"0", "Z"})


@given(serials, st.integers(0, 11), st.sampled_from([" ", "-", "–", "\u00a0"]))
def test_spaces_hyphens_and_small_letters_are_forgiven(serial, place, separator):
    typed = serial[:place] + separator + serial[place:]
    assert read_serial(typed.lower()) == serial
    assert read_serial(f"  {show_serial(serial)} ") == serial


@given(serials)
def test_letters_taken_for_digits_are_read_as_digits(serial):
    assert read_serial(serial.replace("0", "O").replace("1", "I")) == serial
    assert read_serial(serial.replace("0", "o").replace("1", "l")) == serial


@given(st.text(max_size=60))
def test_anything_typed_is_read_as_a_serial_or_as_none(typed):
    serial = read_serial(typed)
    assert serial is None or (len(serial) == 12 and set(serial) <= set(ALPHABET))


def test_u_and_wrong_lengths_are_no_serial():
    assert read_serial("U" * 12) is None
    assert read_serial("7Q312K8M4TR") is None
    assert read_serial("") is None
    assert read_serial("7Q312K8M4TRX" + " " * 200) is None
