"""An appeal that is upheld after a run has begun: a reserved seat of the next run, and what the person is told."""

from datetime import timedelta

import pytest
from django.test import Client

from lms.access.models import Application, OwedSeat
from lms.access.place_words import told_of
from lms.access.queries.outlooks import outlook_of
from lms.access.queries.overview import overview_of
from lms.access.queries.owed import seats_to_give
from lms.access.services.notices import write_notices
from lms.access.services.owed import give_owed_seat
from lms.access.services.pools import close_pool, open_pool
from lms.access.services.reviews import Answer, answer_appeal
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat, settle_pool
from lms.access.tasks import give_owed_seats
from lms.mail.models import OutgoingMail
from tests.factories.access import T0, T1, T2, T3, appealed, at, pool_of, with_priority
from tests.factories.accounts import ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db
UPHELD = T3 + 24
LATER = timedelta(days=60)


@pytest.fixture
def person():
    return UserFactory(country="DE")


@pytest.fixture
def pool():
    """The run that is missed: one seat, taken by somebody else."""
    return pool_of(capacity=1)


def missed(person, pool, *, hours=T3 - 1):
    """Have somebody wait in vain in a run, be told no before it begins and appeal; return the appeal."""
    apply_for_seat(pool.pk, UserFactory(), now=at(T1))
    apply_for_seat(pool.pk, person, now=at(T1))
    appeal = appealed(person, now=at(hours))
    settle_pool(pool.pk, now=at(T3))
    return appeal


def uphold(appeal, *, hours=UPHELD):
    """Uphold an appeal, and let the sweep come round."""
    answer_appeal(appeal.pk, Answer("mistake"), by=ProgrammeLeadFactory(), now=at(hours))
    sweep(at(hours))


def sweep(now):
    for owed in seats_to_give():
        give_owed_seat(owed.pk, now=now)


def next_run(before, *, capacity=5, later=LATER, **fields):
    return open_pool(
        capacity=capacity,
        opens_early_at=at(T0) + later,
        opens_at=at(T1) + later,
        releases_at=at(T2) + later,
        starts_at=at(T3) + later,
        labels={"en": {"title": "Reading a report, again", "path": "/again/"}},
        carried_from=before,
        now=at(T1),
        **fields,
    )


def seat_of(person, pool):
    return Application.objects.select_related("seat").get(pool=pool, person=person)


def told(pool, person, moment):
    return " ".join(told_of(outlook_of(pool, person, now=moment)).sentences)


def test_a_reserved_seat_of_the_next_run_is_held_until_the_release_and_every_word_says_why(person, pool):
    appeal, after = missed(person, pool), next_run(pool)
    uphold(appeal)
    application = seat_of(person, after)
    assert (application.state, application.seat.kind, application.is_priority) == ("held", "reserved", True)
    assert application.held_until == after.releases_at
    why = (
        "“Reading a report” had begun before your appeal was upheld. One of the reserved seats of its next run is yours"
    )
    assert why in told(after, person, at(UPHELD))
    assert "one of the reserved seats of the next run is yours." in told(pool, person, at(UPHELD))
    write_notices(now=at(UPHELD))
    assert why in OutgoingMail.objects.get(subject="A seat in “Reading a report, again” is held for you").text
    assert not OutgoingMail.objects.filter(key__startswith="access-seat-owed").exists()
    accept_seat(after.pk, person, now=at(UPHELD + 200))
    write_notices(now=at(UPHELD + 200))
    assert why in OutgoingMail.objects.get(subject="You have a seat in “Reading a report, again”").text


def test_where_the_next_run_is_still_to_come_the_person_is_told_and_the_sweep_gives_it(person, pool, monkeypatch):
    uphold(missed(person, pool))
    mail = OutgoingMail.objects.get(key__startswith="access-seat-owed")
    assert (mail.to, mail.subject) == (person.email, "A seat in the next run of “Reading a report” is yours")
    assert "We write to you as soon as its dates are known." in told(pool, person, at(UPHELD))
    assert [one.missed.pool for one in overview_of(person, now=at(UPHELD)).owed] == [pool]
    after = next_run(pool)
    monkeypatch.setattr("lms.access.tasks.timezone.now", lambda: at(UPHELD + 1))
    for _time in range(2):
        give_owed_seats()
    assert seat_of(person, after).state == "held"
    assert overview_of(person, now=at(UPHELD + 1)).owed == []


def test_their_own_page_says_that_a_seat_is_to_come(person, pool):
    uphold(missed(person, pool))
    client = Client()
    client.force_login(person)
    text = " ".join(client.get("/my/access/").content.decode().split())
    assert "“Reading a report” had begun by then. One of the reserved seats of its next run is yours" in text


def test_what_is_not_taken_is_released_with_the_others(person, pool):
    appeal, after = missed(person, pool), next_run(pool)
    uphold(appeal)
    settle_pool(after.pk, now=after.releases_at)
    assert seat_of(person, after).state == "lapsed"
    assert give_owed_seat(OwedSeat.objects.get().pk, now=after.releases_at)
    assert not Application.objects.filter(pool=after, state__in=Application.LIVE).exists()


def test_nothing_is_owed_for_a_run_that_still_takes_the_person_in_or_ended_before_the_decision(person, pool):
    uphold(missed(person, pool, hours=T3 + 1))  # the no came when the run had begun
    waits = UserFactory(country="DE")
    running = pool_of(capacity=1)
    apply_for_seat(running.pk, UserFactory(), now=at(T1))
    apply_for_seat(running.pk, waits, now=at(T1))
    uphold(appealed(waits, now=at(T1)), hours=T1 + 1)
    assert not OwedSeat.objects.exists()
    assert seat_of(waits, running).is_priority


def test_nothing_is_owed_for_what_was_called_off_given_up_or_taken_with_priority(pool):
    people = [UserFactory(country="DE") for _number in range(3)]
    off, other = pool_of(capacity=1), pool_of(capacity=1)
    for one in (off, other):
        apply_for_seat(one.pk, UserFactory(), now=at(T1))
    apply_for_seat(off.pk, people[0], now=at(T1))
    apply_for_seat(other.pk, people[1], now=at(T1))
    apply_for_seat(other.pk, people[2], now=at(T1))
    appeals = [appealed(person, now=at(T1)) for person in people]
    close_pool(off.pk, now=at(T1 + 1))
    give_up_seat(other.pk, people[1], now=at(T1 + 1))
    Application.objects.filter(pool=other, person=people[2]).update(is_priority=True)
    settle_pool(other.pk, now=at(T3))
    for appeal in appeals:
        uphold(appeal)
    assert not OwedSeat.objects.exists()


def test_a_declined_appeal_owes_nothing(person, pool):
    appeal = missed(person, pool)
    answer_appeal(appeal.pk, Answer("stands"), by=ProgrammeLeadFactory(), now=at(UPHELD))
    assert not OwedSeat.objects.exists()


def test_who_waits_in_the_next_run_already_is_seated_with_their_number(person, pool):
    appeal, after = missed(person, pool), next_run(pool, capacity=5, later=timedelta(hours=T3))
    opened = after.opens_early_at
    first = apply_for_seat(after.pk, UserFactory(), now=opened)
    waits = apply_for_seat(after.pk, person, now=opened)
    answer_appeal(appeal.pk, Answer("mistake"), by=ProgrammeLeadFactory(), now=opened)
    sweep(opened)
    application = seat_of(person, after)
    assert (application.pk, application.number, application.state) == (waits.pk, first.number + 1, "held")
    assert (
        application.held_until == after.releases_at
    )  # longer than the usual offer, which the priority alone would give


def test_a_seat_that_is_theirs_already_is_the_one_owed(person, pool):
    appeal, after = missed(person, pool), next_run(pool, later=timedelta(hours=T3))
    taken = apply_for_seat(after.pk, person, now=after.opens_at)
    answer_appeal(appeal.pk, Answer("mistake"), by=ProgrammeLeadFactory(), now=after.opens_at)
    sweep(after.opens_at)
    assert OwedSeat.objects.get().given == taken
    assert seat_of(person, after).state == "confirmed"


def test_an_open_seat_that_is_only_offered_is_not_the_one_owed_until_it_is_taken(person, pool):
    appeal, after = missed(person, pool), next_run(pool, later=timedelta(hours=T3))
    apply_for_seat(after.pk, person, now=after.opens_early_at)
    settle_pool(after.pk, now=after.opens_at)
    answer_appeal(appeal.pk, Answer("mistake"), by=ProgrammeLeadFactory(), now=after.opens_at)
    sweep(after.opens_at)
    assert OwedSeat.objects.get().given_at is None
    accept_seat(after.pk, person, now=after.opens_at)
    sweep(after.opens_at)
    assert OwedSeat.objects.get().given == seat_of(person, after)


def test_a_run_whose_reserve_is_gone_leaves_it_to_the_one_after(person, pool):
    appeal = missed(person, pool)
    none, off = next_run(pool, capacity=1), None
    off = next_run(none, later=2 * LATER)
    close_pool(off.pk, now=at(T3))
    last = next_run(off, later=3 * LATER)
    uphold(appeal)
    assert seat_of(person, last).state == "held"
    assert Application.objects.filter(person=person).count() == 2


def test_where_no_reserved_seat_is_free_it_stays_owed_until_one_is(person, pool):
    appeal, after = missed(person, pool), next_run(pool, capacity=3, later=timedelta(hours=T3))
    other = with_priority(UserFactory(), now=at(T3))
    apply_for_seat(after.pk, other, now=after.opens_early_at)
    answer_appeal(appeal.pk, Answer("mistake"), by=ProgrammeLeadFactory(), now=after.opens_early_at)
    assert OutgoingMail.objects.filter(key__startswith="access-seat-owed").exists()
    sweep(after.opens_early_at)
    owed = OwedSeat.objects.get()
    assert (owed.given, owed.after) == (None, pool)
    give_up_seat(after.pk, other, now=after.opens_early_at)
    assert give_owed_seat(owed.pk, now=after.opens_early_at)
    assert seat_of(person, after).seat.kind == "reserved"


def test_two_missed_runs_of_one_course_come_to_one_seat(person, pool):
    second = next_run(pool, capacity=1, later=timedelta(hours=1))
    apply_for_seat(second.pk, UserFactory(), now=at(T1 + 1))
    apply_for_seat(second.pk, person, now=at(T1 + 1))
    appeal, after = missed(person, pool), next_run(second)
    settle_pool(second.pk, now=at(T3 + 1))
    uphold(appeal)
    assert OwedSeat.objects.filter(given_at__isnull=False).count() == 2
    assert OwedSeat.objects.get(given__isnull=False).given == seat_of(person, after)


def test_erasing_the_person_erases_what_is_owed(person, pool):
    uphold(missed(person, pool))
    person.delete()
    assert not OwedSeat.objects.exists()
