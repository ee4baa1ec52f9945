"""What organisers of a webinar see of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.webinars.services.registrations import register
from tests.factories.accounts import InstructorFactory, UserFactory
from tests.factories.webinars import NOW, dated_webinar

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(settings, client):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    organiser = InstructorFactory()
    client.force_login(organiser)
    return organiser


def organised(organiser, **fields):
    webinar = dated_webinar(**fields)
    webinar.organisers.add(organiser)
    return webinar


def page(client, webinar, more=""):
    return client.get(f"/teach/webinars/{webinar.pk}/{more}").content.decode()


def queries_of(client, path):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_the_list_leads_to_the_webinars_one_organises_and_to_no_others(client, organiser):
    mine, other = organised(organiser, title="Mine & ours"), dated_webinar(title="Not mine")
    register(mine, UserFactory(), now=NOW)
    text = client.get("/teach/webinars/").content.decode()
    assert "Mine &amp; ours" in text
    assert f'href="/teach/webinars/{mine.pk}/"' in text
    assert "Not mine" not in text
    assert client.get(f"/teach/webinars/{other.pk}/").status_code == 404
    assert client.get(f"/teach/webinars/{other.pk}/attendance/").status_code == 404


def test_who_organises_none_reads_how_one_becomes_an_organiser(client, organiser):
    assert "You organise no webinar yet" in client.get("/teach/webinars/").content.decode()


def test_the_teaching_view_leads_to_the_webinars(client, organiser):
    assert 'href="/teach/webinars/"' in client.get("/teach/").content.decode()


def test_the_pages_of_a_webinar_lead_to_each_other(client, organiser):
    webinar = organised(organiser)
    attendance = f"/teach/webinars/{webinar.pk}/attendance/"
    assert f'href="{attendance}"' in page(client, webinar)
    assert f'href="/teach/webinars/{webinar.pk}/"' in client.get(attendance).content.decode()


def test_the_list_costs_the_same_for_two_webinars_and_for_twenty(client, organiser):
    for _number in range(2):
        organised(organiser)
    client.get("/teach/webinars/")
    few = queries_of(client, "/teach/webinars/")
    for _number in range(18):
        register(organised(organiser), UserFactory(), now=NOW)
    assert queries_of(client, "/teach/webinars/") == few
