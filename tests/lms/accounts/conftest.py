import re
from collections.abc import Callable

import pytest
from django.core.cache import cache

from lms.mail.models import OutgoingMail


@pytest.fixture(autouse=True)
def _no_attempts_counted_before() -> None:
    cache.clear()


@pytest.fixture
def link_in_mail() -> Callable[[str], str]:
    """A function from an address to the path of the link in the last mail queued for it."""

    def link(email: str) -> str:
        text = OutgoingMail.objects.filter(to=email).latest("pk").text
        return re.search(r"http://testserver(/\S+)", text)[1]

    return link
