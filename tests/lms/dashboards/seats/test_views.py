"""Scarce seats as organisers and programme leads see them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.webinars.models import Webinar
from lms.access.models import Application
from lms.access.services.pools import open_pool
from lms.access.services.seats import apply_for_seat, settle_pool
from lms.accounts.models import InsightsLimit
from lms.dashboards.seats import queries
from tests.factories.access import with_priority
from tests.factories.accounts import EditorFactory, ProgrammeLeadFactory, UserFactory
from tests.factories.cohorts import cohort_around
from tests.factories.webinars import scarce_webinar
from tests.worn_style import without_style

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def a_pool(*, capacity=30, opened_days_ago=1, **fields):
    now = timezone.now()
    opens_at = now - opened_days_ago * DAY
    return open_pool(
        capacity=capacity,
        opens_early_at=opens_at - 8 * DAY,
        opens_at=opens_at,
        releases_at=opens_at + 10 * DAY,
        starts_at=opens_at + 20 * DAY,
        labels={"en": {"title": "Reading a report", "path": "/"}},
        now=now,
        **fields,
    )


def applied(pool, *, priority, standard, country="NP"):
    now = timezone.now()
    people = [UserFactory(country=country) for _number in range(priority + standard)]
    for number, person in enumerate(people):
        if number < priority:
            with_priority(person, now=now)
        apply_for_seat(pool.pk, person, now=now)
    return people


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def lead():
    return signed_in(ProgrammeLeadFactory())


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(without_style(answer.content.decode()).split())


def test_an_editor_sees_a_pool_live_and_nothing_by_tier():
    pool = a_pool()
    applied(pool, priority=12, standard=20)
    text = page(signed_in(EditorFactory()), f"/cms/seats/{pool.pk}/")
    assert "Open to everybody" in text
    assert "<td>30</td>" in text
    for word in ("By tier", "Priority", "Standard", "of them reserved"):
        assert word not in text


def test_a_lead_sees_it_by_tier_with_small_figures_withheld(lead):
    pool, small = a_pool(), a_pool()
    applied(pool, priority=12, standard=20)
    applied(small, priority=2, standard=14)
    assert "By tier" in page(lead, f"/cms/seats/{pool.pk}/")
    rows = {row.tier: (row.seated, row.waiting) for row in queries.pool_report(pool).rows}
    assert rows == {"priority": (12, None), "standard": (18, None)}
    assert [row.seated for row in queries.pool_report(small).rows] == [None, None]


def test_a_pool_is_settled_before_it_is_shown():
    pool = a_pool(opened_days_ago=-1)
    now = timezone.now()
    for person in [UserFactory() for _number in range(3)]:
        apply_for_seat(pool.pk, person, now=now)
    pool.opens_at = pool.next_due_at = now
    pool.save()
    page(signed_in(EditorFactory()), f"/cms/seats/{pool.pk}/")
    assert Application.objects.filter(pool=pool, state="held").count() == 3


def test_names_are_given_once_reserved_seats_are_released_and_tell_no_tier():
    early, late = a_pool(), a_pool(opened_days_ago=11)
    people = [UserFactory(name=f"=Learner {number}") for number in range(3)]
    with_priority(people[0], now=timezone.now())
    for person in people:
        apply_for_seat(early.pk, person, now=timezone.now())
        apply_for_seat(late.pk, person, now=timezone.now())
    editor = signed_in(EditorFactory())
    assert editor.get(f"/cms/seats/{early.pk}/names.csv").status_code == 302
    text = b"".join(editor.get(f"/cms/seats/{late.pk}/names.csv").streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["Name,E-mail address", *(f"'{person.name},{person.email}" for person in people)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("capacity=60&share=0.4&release_days=7", "As it would be"),
        ("capacity=0&share=0.4&release_days=7", "greater than or equal to 1"),
        ("capacity=5&share=0.9&release_days=7", "less than or equal to 0.6"),
        ("capacity=x&share=&release_days=-1", "Enter a whole number"),
    ],
)
def test_other_numbers_are_tried_on_a_copy(lead, query, said):
    pool = a_pool()
    applied(pool, priority=12, standard=20)
    before = list(Application.objects.order_by("pk").values())
    assert said in page(lead, f"/cms/seats/{pool.pk}/?{query}")
    assert list(Application.objects.order_by("pk").values()) == before


def test_what_would_be_withholds_small_figures(lead):
    pool = a_pool(capacity=20)
    applied(pool, priority=12, standard=20)
    text = page(lead, f"/cms/seats/{pool.pk}/?capacity=28&share=0.4&release_days=7").partition("As it would be")[2]
    assert "withheld" in text  # four people without priority would have no seat


def test_a_list_too_long_to_be_tried_is_refused_in_words(lead, monkeypatch):
    monkeypatch.setattr(queries, "MOST_TRIED", 3)
    pool = a_pool()
    applied(pool, priority=0, standard=4)
    assert "too long to be tried" in page(lead, f"/cms/seats/{pool.pk}/?capacity=5&share=0&release_days=7")


def test_the_equity_page_says_how_seats_were_shared(lead):
    pool = a_pool(capacity=60)
    applied(pool, priority=12, standard=20)
    text = page(lead, "/insights/seats/")
    assert "Reading a report" in text
    assert '<th scope="row">Asia</th>' in text
    csv = lead.get("/insights/seats.csv").content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("Offering,Start,Seats")
    assert [line.split(",")[4:6] for line in csv[1:]] == [["Priority", "12"], ["Standard", "20"]]


def test_the_insights_say_how_many_wait_in_each_tier(lead):
    pool = a_pool(capacity=20)
    applied(pool, priority=32, standard=20)
    settle_pool(pool.pk, now=timezone.now())
    overall = {row.tier: (row.seated, row.waiting) for row in queries.seats_by_tier(now=timezone.now())}
    assert overall == {row.tier: (row.seated, row.waiting) for row in queries.equity(now=timezone.now()).overall}
    text = page(lead, "/insights/")
    assert f"Without a seat: {overall['priority'][1]} people with priority, {overall['standard'][1]} others" in text
    assert "Without a seat" not in page(lead, "/insights/?tier=P")


def test_a_limited_lead_is_told_nothing_of_seats():
    person = ProgrammeLeadFactory()
    InsightsLimit.objects.create(person=person, country="NP")
    applied(a_pool(capacity=20), priority=32, standard=20)
    assert "seat" not in page(signed_in(person), "/insights/").lower()


def test_a_series_that_starves_people_without_priority_raises_an_alarm(lead):
    before = None
    for _run in range(3):
        before = a_pool(capacity=10, carried_from=before)
        applied(before, priority=10, standard=0)
        applied(before, priority=0, standard=3)
        settle_pool(before.pk, now=timezone.now())
    assert len(queries.equity(now=timezone.now()).alarms) == 1
    assert "three runs in a row" in page(lead, "/insights/seats/")


@pytest.mark.parametrize("address", ["/insights/seats/", "/cms/seats/"])
def test_many_offerings_cost_no_more_questions_than_two(lead, address, django_assert_max_num_queries):
    counts = []
    for more in (2, 12):
        for _number in range(more):
            applied(a_pool(), priority=1, standard=1)
        page(lead, address)
        with django_assert_max_num_queries(60) as asked:
            page(lead, address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_pool_leads_to_the_form_it_comes_from():
    webinar, cohort = scarce_webinar(now=timezone.now()), cohort_around(timezone.now())
    webinar_pool = Webinar.objects.get(translation_key=webinar.translation_key).pool
    editor = signed_in(EditorFactory())
    for pool in (webinar_pool, cohort.pool):
        text = page(editor, f"/cms/seats/{pool.pk}/")
        address = re.search(r'href="([^"]+/edit/[^"]*)">Change the number', text)
        assert editor.get(address[1]).status_code == 200
