from unittest import mock

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from lms.accounts import limits
from lms.accounts.limits import limited


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


@limited("test", most=2)
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def ask(address: str = "192.0.2.1", *, at: float = 600.0) -> bool:
    """Ask the view from an address; say whether it let us in."""
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    with (
        mock.patch.object(limits, "time", return_value=at),
        mock.patch.object(limits, "render", return_value=HttpResponse(status=429)),
    ):
        return view(request).status_code == 200


def test_each_address_is_let_in_so_often_and_again_afterwards():
    assert [ask(at=600 + n) for n in range(3)] == [True, True, False]
    assert ask("192.0.2.2")
    assert ask(at=661)


def test_one_network_of_the_newer_kind_counts_as_one():
    assert [ask(f"2001:db8::{n}") for n in (1, 2, 3)] == [True, True, False]
    assert ask("2001:db8:0:1::1")


@pytest.mark.parametrize("address", ["", "not an address"])
def test_who_has_no_address_is_let_in(address):
    assert all(ask(address) for _ in range(4))


def test_without_a_cache_everybody_is_let_in():
    with mock.patch.object(limits.cache, "add", side_effect=ConnectionError):
        assert all(ask() for _ in range(4))
