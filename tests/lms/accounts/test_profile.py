import brotli
import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from lms.accounts.forms import EnrolmentDetailsForm
from lms.accounts.models import Institution, Profession, User
from lms.accounts.queries import is_editor, suggested_institutions
from lms.accounts.roles import EDITORS
from tests.factories.accounts import AdministratorFactory, InstitutionFactory, NewcomerFactory, UserFactory

pytestmark = pytest.mark.django_db

DETAILS = {
    "name": "Learner Number One",
    "country": "NP",
    "profession": Profession.NURSE,
    "institution_name": "Example Hospital of Nowhere",
    "language": "en",
    "time_zone": "Asia/Kathmandu",
    "lite_pages": "on",
}


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def save(client, **changes):
    return client.post(reverse("profile"), {**DETAILS, **changes})


def test_signed_out_the_profile_leads_to_sign_in(client):
    assert client.get("/my/profile/")["Location"] == "/accounts/login/?next=/my/profile/"


def test_a_profile_is_saved_and_shown_again(client, person):
    assert save(client)["Location"] == "/my/profile/"
    person.refresh_from_db()
    assert (person.name, person.country.code, person.profession) == ("Learner Number One", "NP", "nurse")
    assert (person.time_zone, person.lite_pages) == ("Asia/Kathmandu", True)
    assert (person.institution.name, person.institution.country.code) == ("Example Hospital of Nowhere", "NP")
    page = client.get("/my/profile/").content.decode()
    assert "Your profile is saved." in page
    assert "Example Hospital of Nowhere" in page


def test_the_profile_is_valid_html_with_and_without_mistakes(client, person, validate_html):
    InstitutionFactory(name="Example Hospital", country="GH")
    assert validate_html(client.get("/my/profile/").content.decode()) == []
    assert validate_html(save(client, name="", institution_name="\u2066").content.decode()) == []


def test_the_profile_comes_with_its_style_in_ten_packets(client, person):
    assert len(brotli.compress(client.get("/my/profile/").content)) < 14_600


def test_choosing_a_language_goes_on_in_it(client, person):
    assert save(client, language="fr")["Location"] == "/fr/my/profile/"


def test_kosovo_can_be_chosen(client, person):
    assert 'value="XK"' in client.get("/my/profile/").content.decode()
    save(client, country="XK")
    person.refresh_from_db()
    assert person.country.name == "Kosovo"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "x" * 10_000, "at most 120 characters"),
        ("name", "", "This field is required"),
        ("name", "Exa\u202emple", "right-to-left override"),
        ("name", "Example\0", "Null characters"),
        ("name", "😀 Example", "cannot contain"),
        ("name", "...", "at least one letter"),
        ("name", "e" + "\u0301" * 30, "too many accents"),
        ("country", "ZZ", "Select a valid choice"),
        ("country", "", "This field is required"),
        ("profession", "astrologer", "Select a valid choice"),
        ("institution_name", "x" * 10_000, "at most 200 characters"),
        ("institution_name", "\u2066Example", "cannot contain"),
        ("language", "xx", "Select a valid choice"),
        ("time_zone", "Mars/Olympus", "Select a valid choice"),
    ],
)
def test_hostile_input_is_refused_with_its_reason_and_nothing_is_half_saved(client, person, field, value, message):
    answer = save(client, **{field: value})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    unchanged = User.objects.get()
    assert (unchanged.name, unchanged.country, unchanged.lite_pages) == (person.name, person.country, False)
    assert not Institution.objects.exists()


def test_markup_in_a_name_is_shown_as_text(client, person):
    # "<" is a symbol and refused; what is left of HTML is escaped.
    save(client, institution_name="Example\" & Sons'")
    page = client.get("/my/profile/").content.decode()
    assert "Example&quot; &amp; Sons&#x27;" in page


def test_name_and_country_once_given_cannot_be_emptied_but_a_newcomer_may_leave_them(client):
    client.force_login(NewcomerFactory())
    assert save(client, name="", country="", institution_name="").status_code == 302
    assert save(client, name="", country="").status_code == 200  # an institution needs its country


# -- Institutions -------------------------------------------------------------------------------------------------


def test_a_verified_institution_is_found_whatever_its_capitals(client, person):
    hospital = InstitutionFactory(name="Example Hospital", country="NP")
    save(client, institution_name="example HOSPITAL")
    person.refresh_from_db()
    assert person.institution == hospital


def test_an_institution_nobody_has_named_yet_is_kept_for_staff_to_check(client, person):
    save(client)
    assert not Institution.objects.get().is_verified
    assert suggested_institutions("NP") == []


def test_one_person_cannot_pile_up_institutions(client, person):
    for number in range(5):
        save(client, institution_name=f"Example Hospital {number}")
    assert [institution.name for institution in Institution.objects.all()] == ["Example Hospital 4"]
    save(client, institution_name="")
    assert not Institution.objects.exists()


def test_an_institution_that_others_use_or_staff_have_checked_stays(client, person):
    save(client)
    UserFactory(institution=Institution.objects.get())
    verified = InstitutionFactory(name="Example University", country="NP")
    save(client, institution_name="Example University")
    save(client, institution_name="")
    assert verified in Institution.objects.all()
    assert Institution.objects.count() == 2


def test_suggestions_are_the_verified_ones_of_one_s_country(client, person):
    InstitutionFactory(name="Example Hospital of Ghana", country="GH")
    InstitutionFactory(name="Example Hospital of Nepal", country="NP")
    page = client.get("/my/profile/").content.decode()
    assert '<option value="Example Hospital of Ghana">' in page
    assert "Example Hospital of Nepal" not in page


@pytest.mark.parametrize("institutions", [2, 20])
def test_the_profile_asks_the_same_number_of_queries_for_2_institutions_and_20(
    client, person, institutions, django_assert_max_num_queries
):
    InstitutionFactory.create_batch(institutions, country="GH")
    with django_assert_max_num_queries(8):
        client.get("/my/profile/")


# -- At the first enrolment ---------------------------------------------------------------------------------------


def test_the_first_enrolment_asks_for_name_and_country_and_takes_no_nonsense():
    newcomer = NewcomerFactory()
    assert set(EnrolmentDetailsForm({}, instance=newcomer).errors) == {"name", "country"}
    assert "name" in EnrolmentDetailsForm({"name": "\u202eexample", "country": "NP"}, instance=newcomer).errors
    form = EnrolmentDetailsForm({"name": " Jose\u0301  Example ", "country": "NP"}, instance=newcomer)
    assert form.is_valid()
    assert form.save().name == "José Example"


@pytest.fixture
def administrator(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    administrator = AdministratorFactory()
    client.force_login(administrator)
    return administrator


def test_the_cms_shows_and_refuses_the_same_names(client, administrator):
    other = UserFactory()
    address = reverse("wagtailusers_users:edit", args=[other.pk])
    assert f'value="{other.name}"' in client.get(address).content.decode()
    answer = client.post(address, {"email": other.email, "name": "Exa\u202emple", "country": "GH", "is_active": "on"})
    assert "right-to-left override" in answer.content.decode()
    other.refresh_from_db()
    assert "\u202e" not in other.name


def test_an_administrator_makes_and_changes_a_person_in_the_cms(client, administrator):
    password = {"password1": "a-long-enough-sentence", "password2": "a-long-enough-sentence"}
    new = {"email": "new@example.org", "name": "Editor Number 1", "country": "GH", **password}
    answer = client.post(reverse("wagtailusers_users:add"), new)
    assert answer.status_code == 302, answer.context["form"].errors
    person = User.objects.get(email="new@example.org")
    editors = Group.objects.get(name=EDITORS)
    answer = client.post(
        reverse("wagtailusers_users:edit", args=[person.pk]),
        {"email": person.email, "name": "Editor Number 2", "is_active": "on", "groups": [editors.pk]},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    person.refresh_from_db()
    assert person.name == "Editor Number 2"
    assert is_editor(person)
    assert person.check_password("a-long-enough-sentence")
