"""Scarce seats as people meet them: on the page of a webinar, on the way in, and among what they have asked for."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from lms.access.models import Application
from lms.access.services.seats import apply_for_seat, settle_pool
from tests.factories.access import with_priority
from tests.factories.accounts import NewcomerFactory, UserFactory
from tests.factories.webinars import WebinarPageFactory, move_windows, scarce_webinar

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
State = Application.State


@pytest.fixture
def webinar():
    """Three seats, of which one is reserved, in thirty days; people can apply since a moment ago."""
    return scarce_webinar(now=timezone.now(), meeting_url="https://meet.example.org/genes")


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def post(client, view, webinar, **data):
    return client.post(reverse(view, args=[webinar.slug]), data, follow=True).content.decode()


def page(client, webinar):
    return client.get(webinar.url).content.decode()


def without_token(text):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def state_of(person):
    return Application.objects.filter(person=person).latest("number").state


def test_before_the_early_opening_the_page_says_from_when_one_can_apply(client, person):
    webinar = scarce_webinar(now=timezone.now(), seats_open_early_at=timezone.now() + DAY)
    assert "You can apply from" in page(client, webinar)
    assert 'data-action="register"' not in page(client, webinar)
    assert "Applications are not open yet." in post(client, "register_for_webinar", webinar)


def test_a_stranger_is_led_through_sign_in_and_sign_up_to_the_application(client, webinar):
    text = page(client, webinar)
    for way in ("login", "signup"):
        assert f"/accounts/{way}/?next=/webinars/{webinar.slug}/register" in text
    way_in = client.get(f"/accounts/login/?next=/webinars/{webinar.slug}/register").content.decode()
    assert f"/accounts/signup/?next=%2Fwebinars%2F{webinar.slug}%2Fregister" in way_in
    late = UserFactory(email="late@example.org")
    EmailAddress.objects.create(user=late, email=late.email, verified=True, primary=True)
    answer = client.post(
        "/accounts/login/",
        {"login": "late@example.org", "password": "genomics-demo", "next": f"/webinars/{webinar.slug}/register"},
    )
    assert answer.headers["Location"] == f"/webinars/{webinar.slug}/register"
    assert 'data-action="register"' in client.get(answer.headers["Location"]).content.decode()


def test_somebody_new_is_asked_for_name_and_country_once(client, webinar):
    person = NewcomerFactory()
    client.force_login(person)
    assert 'name="country"' in post(client, "register_for_webinar", webinar)
    assert "Please check:" in post(client, "register_for_webinar", webinar, name="Ama", country="")
    assert not Application.objects.exists()
    assert "You are on the list" in post(client, "register_for_webinar", webinar, name="Ama", country="GH")
    assert state_of(person) == State.WAITING


def test_who_has_a_place_already_is_led_to_it_instead_of_asked_to_apply(client, person, webinar):
    address = reverse("register_for_webinar", args=[webinar.slug])
    assert 'data-action="register"' in client.get(address).content.decode()
    client.post(address)
    assert client.get(address).headers["Location"] == f"{webinar.url}#seat"


def test_who_has_priority_is_told_of_the_free_seat_gets_it_and_is_told_why(client, person, webinar):
    with_priority(person, now=timezone.now() - DAY)
    assert "A reserved seat is free for you, because you have priority" in page(client, webinar)
    said = post(client, "register_for_webinar", webinar)
    assert "You have a seat" in said
    assert "It is a reserved seat, and it is free for you because you have priority." in said


def test_who_has_no_priority_reads_nothing_of_how_many_reserved_seats_are_free(client, person, webinar):
    before = without_token(page(client, webinar))
    apply_for_seat(webinar.pool.pk, with_priority(UserFactory(), now=timezone.now() - DAY), now=timezone.now())
    assert without_token(page(client, webinar)) == before


def test_before_the_draw_one_is_told_of_it_and_the_secret_stays_sealed(client, person, webinar):
    said = post(client, "register_for_webinar", webinar)
    assert "in an order that is drawn among all who apply before" in said
    assert webinar.pool.salt_sha256 in said
    assert webinar.pool.salt not in said


def test_after_the_draw_everybody_can_check_it(client, webinar):
    move_windows(webinar.pool, earlier=8 * DAY)
    said = page(client, webinar)
    assert webinar.pool.salt in said
    assert webinar.pool.salt_sha256 in said


def test_on_the_list_one_reads_the_place_in_it_and_when_reserved_seats_are_released(client, person, webinar):
    others = [UserFactory() for _number in range(4)]
    for other in others:
        apply_for_seat(webinar.pool.pk, other, now=timezone.now())
    move_windows(webinar.pool, earlier=8 * DAY)
    person.time_zone = "Asia/Kathmandu"
    person.save()
    said = post(client, "register_for_webinar", webinar)
    assert "you are number 3 of 3 on the list, which is the same for everybody" in said
    assert "are released to the whole list on" in said
    assert "Times are those of the zone Asia/Kathmandu." in said


def offered(webinar, person):
    """Bring a webinar to the moment at which one open seat is held for somebody who waited."""
    apply_for_seat(webinar.pool.pk, person, now=timezone.now())
    move_windows(webinar.pool, earlier=8 * DAY)
    settle_pool(webinar.pool.pk, now=timezone.now())


def test_an_offer_is_taken_on_the_page(client, person, webinar):
    offered(webinar, person)
    assert "It is an open seat; you came first on the list" in page(client, webinar)
    assert "You have a seat" in post(client, "accept_webinar_seat", webinar)
    assert state_of(person) == State.CONFIRMED


def test_an_offer_that_was_not_taken_lapses_and_one_can_apply_again(client, person, webinar):
    offered(webinar, person)
    move_windows(webinar.pool, earlier=4 * DAY)
    said = page(client, webinar)  # nobody has looked in between: the page itself lets it lapse
    assert "It was held for you and not taken" in said
    assert "No seat is held for you any more." in post(client, "accept_webinar_seat", webinar)
    assert "You have a seat" in post(client, "register_for_webinar", webinar)  # the list is empty


def test_giving_up_asks_first_and_the_next_gets_the_seat(client, person):
    webinar = scarce_webinar(now=timezone.now(), capacity=1)
    offered(webinar, person)
    post(client, "accept_webinar_seat", webinar)
    waiting = UserFactory()
    apply_for_seat(webinar.pool.pk, waiting, now=timezone.now())
    address = reverse("give_up_webinar_seat", args=[webinar.slug])
    assert "Give your seat back?" in client.get(address).content.decode()
    assert state_of(person) == State.CONFIRMED
    assert "You have given up your place" in post(client, "give_up_webinar_seat", webinar)
    assert state_of(waiting) == State.HELD
    assert client.get(address).headers["Location"] == f"{webinar.url}#seat"


def test_where_seats_are_limited_only_those_with_a_seat_see_the_way_in(client, person, webinar):
    offered(webinar, person)
    pool = webinar.pool
    move_windows(pool, earlier=pool.starts_at - timezone.now() - timedelta(minutes=5))
    Application.objects.update(held_until=pool.starts_at)
    assert 'data-action="join"' not in page(client, webinar)
    post(client, "accept_webinar_seat", webinar)
    assert 'data-action="join"' in page(client, webinar)


@pytest.mark.parametrize("view", ["register_for_webinar", "accept_webinar_seat", "give_up_webinar_seat"])
def test_without_limited_seats_there_is_nothing_to_apply_for(client, person, view):
    assert client.post(reverse(view, args=[WebinarPageFactory().slug])).status_code == 404


def test_my_learning_says_what_to_do_about_a_seat(client, person, webinar):
    offered(webinar, person)
    said = client.get("/my/").content.decode()
    assert "A seat is held for you until" in said
    assert f"/webinars/{webinar.slug}/#seat" in said


def test_a_page_costs_the_same_queries_however_many_wait(client, person, webinar, django_assert_max_num_queries):
    post(client, "register_for_webinar", webinar)
    move_windows(webinar.pool, earlier=8 * DAY)

    def apply(count):
        for _number in range(count):
            apply_for_seat(webinar.pool.pk, UserFactory(), now=timezone.now())

    apply(2)
    page(client, webinar)
    with django_assert_max_num_queries(22) as first:
        page(client, webinar)
    apply(10)
    with django_assert_max_num_queries(len(first.captured_queries)):
        page(client, webinar)
