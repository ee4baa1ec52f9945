"""The seats of a webinar follow its pages."""

from datetime import UTC, datetime, timedelta

import pytest
from wagtail.models import Page

from courses.webinars.models import Webinar
from courses.webinars.queries import webinars_to_follow
from courses.webinars.services.following import follow_pages, seats_asked_for
from courses.webinars.tasks import follow_missed_pages
from lms.access.models import Application, Notice, Seat, SeatPool
from lms.access.services.pools import close_pool
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat
from tests.factories.access import with_priority
from tests.factories.accounts import UserFactory
from tests.factories.webinars import NOW, WebinarPageFactory, in_french, scarce_webinar

pytestmark = pytest.mark.django_db
WEEK, DAY = timedelta(days=7), timedelta(days=1)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def test_a_page_with_a_number_of_seats_has_a_pool_by_the_access_policy():
    pool = scarce_webinar(capacity=10).pool
    assert (pool.opens_early_at, pool.opens_at) == (NOW, NOW + WEEK)
    assert pool.starts_at - pool.releases_at == WEEK
    assert Seat.objects.filter(pool=pool, kind="reserved").count() == 4


def test_without_a_number_everybody_may_come():
    page = WebinarPageFactory(starts_at=NOW + WEEK)
    assert follow_pages(page.translation_key, now=NOW) is None
    assert Webinar.objects.get().has_limited_seats is False


def test_without_a_date_there_is_nothing_to_follow():
    page = WebinarPageFactory()
    assert follow_pages(page.translation_key, now=NOW) is None
    assert not Webinar.objects.exists()


def test_following_twice_changes_nothing(django_assert_max_num_queries):
    page = scarce_webinar()
    before = SeatPool.objects.values().get()
    with django_assert_max_num_queries(14):
        follow_pages(page.translation_key, now=NOW + DAY)
    assert SeatPool.objects.values().get() == before


def test_a_webinar_in_two_languages_is_one_pool_and_tells_one_start():
    page = scarce_webinar(title="Genes")
    french = in_french(page, title="Les gènes", starts_at=NOW + DAY, capacity=500)
    follow_pages(page.translation_key, now=NOW)
    french.refresh_from_db()
    assert french.pool == page.pool
    assert (french.starts_at, french.capacity) == (page.starts_at, 3)
    assert page.pool.label_in("fr")["title"] == "Les gènes"
    assert page.pool.label_in("en") == {"title": "Genes", "path": f"/webinars/{page.slug}/"}


def test_a_later_start_moves_the_release_with_it_and_is_told_to_everybody():
    page = scarce_webinar()
    apply_for_seat(page.pool.pk, UserFactory(), now=NOW + DAY)
    page.starts_at += WEEK
    page.save()
    follow_pages(page.translation_key, now=NOW + 2 * DAY)
    pool = page.pool
    assert (pool.starts_at, pool.releases_at) == (page.starts_at, page.starts_at - WEEK)
    assert Notice.objects.filter(kind=Notice.Kind.MOVED).count() == 1


def test_more_seats_fall_to_who_waits():
    page = scarce_webinar(capacity=1)
    people = [UserFactory() for _number in range(3)]
    for person in people:
        apply_for_seat(page.pool.pk, person, now=NOW + DAY)
    page.capacity = 3
    page.save()
    follow_pages(page.translation_key, now=NOW + 8 * DAY)
    assert Application.objects.filter(state=Application.State.HELD).count() == 2  # one of the two new ones is reserved


@pytest.mark.parametrize("goes", [Page.unpublish, Page.delete])
def test_a_webinar_whose_last_page_goes_is_called_off(goes, django_capture_on_commit_callbacks):
    page = scarce_webinar()
    pool = page.pool
    SeatPool.objects.update(starts_at=FAR)
    apply_for_seat(pool.pk, UserFactory(), now=NOW + DAY)
    with django_capture_on_commit_callbacks(execute=True):
        goes(page)
    pool.refresh_from_db()
    assert pool.closed_at is not None
    assert Notice.objects.filter(kind=Notice.Kind.CANCELLED).count() == 1


def test_one_language_less_calls_nothing_off():
    page = scarce_webinar()
    in_french(page).unpublish()
    follow_pages(page.translation_key, now=NOW)
    assert page.pool is not None


def test_a_webinar_that_is_over_is_not_called_off_when_its_page_goes():
    page = scarce_webinar()
    apply_for_seat(page.pool.pk, UserFactory(), now=NOW + DAY)
    page.unpublish()
    follow_pages(page.translation_key, now=NOW + 40 * DAY)
    assert not Notice.objects.filter(kind=Notice.Kind.CANCELLED).exists()


def test_a_webinar_that_comes_back_gets_new_seats():
    page = scarce_webinar()
    old = page.pool
    close_pool(old.pk, now=NOW)
    assert follow_pages(page.translation_key, now=NOW + DAY) not in (None, old)


def test_seats_that_nobody_applied_for_can_be_taken_away_and_others_stay():
    untouched, wanted = scarce_webinar(), scarce_webinar()
    apply_for_seat(wanted.pool.pk, UserFactory(), now=NOW + DAY)
    for page in (untouched, wanted):
        page.capacity = None
        page.save()
        follow_pages(page.translation_key, now=NOW + DAY)
    assert untouched.pool is None
    assert wanted.pool is not None


def test_the_sweep_finds_what_a_lost_publication_left():
    page = WebinarPageFactory(capacity=3, starts_at=FAR)
    over = scarce_webinar()
    follow_missed_pages()
    assert page.pool is not None
    assert webinars_to_follow(now=NOW + 40 * DAY) == {page.translation_key}
    assert over.translation_key in webinars_to_follow(now=NOW)


def test_one_webinar_that_cannot_follow_keeps_back_no_other(caplog):
    bad = WebinarPageFactory(capacity=3, starts_at=FAR, seats_open_at=FAR + DAY)
    good = WebinarPageFactory(capacity=3, starts_at=FAR)
    follow_missed_pages()
    assert (bad.pool, good.pool is not None) == (None, True)
    assert "does not follow" in caplog.text


def test_what_somebody_asked_for_is_their_newest_application_for_what_is_to_come():
    person, page, other = with_priority(UserFactory()), scarce_webinar(), scarce_webinar(days=20)
    for pool in (page.pool, other.pool):
        apply_for_seat(pool.pk, person, now=NOW + DAY)
    give_up_seat(other.pool.pk, person, now=NOW + DAY)
    again = apply_for_seat(other.pool.pk, person, now=NOW + 2 * DAY)
    found = seats_asked_for(person, now=NOW + 3 * DAY)
    assert [application.pool for application in found] == [other.pool, page.pool]
    assert found[0] == again
    assert seats_asked_for(UserFactory(), now=NOW) == []
    assert [one.pool for one in seats_asked_for(person, now=NOW + 22 * DAY)] == [page.pool]


def test_a_hold_that_has_ended_is_told_as_ended_before_the_sweep_comes():
    page, first, second = scarce_webinar(capacity=1), UserFactory(), UserFactory()
    for person in (first, second):
        apply_for_seat(page.pool.pk, person, now=NOW + DAY)
    held = next(p for p in (first, second) if seats_asked_for(p, now=NOW + 8 * DAY)[0].state == "held")
    assert seats_asked_for(held, now=NOW + 12 * DAY)[0].state == "lapsed"
    other = second if held == first else first
    assert accept_seat(page.pool.pk, other, now=NOW + 12 * DAY).state == "confirmed"


def test_what_somebody_asked_for_costs_the_same_for_2_webinars_and_for_12(django_assert_num_queries):
    person = UserFactory()

    def apply(count):
        for _number in range(count):
            apply_for_seat(scarce_webinar().pool.pk, person, now=NOW + DAY)

    apply(2)
    with django_assert_num_queries(1):
        seats_asked_for(person, now=NOW + DAY)
    apply(10)
    with django_assert_num_queries(1):
        assert len(seats_asked_for(person, now=NOW + DAY)) == 12
