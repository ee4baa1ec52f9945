import pytest

from tests.cms.conftest import signed_in
from tests.factories.accounts import ProgrammeLeadFactory


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def reviewer():
    return ProgrammeLeadFactory(name="Programme Lead")


@pytest.fixture
def lead(reviewer):
    return signed_in(reviewer)
