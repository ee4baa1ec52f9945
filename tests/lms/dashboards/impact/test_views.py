import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.utils import timezone

from lms.accounts.models import InsightsLimit
from lms.accounts.roles import EDITORS, PROGRAMME_LEADS
from lms.dashboards.impact.models import ImpactSettings
from lms.dashboards.impact.queries import counted, impact
from tests.counts import count_up
from tests.factories.access import UPPER_MIDDLE, loaded
from tests.factories.accounts import ProgrammeLeadFactory, UserFactory
from tests.factories.catalogue import CourseFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.pages import home_page
from tests.factories.progress import enrolled
from tests.worn_style import without_style

pytestmark = pytest.mark.django_db
SWITCH = "/cms/settings/impact/impactsettings/"


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def switched_on():
    ImpactSettings.objects.create(is_public=True)


def enrol(**countries: int) -> None:
    course, month = CourseFactory(), date(2026, 11, 1)
    count_up(((course.pk, country.strip("_"), month, "enrolled"), count) for country, count in countries.items())
    count_up([((course.pk, "GH", month, "certified"), 17)])


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_is_not_there_until_somebody_has_switched_it_on(client):
    assert client.get("/impact/").status_code == 404
    settings = ImpactSettings.objects.create()
    assert client.get("/impact/").status_code == 404
    settings.is_public = True
    settings.save()
    assert client.get("/impact/").status_code == 200
    assert client.get("/fr/impact/").status_code == 200
    assert client.post("/impact/").status_code == 405


@pytest.mark.parametrize(("role", "may"), [(PROGRAMME_LEADS, True), (EDITORS, False)])
def test_a_programme_lead_switches_it_on_and_nobody_else(client, settings, role, may):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    person = UserFactory()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    address = client.get(SWITCH).get("Location") if may else f"{SWITCH}1/"
    client.post(address, {"is_public": "on"})
    assert ImpactSettings.objects.filter(is_public=True).exists() == may


def test_figures_are_of_all_time_in_tens_and_countries_of_ten_and_more():
    enrol(GH=123, NP=31, DE=55, FR=9, __=12)
    shown = counted(now=timezone.now())
    assert shown.enrolments == 230
    assert shown.countries == 3
    assert shown.certificates == 10
    assert shown.low_resource_percent == round(100 * (123 + 31) / (123 + 31 + 55 + 9))


def test_the_newest_country_data_in_force_says_what_a_low_resource_environment_is():
    enrol(GH=50, DE=50)
    now = timezone.now()
    rich = {"GH": UPPER_MIDDLE}
    loaded(now.date() + timedelta(days=1), rich)
    assert counted(now=now).low_resource_percent == 50
    assert counted(now=now + timedelta(days=2)).low_resource_percent is None


def test_a_learner_of_two_courses_is_one_learner_and_an_erased_one_none():
    first, second = course_with_lessons(1), course_with_lessons(1)
    people = [UserFactory() for _ in range(10)]
    for person in people:
        enrolled(first, person)
        enrolled(second, person)
    assert counted(now=timezone.now()).learners == 10
    people[0].enrolments.update(erased_at=timezone.now())
    assert counted(now=timezone.now()).learners is None


def test_few_people_are_not_shown(client, switched_on):
    enrol(GH=9)
    page = words(client.get("/impact/").text)
    assert page.count("too few to be shown yet") == 3  # certificates of seventeen are


def test_figures_are_kept_for_an_hour_and_the_page_says_of_when_they_are(client, switched_on):
    enrol(GH=40)
    now = timezone.now()
    assert impact(now=now).enrolments == 40
    enrol(GH=40)
    assert impact(now=now + timedelta(minutes=59)).as_of == now
    assert re.search(r"Counted on \d+ \w+ \d{4}, [\d:.]+( [ap]\.m\.)? UTC;", words(client.get("/impact/").text))
    cache.clear()
    assert impact(now=now).enrolments == 80


def test_a_page_kept_asks_for_no_figures_again(client, switched_on, django_assert_num_queries):
    client.get("/impact/")
    with django_assert_num_queries(1):
        client.get("/impact/")


@pytest.mark.parametrize("path", ["/impact/", "/ar/impact/"])
@pytest.mark.parametrize("people", [3, 3000])
def test_the_page_is_valid_light_and_without_script(client, switched_on, validate_html, path, people):
    enrol(GH=people, DE=people)
    page = client.get(path).text
    assert validate_html(page) == []
    assert not re.search(r"<style|<script| style=| on\w+=", without_style(page))
    assert len(without_style(page).encode()) < 20_000


def test_the_home_page_and_the_insights_lead_to_it_once_it_is_on(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    home = home_page().url
    assert "/impact/" not in client.get(home).text
    client.force_login(ProgrammeLeadFactory())
    assert SWITCH in client.get("/insights/").text
    ImpactSettings.objects.create(is_public=True)
    cache.clear()
    assert 'href="/impact/"' in client.get(home).text
    assert 'href="/impact/"' in client.get("/insights/").text


def test_whoever_may_not_switch_it_on_is_not_led_there(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    limited = ProgrammeLeadFactory()
    InsightsLimit.objects.create(person=limited, country="GH")
    client.force_login(limited)
    assert "impact" not in client.get("/insights/").text
