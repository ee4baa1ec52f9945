from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates.issuing.models import Certificate
from certificates.oversight import tasks
from certificates.oversight.models import Inspection
from tests.factories.progress import CompletionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lacking():
    return CompletionFactory(completed_at=timezone.now() - timedelta(hours=1))


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("check_certificates", *arguments, stdout=out)
    return out.getvalue()


def test_a_register_in_order_ends_well():
    assert "0 certificates read, 0 faults mended, 0 left." in said()


def test_what_is_wrong_is_named_and_ends_with_1(lacking, capsys):
    with pytest.raises(CommandError, match="0 faults mended, 1 left") as error:
        said()
    assert error.value.returncode == 1


def test_what_was_mended_is_said(lacking):
    text = said("--mend")
    assert f"mended: A course was completed, and no certificate was opened: {lacking.pk}" in text
    assert Certificate.objects.get().completion == lacking


def test_a_sample_below_nothing_is_refused():
    with pytest.raises(CommandError, match="less than nothing"):
        said("--sample", "-1")


def test_a_night_mends_and_is_on_record(lacking):
    tasks.check_by_night()
    inspection = Inspection.objects.get()
    assert inspection.by_night
    assert (inspection.wrong, inspection.mended) == (0, 1)
