import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from lms.access.rules.decisions import Review
from lms.access.services.decisions import record_decision
from tests.factories.accounts import ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db
BESIDE_A_PRICE = "{% load access_tags %}{% own_priority as priority %}{% include 'components/own_priority.html' %}"


def shown_to(person, times: int = 1) -> str:
    request = RequestFactory().get("/")
    request.user = person
    return Template(BESIDE_A_PRICE * times).render(Context({"request": request}))


def decided(country: str, attested: str = "", **rest):
    person = UserFactory(country=country)
    record_decision(person, country=country, attested=attested, now=timezone.now(), **rest)
    return person


def test_whoever_has_priority_sees_what_it_gives_and_rests_on():
    shown = shown_to(decided("NP"))
    assert "Free for you" in shown
    assert "Your country of work is Nepal" in shown
    assert 'href="/my/access/"' in shown


def test_priority_rests_on_what_decided_not_on_a_country_that_did_not():
    approved = decided("DE", "ace", review=Review.APPROVE, by=ProgrammeLeadFactory())
    assert "A reviewer looked at your request and approved it" in shown_to(approved)
    assert "Germany" not in shown_to(approved)
    assert "You named 2 of the five criteria" in shown_to(decided("KE", "bd"))


@pytest.mark.parametrize("person", [UserFactory, AnonymousUser])
def test_whoever_has_not_asked_is_invited(person):
    shown = shown_to(person())
    assert "You may have priority: it takes two minutes." in shown
    assert "Free for you" not in shown


def test_others_read_where_they_stand():
    assert "A person will look" in shown_to(decided("DE", "ace"))
    declined = decided("EG", "a", review=Review.DECLINE, by=ProgrammeLeadFactory())
    assert "without priority" in shown_to(declined)


def test_a_page_with_many_prices_asks_once(django_assert_num_queries):
    person = decided("NP")
    with django_assert_num_queries(1):
        assert shown_to(person, times=20).count("Free for you") == 20
