import pytest
from django.utils import timezone

from lms.accounts import zones
from lms.accounts.models import User, time_zones
from tests.factories.accounts import UserFactory
from tests.factories.webinars import webinar_index

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobodys_zone():
    yield
    timezone.deactivate()


@pytest.mark.parametrize(
    ("profile", "chosen", "browsers", "zone"),
    [
        ("Asia/Kathmandu", "Europe/Athens", "America/Sao_Paulo", "Asia/Kathmandu"),
        ("", "Europe/Athens", "America/Sao_Paulo", "Europe/Athens"),
        ("", "", "America/Sao_Paulo", "America/Sao_Paulo"),
        ("", "", "Asia/Katmandu", "Asia/Kathmandu"),
        ("", "Nowhere/Nothing", "America/Sao_Paulo", "America/Sao_Paulo"),
        ("", "../../etc/passwd", "x" * 4000, ""),
        ("", "", "", ""),
    ],
)
def test_the_profile_comes_before_what_was_chosen_and_that_before_the_browser(rf, profile, chosen, browsers, zone):
    request = rf.get("/")
    request.COOKIES = {zones.CHOSEN: chosen, zones.BROWSERS: browsers}
    request.user = UserFactory.build(time_zone=profile)
    assert zones.zone_name_of(request) == zone


def test_cities_are_called_by_names_that_exist():
    assert set(zones.RENAMED.values()) <= time_zones()


def test_utc_that_somebody_chose_is_their_zone_and_utc_of_nobody_is_none():
    zones.activate("")
    assert zones.readers_zone() is None
    zones.activate("UTC")
    assert str(zones.readers_zone()) == "UTC"


# -- Choosing it on a page, without script -------------------------------------------------------------------------


def choose(client, zone, following="/webinars/"):
    return client.post("/time-zone/", {"time_zone": zone, "next": following})


def test_a_guests_choice_is_kept_in_the_browser_and_leads_back(client):
    webinar_index()
    answer = choose(client, "Asia/Kathmandu")
    assert answer["Location"] == "/webinars/"
    assert client.cookies[zones.CHOSEN]["httponly"]
    page = client.get("/time-zone/?next=/webinars/").content.decode()
    assert '<option value="Asia/Kathmandu" selected>' in page


def test_the_choice_of_who_is_signed_in_is_kept_in_the_profile(client):
    person = UserFactory(time_zone="")
    client.force_login(person)
    choose(client, "Europe/Athens")
    assert User.objects.get(pk=person.pk).time_zone == "Europe/Athens"
    assert zones.CHOSEN not in client.cookies


@pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_the_choice_leads_nowhere_else(client, following):
    assert choose(client, "Asia/Kathmandu", following)["Location"] == "/webinars/"


@pytest.mark.parametrize("zone", ["", "Nowhere/Nothing", "\0", "../../etc/passwd"])
def test_a_zone_that_does_not_exist_is_asked_for_again(client, zone):
    answer = choose(client, zone)
    assert answer.status_code == 200
    assert zones.CHOSEN not in client.cookies


def test_the_form_is_valid_html(client, validate_html):
    assert validate_html(client.get("/time-zone/?next=/webinars/").content.decode()) == []
    assert validate_html(choose(client, "nowhere").content.decode()) == []


def test_no_cache_shows_one_readers_hours_to_another(client):
    webinar_index()
    assert "Cookie" in client.get("/webinars/")["Vary"]


def test_who_signs_up_keeps_the_zone_they_read_in(client):
    client.cookies[zones.BROWSERS] = "Asia/Kathmandu"
    password = "Kathmandu-monsoon-42"
    form = {"email": "newcomer@example.org", "password1": password, "password2": password, "accepts_terms": "on"}
    client.post("/accounts/signup/", form)
    assert User.objects.get().time_zone == "Asia/Kathmandu"
