"""Programme leads keep seats for groups and name their learners."""

import pytest
from django.test import Client
from django.utils import timezone

from lms.access.models import Application, SeatBlock
from lms.access.services.blocks import name_learners
from lms.access.services.seats import apply_for_seat
from lms.dashboards.seats import groups
from tests.factories.access import group_of, with_priority
from tests.factories.accounts import EditorFactory, InstitutionFactory, ProgrammeLeadFactory, UserFactory
from tests.lms.dashboards.seats.test_views import a_pool, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def lead() -> Client:
    return signed_in(ProgrammeLeadFactory())


@pytest.fixture
def pool():
    return a_pool(capacity=25)


def address(block):
    return f"/cms/seats/{block.pool_id}/groups/{block.pk}/"


def learner():
    return with_priority(UserFactory(name="Learner in a group"), now=timezone.now())


def test_a_lead_keeps_seats_for_an_institution_that_asked(lead, pool):
    institution = InstitutionFactory()
    answer = lead.post(f"/cms/seats/{pool.pk}/groups/", {"institution": institution.pk, "seats": 2})
    block = SeatBlock.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, address(block))
    assert (block.institution, block.seats) == (institution, 2)
    assert str(institution) in page(lead, f"/cms/seats/{pool.pk}/groups/")
    assert "without a name yet</th> <td>2</td>" in page(lead, f"/cms/seats/{pool.pk}/")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"seats": 3}, "At most 2 can be kept"),
        ({"seats": 0}, "greater than or equal to 1"),
        ({"institution": 0}, "valid choice"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(lead, pool, wrong, said):
    answer = lead.post(f"/cms/seats/{pool.pk}/groups/", {"institution": InstitutionFactory().pk, "seats": 2} | wrong)
    assert said in answer.content.decode()
    assert not SeatBlock.objects.exists()


def test_a_lead_names_learners_one_a_row(lead, pool):
    block, people = group_of(pool, seats=2), [learner(), learner()]
    rows = f" {people[0].email}\r\n\r\n{people[1].email.upper()}\n"
    assert lead.post(address(block), {"emails": rows}).status_code == 302
    text = page(lead, address(block))
    assert "<dt>Seats</dt> <dd>2</dd>" in text
    assert text.count("Learner in a group") == 2
    assert text.count("Seat offered") == 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("nobody@example.org", "Row 1, nobody@example.org. Nobody has an account with this address."),
        ("not an address", "Row 1 is not an e-mail address."),
        ("", "This field is required."),
        ("a@example.org\nb@example.org\nc@example.org", "3 rows, and 2 seats"),
        ("x" * 600 + "@example.org", "at most 512 characters"),
    ],
)
def test_a_list_that_cannot_be_taken_stays_in_the_form_with_the_reason(lead, pool, rows, said):
    answer = lead.post(address(group_of(pool, seats=2)), {"emails": rows})
    assert said in answer.content.decode()
    assert rows[:12] in answer.content.decode()
    assert not Application.objects.exists()


def test_a_lead_gives_seats_back(lead, pool):
    block = group_of(pool, seats=2)
    assert lead.post(address(block), {"give-back": ""}).status_code == 302
    assert "Give the seats back" not in page(lead, address(block))
    assert not block.kept.exists()


def test_an_editor_sees_kept_seats_as_taken_and_no_group(pool):
    block, editor = group_of(pool, seats=2), signed_in(EditorFactory())
    name_learners(block.pk, [learner().email], now=timezone.now())
    text = page(editor, f"/cms/seats/{pool.pk}/")
    assert "In use</th> <td>2</td>" in text
    assert "group" not in text.partition("At this moment")[2].partition("Dates")[0]
    assert "<td>2</td>" in page(editor, "/cms/seats/")
    for path in (f"/cms/seats/{pool.pk}/groups/", address(block)):
        assert editor.get(path).status_code == 302
        assert editor.post(path, {"give-back": ""}).status_code == 302
    assert block.kept.count() == 2


def test_a_group_is_found_through_its_pool_alone(lead, pool):
    block, other = group_of(pool, seats=2), a_pool()
    assert lead.get(f"/cms/seats/{other.pk}/groups/{block.pk}/").status_code == 404
    assert lead.get("/cms/seats/0/groups/").status_code == 404


def test_what_would_be_leaves_a_group_its_seats(lead, pool):
    block = group_of(pool, seats=2)
    people = [learner() for _number in range(12)]
    name_learners(block.pk, [people[0].email], now=timezone.now())
    for person in people[1:]:
        apply_for_seat(pool.pk, person, now=timezone.now())
    text = page(lead, f"/cms/seats/{pool.pk}/?capacity=30&share=0.4&release_days=7")
    assert "Priority, with a seat</th> <td> 12 </td> <td> 12 </td>" in text


def test_many_groups_and_many_learners_cost_no_more_questions_than_two(
    lead, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(groups, "ON_A_PAGE", 5)
    counts = []
    pool = a_pool(capacity=600)
    for number in (2, 12):
        for _number in range(number):
            block = group_of(pool, seats=12)
        name_learners(block.pk, [learner().email for _number in range(number)], now=timezone.now())
        for path in (f"/cms/seats/{pool.pk}/groups/", address(block)):
            page(lead, path)
            with django_assert_max_num_queries(60) as asked:
                page(lead, path)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
