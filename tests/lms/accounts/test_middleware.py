from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

import lms.urls
from lms.accounts.guards import staff_only
from lms.accounts.middleware import PersonalSettingsMiddleware
from lms.accounts.models import time_zones
from lms.accounts.queries import may_see_insights
from tests.factories.accounts import (
    AdministratorFactory,
    EditorFactory,
    InstructorFactory,
    ProgrammeLeadFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CMS_PAGES = [
    "/cms/",
    "/cms/login/",
    "/cms/login/?next=/cms/users/",
    "/cms/password_reset/",
    "/cms/users/",
    "/cms/no-such-page/",
]
STAFF = [InstructorFactory, EditorFactory, ProgrammeLeadFactory, AdministratorFactory]


@pytest.fixture
def second_factor_optional(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


# -- The CMS ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", CMS_PAGES)
def test_signed_out_the_cms_leads_to_the_academy_s_sign_in_and_back(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={quote(address)}")


@pytest.mark.parametrize("address", CMS_PAGES)
def test_signed_in_without_a_role_there_is_no_cms(client, address):
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("factory", STAFF)
@pytest.mark.usefixtures("second_factor_optional")
def test_staff_enter_the_cms(client, factory):
    client.force_login(factory())
    assert client.get("/cms/").status_code == 200
    assert client.get("/cms/account/").status_code == 200


def test_wagtail_s_own_sign_in_lets_nobody_in(client):
    person = AdministratorFactory()
    client.post("/cms/login/", {"username": person.email, "password": "genomics-demo"})
    assert not get_user(client).is_authenticated


@pytest.mark.usefixtures("second_factor_optional")
def test_a_staff_member_s_settings_in_the_cms_are_saved_without_first_and_last_name(client):
    client.force_login(EditorFactory(name="Editor Number 1"))
    page = client.get("/cms/account/")
    assert "First Name" not in page.content.decode()
    answer = client.post(
        "/cms/account/",
        {
            "theme-theme": "dark",
            "theme-density": "default",
            "theme-contrast": "system",
            "theme-keyboard_shortcuts": "on",
        },
    )
    assert answer.status_code == 302
    person = get_user(client)
    assert person.name == "Editor Number 1"
    assert person.wagtail_userprofile.theme == "dark"


# -- The second factor --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factory", STAFF)
def test_in_production_staff_are_sent_to_set_up_a_second_factor_first(client, settings, factory):
    assert settings.STAFF_SECOND_FACTOR_REQUIRED  # the default wherever DEMO is not set
    person = factory()
    client.force_login(person)
    for answer in (client.get("/cms/"), client.get("/cms/users/"), client.post("/cms/pages/1/delete/")):
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    assert client.get("/cms/").status_code == 200


def test_learners_need_no_second_factor(client):
    client.force_login(UserFactory())
    assert client.get("/my/profile/").status_code == 200


# -- Pages of ours that only staff see ----------------------------------------------------------------------------


@staff_only(may_see_insights)
def figures(request: HttpRequest) -> HttpResponse:
    return HttpResponse("figures")


urlpatterns = [path("figures/", figures), *lms.urls.urlpatterns]


@pytest.fixture
def with_figures(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.usefixtures("with_figures")
class TestStaffOnly:
    def test_signed_out_one_is_led_to_sign_in_and_back(self, client):
        assert client.get("/figures/?month=5")["Location"] == "/accounts/login/?next=/figures/%3Fmonth%3D5"

    @pytest.mark.parametrize("factory", [UserFactory, InstructorFactory, EditorFactory])
    def test_without_the_role_there_is_no_such_page(self, client, factory):
        client.force_login(factory())
        assert client.get("/figures/").status_code == 404

    def test_a_lead_sees_it_once_the_second_factor_is_set_up(self, client):
        lead = ProgrammeLeadFactory()
        client.force_login(lead)
        assert client.get("/figures/")["Location"] == "/accounts/2fa/"
        TOTP.activate(lead, "JBSWY3DPEHPK3PXP")
        assert client.get("/figures/").content == b"figures"

    def test_a_lead_who_has_been_switched_off_is_signed_out(self, client, second_factor_optional):
        lead = ProgrammeLeadFactory()
        client.force_login(lead)
        lead.is_active = False
        lead.save()
        assert client.get("/figures/").status_code == 302


# -- Times --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("zone", "hour"), [("Africa/Addis_Ababa", 15), ("", 12), ("Nowhere/Nothing", 12)])
def test_times_are_shown_in_one_s_own_time_zone(rf, zone, hour):
    noon = datetime(2027, 1, 25, 12, tzinfo=UTC)
    request = rf.get("/")
    request.user = UserFactory.build(time_zone=zone)
    answer = PersonalSettingsMiddleware(lambda request: HttpResponse(timezone.localtime(noon).hour))(request)
    assert answer.content == str(hour).encode()
    timezone.deactivate()


def test_no_page_searches_the_disk_for_time_zones(rf, monkeypatch):
    time_zones()
    monkeypatch.setattr("zoneinfo.available_timezones", lambda: pytest.fail("opens six hundred files"))
    for user in (UserFactory.build(time_zone="Africa/Accra"), AnonymousUser()):
        request = rf.get("/")
        request.user = user
        PersonalSettingsMiddleware(lambda request: HttpResponse())(request)
    timezone.deactivate()


# -- No way around ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/ar", "/fr", "/zh-hans"])
def test_the_insights_have_the_same_door_in_every_language(client, prefix):
    address = f"{prefix}/insights/"
    assert client.get(address)["Location"] == f"{prefix}/accounts/login/?next={quote(address)}"
    client.force_login(InstructorFactory())
    assert client.get(address).status_code == 404
    lead = ProgrammeLeadFactory()
    client.force_login(lead)
    assert client.get(address)["Location"] == f"{prefix}/accounts/2fa/"
    TOTP.activate(lead, "JBSWY3DPEHPK3PXP")
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/fr/cms/", "/CMS/", "/cms%2f", "/./cms/", "/%63ms/", "/fr/cms/login/"])
def test_no_other_spelling_of_the_cms_s_address_opens_it(client, address):
    client.force_login(EditorFactory())  # without a second factor
    answer = client.get(address)
    assert answer.status_code in (302, 404)
    if answer.status_code == 302:
        assert answer["Location"] == "/accounts/2fa/"


def test_a_second_slash_leads_nowhere(client):
    client.force_login(EditorFactory())
    assert client.get("/", PATH_INFO="//cms/").status_code == 404
