"""Programme leads read policies and country data, and write new versions."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.access.models import PolicyVersion
from lms.access.reviewing.forms import PolicyForm
from lms.access.services.decisions import record_decision
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return PolicyVersion.objects.get()


def copy(client, policy, **changes):
    form = PolicyForm.values_of(policy) | {"effective_from": datetime.now(tz=UTC).date()} | changes
    return client.post(reverse("access_policy_copy", args=[policy.pk]), form, follow=True)


def test_a_version_is_copied_to_a_new_one_in_plain_fields(lead, policy):
    form = lead.get(reverse("access_policy_copy", args=[policy.pk])).content.decode()
    assert "Share of seats that are reserved" in form
    assert 'value="0.4"' in form
    page = copy(lead, policy, reserved_share="0.3", months_p1=36, text="A new text.").content.decode()
    assert "Policy 2 is stored." in page
    made = PolicyVersion.objects.get(number=2)
    assert (made.seat_terms.reserved_share, made.terms.months_p1, made.text) == (Decimal("0.3"), 36, "A new text.")
    assert made.terms.months_p2 == policy.terms.months_p2
    assert "in force" in lead.get(reverse("access_policies")).content.decode()


def test_what_no_policy_can_have_is_said_at_its_field(lead, policy):
    page = copy(lead, policy, reserved_share="0.7", window_days=3, criteria_b2="").content.decode()
    assert "less than or equal to 0.6" in page
    assert "greater than or equal to 7" in page
    assert "This field is required." in page
    yesterday = datetime.now(tz=UTC).date() - timedelta(days=1)
    assert "cannot begin in the past" in copy(lead, policy, effective_from=yesterday).content.decode()
    assert PolicyVersion.objects.count() == 1


def test_a_version_that_is_used_is_shown_with_why_it_stays(lead, policy):
    record_decision(UserFactory(), country="NP", now=timezone.now())
    page = lead.get(reverse("access_policy", args=[policy.pk])).content.decode()
    assert "Decisions or offerings rest on this version" in page
    assert reverse("access_policy_edit", args=[policy.pk]) not in page
    for name in ("access_policy_edit", "access_policy_delete"):
        answer = lead.post(reverse(name, args=[policy.pk]), PolicyForm.values_of(policy), follow=True)
        assert "rest on this version" in answer.content.decode()
    assert PolicyVersion.objects.get().text == policy.text


def test_a_version_to_come_is_changed_and_deleted(lead, policy):
    later = datetime.now(tz=UTC).date() + timedelta(days=9)
    copy(lead, policy, effective_from=later)
    made = PolicyVersion.objects.get(number=2)
    assert lead.get(reverse("access_policy_edit", args=[made.pk])).status_code == 200
    lead.post(reverse("access_policy_edit", args=[made.pk]), PolicyForm.values_of(made) | {"hold_hours": 48})
    assert PolicyVersion.objects.get(number=2).seat_terms.hold_hours == 48
    lead.post(reverse("access_policy_delete", args=[made.pk]))
    assert PolicyVersion.objects.get() == policy


def test_country_data_are_shown_row_by_row(lead, policy):
    assert str(policy.data_set) in lead.get(reverse("access_country_data")).content.decode()
    page = lead.get(reverse("access_country_rows", args=[policy.data_set_id])).content.decode()
    assert "Nepal (NP)" in page
    assert "Lower middle income" in page
