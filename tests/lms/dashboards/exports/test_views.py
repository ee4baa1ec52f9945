from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.accounts.models import InsightsLimit
from lms.dashboards.exports import tasks
from lms.dashboards.exports.models import Export
from tests.factories.accounts import AdministratorFactory, EditorFactory, ProgrammeLeadFactory, UserFactory
from tests.factories.enrolment import ContractFactory
from tests.factories.exports import ExportFactory, learners_in, ready_export

pytestmark = pytest.mark.django_db

PAGE = "/insights/exports/"


@pytest.fixture
def lead(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return ProgrammeLeadFactory(name="Ama Example")


@pytest.fixture
def lead_client(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def rung(monkeypatch):
    """How often a worker was rung for."""
    rings = []
    monkeypatch.setattr(tasks.make_next, "delay_on_commit", lambda: rings.append(1))
    return rings


def address(export: Export) -> str:
    return f"{PAGE}{export.key}/"


def test_whoever_may_not_see_insights_finds_nothing_here(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    for person in (UserFactory(), EditorFactory()):
        client.force_login(person)
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, {"file_format": "csv"}).status_code == 404
    assert not Export.objects.exists()


def test_a_lead_asks_for_a_file_and_a_worker_is_rung_for(lead_client, lead, rung):
    contract = ContractFactory(course__title="Genes & dangers")
    learners_in(contract, "GH", 1)
    response = lead_client.post(PAGE, {"course": contract.course_id, "file_format": "xlsx"}, follow=True)
    export = Export.objects.get()
    assert (export.asked_by, export.filters, export.file_format) == (lead, {"course": contract.course_id}, "xlsx")
    assert rung == [1]
    assert "Genes &amp; dangers · All countries" in response.text
    assert "data-unfinished" in response.text
    assert "exports.js" in response.text


@pytest.mark.parametrize(
    "wrong", [{"course": "0"}, {"course": "x"}, {"country": "=1"}, {"file_format": "pdf"}, {"file_format": ""}]
)
def test_what_is_not_on_offer_is_refused_at_the_form(lead_client, rung, wrong):
    response = lead_client.post(PAGE, {"file_format": "csv", **wrong})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.text
    assert not Export.objects.exists()


def test_a_fourth_unfinished_one_is_refused_in_words(lead_client, lead, rung):
    ExportFactory.create_batch(3, asked_by=lead, filters={"course": 1})
    response = lead_client.post(PAGE, {"file_format": "csv"})
    assert "Three of your exports are not made yet." in response.text
    assert Export.objects.count() == 3


def test_how_far_it_is_stands_in_the_list(lead_client, lead):
    lease = {"lease": uuid4(), "leased_until": timezone.now() + timedelta(minutes=1)}
    ExportFactory(asked_by=lead, state="working", rows_done=45_000, rows_total=120_000, **lease)
    part = lead_client.get(f"{PAGE}?live=1").text
    assert "45,000 of 120,000 rows, 37%" in part
    assert 'value="45000"' in part
    assert "<html" not in part


def test_the_asker_fetches_the_file(lead_client, lead):
    export = ready_export(lead)
    assert address(export) in lead_client.get(PAGE).text
    response = lead_client.get(address(export))
    assert response.streaming
    assert b"".join(response.streaming_content) == b"\xef\xbb\xbfCourse,\r\nGenes,\r\n"
    name = f"genomed-progress-{timezone.now():%Y-%m-%d}-for-ama-example-{export.pk}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize("somebody", [ProgrammeLeadFactory, AdministratorFactory])
def test_another_leads_file_is_not_there(client, lead, somebody):
    export = ready_export(lead)
    client.force_login(somebody())
    assert client.get(address(export)).status_code == 404
    assert str(export.key) not in client.get(PAGE).text


def test_whoever_is_no_lead_any_more_finds_their_file_gone(lead_client, lead):
    export = ready_export(lead)
    lead.groups.clear()
    assert lead_client.get(address(export)).status_code == 404


def test_whoever_is_limited_since_finds_only_what_was_made_within_the_limit(lead_client, lead):
    of_all, of_nepal = ready_export(lead), ready_export(lead, limit_country="NP")
    InsightsLimit.objects.create(person=lead, country="NP")
    assert lead_client.get(address(of_all)).status_code == 404
    assert lead_client.get(address(of_nepal)).status_code == 200
    page = lead_client.get(PAGE).text
    assert str(of_nepal.key) in page
    assert str(of_all.key) not in page


def test_an_expired_file_says_so_and_how_to_ask_again(lead_client, lead):
    export = ready_export(lead, expires_at=timezone.now() - timedelta(seconds=1))
    response = lead_client.get(address(export))
    assert response.status_code == 410
    assert "Ask for it again" in response.text
    assert f'href="{PAGE}"' in response.text
    assert "Expired" in lead_client.get(PAGE).text


def test_what_is_not_ready_leads_back_to_the_list(lead_client, lead):
    failed = ExportFactory(asked_by=lead, state="failed", reason="fault", expires_at=timezone.now())
    for export in (ExportFactory(asked_by=lead), failed):
        assert lead_client.get(address(export))["Location"] == PAGE
    assert "Something went wrong three times" in lead_client.get(PAGE).text


def test_an_address_that_was_made_up_is_not_there(lead_client):
    assert lead_client.get(f"{PAGE}{uuid4()}/").status_code == 404
    assert lead_client.get(f"{PAGE}1/").status_code == 404


def test_the_page_asks_the_same_number_of_queries_for_2_files_and_20(lead_client, lead):
    counts = []
    for number in (2, 18):
        ExportFactory.create_batch(number, asked_by=lead)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            lead_client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_pages_are_valid_html(lead_client, lead, validate_html):
    lease = {"lease": uuid4(), "leased_until": timezone.now()}
    ExportFactory(asked_by=lead, state="working", rows_done=5, rows_total=10, **lease)
    ExportFactory(asked_by=lead, state="failed", reason="lost", expires_at=timezone.now())
    ready_export(lead)
    assert validate_html(lead_client.get(PAGE).text) == []
    gone = ready_export(lead, expires_at=timezone.now())
    assert validate_html(lead_client.get(address(gone)).text) == []
