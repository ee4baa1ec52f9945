"""Seats for groups: kept, named, given back; what is refused, and why."""

import pytest
from django.db import IntegrityError, transaction

from lms.access.errors import CannotBeKept, CannotBeNamed, CapacityUsed
from lms.access.models import Application, Seat, SeatBlock
from lms.access.place_words import told_of
from lms.access.queries.outlooks import outlook_of
from lms.access.queries.seats import picture_of
from lms.access.services.blocks import give_back_block, keep_block, name_learners
from lms.access.services.notices import write_notices
from lms.access.services.pools import change_pool, close_pool
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat, settle_pool
from lms.mail.models import OutgoingMail
from tests.factories.access import T0, T1, T2, T3, at, pool_of, with_priority
from tests.factories.accounts import InstitutionFactory, ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    """Twenty-five seats, ten of them reserved, so a group can have two."""
    return pool_of(capacity=25)


@pytest.fixture
def lead():
    return ProgrammeLeadFactory()


@pytest.fixture
def block(pool, lead):
    return keep_block(pool.pk, InstitutionFactory(name="Example Clinic"), seats=2, by=lead, now=at(0))


def prioritised(count):
    return [with_priority(UserFactory()) for _number in range(count)]


def name(block, *people, hours=T0):
    return name_learners(block.pk, [person.email for person in people], now=at(hours))


def test_seats_that_are_kept_count_as_taken_and_fall_to_nobody_else(pool, block):
    for person in prioritised(9):
        apply_for_seat(pool.pk, person, now=at(T0))
    assert Application.objects.filter(pool=pool, state="confirmed").count() == 8
    assert Application.objects.filter(pool=pool, state="waiting").count() == 1
    picture = picture_of(pool)
    assert (picture.used.reserved, picture.kept) == (10, 2)
    assert outlook_of(pool, None, now=at(T0)).free.reserved == 0


def test_at_the_release_what_has_no_name_falls_to_who_waits(pool, block):
    named, *others = prioritised(25)
    for person in others:
        apply_for_seat(pool.pk, person, now=at(T0 if person in others[:8] else T1))
    name(block, named, hours=T2 - 1)
    assert Application.objects.get(pool=pool, state="waiting").person == others[-1]
    settle_pool(pool.pk, now=at(T2))
    assert picture_of(pool).kept == 0
    reserved = Application.objects.filter(pool=pool, seat__kind="reserved", state="held")
    assert set(reserved.values_list("person", flat=True)) == {named.pk, others[-1].pk}


def test_a_seat_that_its_learner_gives_back_is_the_groups_again_until_the_release(pool, block):
    first, second, waits = prioritised(3)
    name(block, first, second)
    give_up_seat(pool.pk, first, now=at(T0 + 1))
    assert picture_of(pool).kept == 1
    name(block, waits, hours=T0 + 2)
    settle_pool(pool.pk, now=at(T0 + 72))  # the second has not answered
    assert picture_of(pool).kept == 1
    accept_seat(pool.pk, waits, now=at(T0 + 73))
    settle_pool(pool.pk, now=at(T2))
    give_up_seat(pool.pk, waits, now=at(T2 + 1))
    assert not Seat.objects.exclude(block=None).exists()


def test_the_named_learner_is_told_by_whom_and_why_on_the_page_and_by_mail(pool, block):
    (named,) = prioritised(1)
    name(block, named)
    why = "one of the reserved seats kept for a group of Example Clinic, which has named you"
    for number in (1, 2):
        assert why in " ".join(told_of(outlook_of(pool, named, now=at(T0 + 1))).sentences)
        write_notices(now=at(T0 + 1))
        mails = OutgoingMail.objects.filter(key__startswith="seat-notice", to=named.email)
        assert [why in mail.text for mail in mails] == [True] * number
        accept_seat(pool.pk, named, now=at(T0 + 1))


def test_who_waits_is_offered_the_groups_seat_with_the_number_they_had(pool, block):
    full = prioritised(8)
    (waits,) = prioritised(1)
    for person in [*full, waits]:
        apply_for_seat(pool.pk, person, now=at(T0))
    name(block, waits, hours=T0 + 1)
    application = Application.objects.get(pool=pool, person=waits)
    assert (application.state, application.number, application.block) == ("held", 8, block)
    assert application.held_until == at(T0 + 73)


def test_the_same_list_again_changes_nothing(pool, block):
    people = prioritised(2)
    assert [name(block, *people), name(block, *people)] == [2, 0]
    assert Application.objects.filter(pool=pool).count() == 2


def test_a_list_is_refused_whole_and_the_row_is_named(pool, block):
    good, seated, standard = *prioritised(2), UserFactory()
    apply_for_seat(pool.pk, seated, now=at(T0))
    gone = with_priority(UserFactory(is_active=False))
    for email, problem in (
        ("nobody@example.org", "Nobody has an account"),
        (gone.email, "Nobody has an account"),
        (seated.email, "has a seat already"),
        (standard.email, "has no priority"),
        (good.email.upper(), "on the list twice"),
    ):
        with pytest.raises(CannotBeNamed, match=rf"Row 2, {email}\. .*{problem}"):
            name_learners(block.pk, [good.email, email], now=at(T0))
    assert not Application.objects.filter(pool=pool, person=good).exists()


def test_no_more_are_named_than_there_are_seats(pool, block):
    first, second, third = prioritised(3)
    with pytest.raises(CannotBeNamed, match="3 rows, and 2 seats"):
        name(block, first, second, third)
    name(block, first)
    with pytest.raises(CannotBeNamed, match=r"Row 2.*No seat of the group is left"):
        name(block, second, third)


@pytest.mark.parametrize(("hours", "problem"), [(T0 - 1, "applications open"), (T2, "released already")])
def test_names_are_taken_from_the_early_opening_until_the_release(block, hours, problem):
    with pytest.raises(CannotBeKept, match=problem):
        name(block, *prioritised(1), hours=hours)


@pytest.mark.parametrize("seats", [0, 3])
def test_a_group_has_a_fifth_of_the_reserve_at_most(pool, lead, seats):
    with pytest.raises(CannotBeKept, match="At most 2"):
        keep_block(pool.pk, InstitutionFactory(), seats=seats, by=lead, now=at(0))


def test_only_free_seats_are_kept(pool, lead):
    for person in prioritised(9):
        apply_for_seat(pool.pk, person, now=at(T0))
    with pytest.raises(CannotBeKept, match="At most 1"):
        keep_block(pool.pk, InstitutionFactory(), seats=2, by=lead, now=at(T0))


def test_a_group_is_of_a_verified_institution_which_has_one(pool, block, lead):
    with pytest.raises(CannotBeKept, match="not been checked"):
        keep_block(pool.pk, InstitutionFactory(is_verified=False), seats=1, by=lead, now=at(0))
    with pytest.raises(CannotBeKept, match="already"):
        keep_block(pool.pk, block.institution, seats=1, by=lead, now=at(0))


def test_none_is_kept_after_the_release_or_where_it_is_called_off(pool, lead):
    with pytest.raises(CannotBeKept, match="released already"):
        keep_block(pool.pk, InstitutionFactory(), seats=1, by=lead, now=at(T2))
    close_pool(pool.pk, now=at(T2))
    with pytest.raises(CannotBeKept, match="called off"):
        keep_block(pool.pk, InstitutionFactory(), seats=1, by=lead, now=at(T2))


def test_what_is_given_back_falls_to_who_waits_at_once_and_who_is_named_stays(pool, block):
    named, *others = prioritised(10)
    name(block, named)
    for person in others:
        apply_for_seat(pool.pk, person, now=at(T0))
    assert Application.objects.filter(pool=pool, state="waiting").count() == 1
    for _time in range(2):
        give_back_block(block.pk, now=at(T0 + 1))
    assert Application.objects.filter(pool=pool, state="waiting").count() == 0
    assert Application.objects.get(person=named).state == "held"
    with pytest.raises(CannotBeKept, match="given back"):
        name(block, named, hours=T0 + 2)


def test_capacity_never_takes_seats_from_a_group(pool, block):
    with pytest.raises(CapacityUsed, match="2 seats"):
        change_pool(pool.pk, capacity=1, now=at(T0))
    change_pool(pool.pk, capacity=3, now=at(T0))
    assert Seat.objects.filter(block=block, kind="reserved").count() == 2


def test_a_batch_is_drawn_without_the_groups_seats(lead):
    pool = pool_of(capacity=25, mode="batch")
    block = keep_block(pool.pk, InstitutionFactory(), seats=2, by=lead, now=at(0))
    people = prioritised(26)
    for person in people:
        apply_for_seat(pool.pk, person, now=at(T0))
    name(block, people[0], hours=T1 - 1)
    settle_pool(pool.pk, now=at(T1))
    assert Application.objects.filter(pool=pool, state="held").count() == 24
    settle_pool(pool.pk, now=at(T2))
    assert picture_of(pool).kept == 0


def test_the_tables_refuse_what_no_group_can_have(pool, block):
    (person,) = [UserFactory()]
    waits = apply_for_seat(pool.pk, person, now=at(T0))
    for wrong in (
        lambda: Seat.objects.filter(pool=pool, kind="open").update(block=block),
        lambda: Application.objects.filter(pk=waits.pk).update(block=block),
        lambda: SeatBlock.objects.filter(pk=block.pk).update(seats=3),
        lambda: SeatBlock.objects.create(
            pool=pool, institution=block.institution, seats=1, reserve=5, made_at=at(T0), by=None
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_naming_many_costs_no_more_questions_than_two(lead, django_assert_max_num_queries):
    counts = []
    for number in (2, 12):
        pool = pool_of(capacity=250)
        block = keep_block(pool.pk, InstitutionFactory(), seats=20, by=lead, now=at(0))
        people = prioritised(number)
        with django_assert_max_num_queries(30) as asked:
            name(block, *people)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_after_the_start_nothing_is_kept(pool, block):
    settle_pool(pool.pk, now=at(T3))
    assert picture_of(pool).kept == 0
