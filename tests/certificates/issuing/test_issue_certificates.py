from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certificates.issuing.models import Certificate
from tests.factories.progress import CompletionFactory

pytestmark = pytest.mark.django_db


def test_the_command_issues_what_waits_and_says_how_many():
    for _ in range(3):
        CompletionFactory()
    said = StringIO()
    call_command("issue_certificates", "--limit", "2", stdout=said)
    assert said.getvalue() == "2 issued.\n"
    call_command("issue_certificates", stdout=said)
    call_command("issue_certificates", stdout=said)
    assert said.getvalue() == "2 issued.\n1 issued.\n0 issued.\n"
    assert Certificate.objects.issued().count() == 3


def test_it_refuses_a_limit_that_makes_no_sense():
    with pytest.raises(CommandError, match="at least 1"):
        call_command("issue_certificates", "--limit", "0")
