"""Decisions about one person at one moment, from several processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from lms.access.models import Decision
from lms.access.services.decisions import record_decision
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_each_of_several_decisions_at_once_knows_the_tier_before_it():
    person, gate = UserFactory(), Barrier(6)

    def decide(number: int) -> None:
        try:
            gate.wait()
            record_decision(person, country=("NP", "DE")[number % 2], now=datetime(2026, 12, 1, tzinfo=UTC))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(decide, range(6)))
    tiers = list(Decision.objects.order_by("pk").values_list("old_tier", "tier"))
    assert [old for old, _tier in tiers] == ["S", *(tier for _old, tier in tiers[:-1])]
