"""What organisers read of the feedback on a webinar."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.webinars.models import Feedback
from courses.webinars.services.registrations import register
from lms.dashboards.webinars.feedback import opinions_on
from tests.factories.accounts import InstructorFactory, UserFactory
from tests.factories.webinars import NOW, dated_webinar

pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar(settings, client):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    webinar, organiser = dated_webinar(), InstructorFactory()
    webinar.organisers.add(organiser)
    client.force_login(organiser)
    return webinar


def answered(webinar, people: int, **said) -> None:
    for number in range(people):
        registration = register(webinar, UserFactory(name=f"Secret {number}", password="!"), now=NOW)
        answers = {"useful": 4, "level": 3, "recommend": 5, "good": f"<b>Case {number}</b>", **said}
        Feedback.objects.create(registration=registration, given_at=NOW, **answers)


def read(client, webinar) -> str:
    return client.get(f"/teach/webinars/{webinar.pk}/feedback/").text


def test_of_fewer_than_five_answers_nothing_is_shown(client, webinar):
    answered(webinar, 4)
    text = read(client, webinar)
    assert "4 people have answered" in text
    assert "nothing is shown before 5 have" in text
    assert "Was it useful" not in text
    assert "Case" not in text


def test_of_five_the_spread_the_mean_and_the_texts_are_shown_without_names(client, webinar, validate_html):
    answered(webinar, 4)
    answered(webinar, 1, useful=1, good="")
    answered(dated_webinar(), 1, good="Of another webinar")
    useful = opinions_on(webinar).scales[0]
    assert useful.mean == pytest.approx(3.4)
    assert [number for _word, number in useful.steps] == [1, 0, 0, 4, 0]
    text = read(client, webinar)
    assert text.count("&lt;b&gt;Case") == 4
    assert "Nobody wrote anything here." in text
    for secret in ("Secret", "@example.org", "Of another webinar"):
        assert secret not in text
    assert validate_html(text) == []


def test_texts_stand_in_the_same_order_at_each_visit_which_is_not_that_of_the_people(webinar, monkeypatch):
    answered(webinar, 20)
    [(_question, texts), _changes] = opinions_on(webinar).texts
    assert texts == opinions_on(webinar).texts[0][1]
    assert texts != sorted(texts, key=lambda text: int(text[8:-4]))
    monkeypatch.setattr("lms.dashboards.webinars.feedback.MOST_TEXTS", 7)
    assert opinions_on(webinar).texts[0][1] == texts[:7]


def test_many_answers_cost_as_many_queries_as_few(client, webinar):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            read(client, webinar)
        return len(found)

    answered(webinar, 5)
    asked()
    few = asked()
    answered(webinar, 20)
    assert asked() == few
