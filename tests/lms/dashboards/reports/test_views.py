import pytest
from django.contrib.auth.models import Group
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from lms.accounts.models import InsightsLimit
from lms.accounts.roles import PROGRAMME_LEADS
from lms.dashboards.reports.errors import TooManyViews
from lms.dashboards.reports.models import SavedView
from lms.dashboards.reports.services import MOST_VIEWS, save_view
from tests.counts import count_up
from tests.factories.accounts import UserFactory
from tests.factories.catalogue import CourseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    lead = UserFactory()
    lead.groups.add(Group.objects.get(name=PROGRAMME_LEADS))
    return lead


@pytest.fixture
def lead_client(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def course():
    course = CourseFactory()
    count_up([((course.pk, "GH", timezone.now().date().replace(day=1), "enrolled"), 40)])
    return course


def save(client, query: str, name: str = "Mine"):
    return client.post("/insights/views/", {"name": name, "query": query}, follow=True)


def shown_to(person, query: str = "") -> str:
    request = RequestFactory().get("/insights/")
    request.user = person
    template = Template("{% load report_tags %}{% saved_views query %}")
    return template.render(Context({"request": request, "query": query, "csrf_token": "x" * 64}))


def test_the_filters_in_use_are_found_again_under_their_name(lead, lead_client, course):
    query = f"?course={course.pk}&country=GH"
    answer = save(lead_client, query, "Ghana & genes")
    assert answer.redirect_chain[-1][0] == f"/insights/{query}"
    assert "The view “Ghana &amp; genes” is saved." in answer.text
    assert f'href="/insights/?course={course.pk}&amp;country=GH"' in shown_to(lead)
    assert "Ghana &amp; genes" in shown_to(lead)


@pytest.mark.parametrize(
    "query", ["?nonsense=1&course=99999", "country=%3Cscript%3E", "period=2026-13", "%FF%FE", "///"]
)
def test_filters_that_do_not_exist_are_not_saved(lead, lead_client, course, query):
    save(lead_client, query)
    assert lead.saved_views.get().filters == {}


def test_a_limited_lead_saves_nothing_beyond_the_limit(lead, lead_client, course):
    InsightsLimit.objects.create(person=lead, country="NP")
    save(lead_client, "?country=GH&course=1")
    assert "country" not in lead.saved_views.get().filters


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\x00"])
def test_a_view_without_a_fit_name_is_not_saved(lead, lead_client, name):
    answer = save(lead_client, "", name)
    assert answer.status_code == 200
    assert not lead.saved_views.exists()


def test_saving_again_under_a_name_takes_the_place_of_what_was_there(lead, lead_client, course):
    save(lead_client, "")
    save(lead_client, "?country=GH")
    assert lead.saved_views.get().filters == {"country": "GH"}


def test_one_person_saves_twenty_views_and_no_more(lead):
    for number in range(MOST_VIEWS):
        save_view(lead, name=f"{number}", filters={}, now=timezone.now())
    save_view(lead, name="0", filters={}, now=timezone.now())
    with pytest.raises(TooManyViews):
        save_view(lead, name="one more", filters={}, now=timezone.now())
    assert lead.saved_views.count() == MOST_VIEWS


def test_a_view_is_seen_and_deleted_by_whose_it_is_alone(lead, lead_client):
    anothers = save_view(UserFactory(), name="Theirs", filters={}, now=timezone.now())
    mine = save_view(lead, name="Mine", filters={}, now=timezone.now())
    assert "Theirs" not in shown_to(lead)
    assert lead_client.post(f"/insights/views/{anothers.pk}/delete").status_code == 404
    assert lead_client.post(f"/insights/views/{mine.pk}/delete").status_code == 302
    assert list(SavedView.objects.all()) == [anothers]


def test_views_are_saved_and_deleted_by_posting_alone(lead_client):
    assert lead_client.get("/insights/views/").status_code == 405


def test_the_list_asks_one_query_however_many_there_are(lead, django_assert_num_queries):
    for number in range(MOST_VIEWS):
        save_view(lead, name=f"{number}", filters={}, now=timezone.now())
    with django_assert_num_queries(1):
        shown_to(lead)
