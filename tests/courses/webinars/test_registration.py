"""Registering for a webinar that everybody may come to, and going in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.webinars.models import Join, Registration, Webinar
from courses.webinars.queries import pools_not_followed
from courses.webinars.services import registrations
from courses.webinars.services.following import follow_pages
from courses.webinars.tasks import follow_missed_seats
from lms.access.services.seats import accept_seat, apply_for_seat
from lms.accounts.models import User
from lms.measures.models import MilestoneDelta
from lms.measures.services import SUBJECT_COLUMNS
from tests.factories.access import with_priority
from tests.factories.accounts import EditorFactory, InstitutionFactory, InstructorFactory, UserFactory
from tests.factories.webinars import WebinarPageFactory, dated_webinar, scarce_webinar

pytestmark = pytest.mark.django_db
MEETING = "https://meet.example.org/genes"


def page_in(minutes: int, **fields):
    return WebinarPageFactory(starts_at=timezone.now() + timedelta(minutes=minutes), meeting_url=MEETING, **fields)


@pytest.fixture
def person(client):
    person = UserFactory(name="Learner Example", country="NP")
    client.force_login(person)
    return person


def test_one_click_registers_and_a_second_changes_nothing(client, person):
    page = page_in(600)
    assert "Everybody may come" in client.get(page.url).content.decode()
    for _click in range(2):
        answer = client.post(f"{page.url}register", follow=True).content.decode()
        assert "You are registered" in answer
    assert Registration.objects.get().person == person


@pytest.mark.parametrize("is_scarce", [False, True])
def test_what_somebody_is_counted_by_is_copied_as_it_is_when_they_register(is_scarce):
    now = timezone.now()
    institution = InstitutionFactory()
    person = UserFactory(country="NP", profession="nurse", language="fr", institution=institution, lite_pages=True)
    with_priority(person, now=now)
    if is_scarce:
        pool = scarce_webinar(now=now).pool
        if apply_for_seat(pool.pk, person, now=now).state == "held":
            accept_seat(pool.pk, person, now=now)
        registrations.follow_seats(pool.pk, now=now)
    else:
        registrations.register(dated_webinar(now=now), person, now=now)
    User.objects.update(country="DE", profession="teacher", institution=None, language="es", lite_pages=False)
    row = Registration.objects.get()
    assert (row.country, row.language, row.tier) == ("NP", "fr", "P")
    assert (row.profession, row.device, row.institution_id) == ("nurse", "lite", institution.pk)
    delta = MilestoneDelta.objects.get()
    assert all(getattr(delta, name) == getattr(row.subject, name) for name in SUBJECT_COLUMNS)


def test_name_and_country_are_asked_for_on_the_way(client):
    client.force_login(UserFactory(name="", country=""))
    page = page_in(600)
    assert "Two things first" in client.get(f"{page.url}register").content.decode()
    client.post(f"{page.url}register")
    assert not Registration.objects.exists()
    client.post(f"{page.url}register", {"name": "Learner Example", "country": "NP"})
    assert Registration.objects.get().person.country == "NP"


def test_a_stranger_is_led_to_sign_in_and_back(client):
    page = page_in(600)
    answer = client.get(f"{page.url}register")
    assert answer["Location"] == f"/accounts/login/?next={page.url}register"
    assert f"/accounts/signup/?next={page.url}register" in client.get(page.url).content.decode()


def test_a_registration_is_cancelled_after_a_question_and_can_be_made_again(client, person):
    page = page_in(600)
    client.post(f"{page.url}register")
    assert "Cancel your registration?" in client.get(f"{page.url}cancel").content.decode()
    assert "Everybody may come" in client.post(f"{page.url}cancel", follow=True).content.decode()
    assert client.get(f"{page.url}cancel").status_code == 302
    client.post(f"{page.url}register")
    assert (Registration.objects.live().get().turn, Registration.objects.count()) == (2, 1)


def test_nobody_registers_for_what_is_over_or_called_off(client, person):
    over = page_in(-61)
    client.post(f"{over.url}register")
    off = dated_webinar(now=timezone.now())
    off.page.unpublish()
    follow_pages(off.translation_key, now=timezone.now())
    with pytest.raises(registrations.NotOpen):
        registrations.register(off, person, now=timezone.now())
    assert client.get(f"{off.page.url}register").status_code == 404
    assert not Registration.objects.exists()


def test_the_door_leads_who_is_registered_to_the_meeting_and_notes_it(client, person):
    page = page_in(14)
    assert client.get(f"{page.url}join")["Location"] == f"{page.url}#seat"
    client.post(f"{page.url}register")
    shown = client.get(page.url).content.decode()
    assert f'href="{page.url}join"' in shown
    assert MEETING not in shown
    assert client.get(f"{page.url}join")["Location"] == MEETING
    assert Join.objects.get().registration.person == person
    assert client.head(f"{page.url}join").status_code == 405


@pytest.mark.parametrize("minutes", [16, -61])
def test_the_door_is_closed_before_and_after(client, person, minutes):
    page = page_in(minutes)
    follow_pages(page.translation_key, now=timezone.now() - timedelta(hours=3))
    registrations.register(Webinar.objects.get(), person, now=timezone.now() - timedelta(hours=3))
    assert "The door opens 15 minutes before" in client.get(f"{page.url}join", follow=True).content.decode()
    assert not Join.objects.exists()


@pytest.mark.parametrize(("minutes", "is_shown"), [(29, True), (31, False), (-61, False)])
def test_an_organiser_comes_in_as_host_from_half_an_hour_before(client, minutes, is_shown):
    page = page_in(minutes)
    follow_pages(page.translation_key, now=timezone.now() - timedelta(hours=3))
    Webinar.objects.get().organisers.add(organiser := InstructorFactory())
    for person, may in ((organiser, is_shown), (EditorFactory(), False), (UserFactory(), False)):
        client.force_login(person)
        assert (f'href="{page.url}join"' in client.get(page.url).content.decode()) == may
        assert (client.get(f"{page.url}join")["Location"] == MEETING) == may
    assert not Join.objects.exists()


def test_a_stranger_at_the_door_signs_in_first(client):
    page = page_in(10)
    assert client.get(f"{page.url}join")["Location"] == f"/accounts/login/?next={page.url}join"


def test_without_an_address_the_door_says_so(client, person):
    page = page_in(10)
    page.meeting_url = ""
    page.save()
    client.post(f"{page.url}register")
    assert "has not said yet where" in client.get(f"{page.url}join", follow=True).content.decode()


def test_my_learning_lists_what_i_am_registered_for(client, person):
    page, other = page_in(600, title="Doses"), page_in(600, title="Genes")
    client.post(f"{page.url}register")
    shown = client.get("/my/").content.decode()
    assert f'<a href="{page.url}">Doses</a>' in shown
    assert "You are registered." in shown
    assert other.url not in shown


def test_a_seat_taken_a_moment_ago_opens_the_door(client, person):
    now = timezone.now()
    page = scarce_webinar(now=now, days=30, meeting_url=MEETING)
    with_priority(person, now=now)
    application = apply_for_seat(page.pool.pk, person, now=now)
    if application.state == "held":
        accept_seat(page.pool.pk, person, now=now)
    Webinar.objects.update(starts_at=now + timedelta(minutes=5), ends_at=now + timedelta(hours=1))
    assert client.get(f"{page.url}join")["Location"] == MEETING
    assert Registration.objects.get().person == person


def test_the_sweep_registers_who_has_a_seat():
    now = timezone.now()
    page, person = scarce_webinar(now=now), with_priority(UserFactory(), now=now)
    if apply_for_seat(page.pool.pk, person, now=now).state == "held":
        accept_seat(page.pool.pk, person, now=now)
    assert pools_not_followed(now=now) == [page.pool.pk]
    follow_missed_seats()
    assert Registration.objects.get().person == person
    assert pools_not_followed(now=now) == []


def test_what_comes_back_without_limited_seats_is_open_to_everybody():
    now = timezone.now()
    page = scarce_webinar(now=now)
    apply_for_seat(page.pool.pk, UserFactory(), now=now)
    for live, capacity in ((False, 3), (True, None)):
        page.live, page.capacity = live, capacity
        page.save()
        follow_pages(page.translation_key, now=now)
    webinar = Webinar.objects.get()
    assert not webinar.has_limited_seats
    assert registrations.register(webinar, UserFactory(), now=now).ended_at is None


def test_seats_cannot_be_limited_once_somebody_is_registered():
    now = timezone.now()
    webinar = dated_webinar(now=now)
    registrations.register(webinar, UserFactory(), now=now)
    webinar.page.capacity = 3
    webinar.page.save()
    assert follow_pages(webinar.translation_key, now=now) is None
    assert Registration.objects.live().exists()
