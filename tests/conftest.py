"""What every test can ask for: servers, a browser, the HTML validator, and a word at the end on what was not run."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from certificates.credentials.keys import EDDSA, ES256, RS256, SigningKeys, load_keys, new_jwk, write_keys
from deploy.system_programs import find_program
from lms.accounts import limits
from tests import databases, services
from tests.html_validator import html_validator
from tests.independent_verifier import independent_verifier
from tests.index import indexed_when_read
from tests.scheduling import DemoFirst

# A busy machine is no fault of the code under test.
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")

# Fixtures of pytest-django that mean "this test meets a database".
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}
# And of ours that mean "this test looks at pages, whichever database is behind them".
PAGE_FIXTURES = {"browser", "validate_html"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what meets a database, and skip with a reason what this machine or this database cannot run."""
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & DATABASE_FIXTURES or item.get_closest_marker("django_db"):
            item.add_marker("integration")
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL; `make test` starts one where it can"))
        if fixtures & PAGE_FIXTURES:
            item.add_marker("page")
        if item.get_closest_marker("browser") and find_program("chromium") is None:
            item.add_marker(
                pytest.mark.skip(reason="Chromium was not found (apt-get install chromium, or set CHROMIUM)")
            )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was not run, and why."""
    tests_by_reason = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        tests_by_reason[reason.removeprefix("Skipped: ")].append(report.nodeid)
    remarks = json.loads(os.environ.get("TEST_REMARKS") or "[]")
    if not tests_by_reason and not remarks:
        return
    terminalreporter.section("not run, and why")
    for remark in remarks:
        terminalreporter.line(remark)
    for reason, tests in sorted(tests_by_reason.items()):
        terminalreporter.line(f"{len(tests)} test{'s' if len(tests) > 1 else ''}: {reason}")
        for test in tests[:5]:
            terminalreporter.line(f"    {test}")
        if len(tests) > 5:
            terminalreporter.line(f"    and {len(tests) - 5} more")


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> DemoFirst:
    return DemoFirst(config, log)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The test database begins as a copy of a migrated one."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    name = databases.test_database_name(connection)

    def put_fresh_copy(test: TransactionTestCase | None = None) -> None:
        connection.close()
        databases.put_fresh_copy(name, vendor=connection.vendor)

    with pytest.MonkeyPatch.context() as patch:
        # Django empties every table instead, and has each app fill in again what it has of its own.
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_fresh_copy)
        put_fresh_copy()
        yield
    if connection.vendor == "postgresql":
        databases.drop_database(name)


@pytest.fixture(scope="session", autouse=True)
def signing_keys() -> SigningKeys:
    """The keys that certificates are signed with, made once for all tests."""
    path = Path(settings.SIGNING_KEY_FILE)
    write_keys(path, [new_jwk(algorithm) for algorithm in (EDDSA, RS256, ES256)])
    return load_keys(path)


@pytest.fixture(autouse=True)
def index_when_read(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put off what Wagtail does at each save until a test reads it, but for those that ask for it at once."""
    if request.node.get_closest_marker("indexed"):
        yield
        return
    with indexed_when_read():
        yield


@pytest.fixture(autouse=True)
def first_language_and_zone() -> None:
    """A request leaves its reader's language and time zone active in the thread; each test begins without them."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests of a process ask from one address: each begins with an empty count, and in a minute that does not end."""
    cache.clear()
    began = time()
    monkeypatch.setattr(limits, "time", lambda: began)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a Redis server with nothing else on it."""
    try:
        with services.redis_server() as url:
            yield url
    except services.ServiceMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment in which a process of the project's own sees this test's database and files."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "VAR_DIR": str(settings.VAR_DIR),
        "DATABASE_URL": url,
    }


@pytest.fixture(scope="session")
def validate_html() -> Iterator[Callable[[str], list[str]]]:
    """A function from a page's HTML to what the Nu Html Checker finds wrong with it."""
    try:
        with html_validator() as validate:
            yield validate
    except services.ServiceMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def verify_elsewhere() -> Callable[..., list[dict]]:
    """A function from documents and checks to what an implementation that is not ours finds of each."""
    try:
        return independent_verifier()
    except services.ServiceMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[services.Demo]:
    """The whole academy running as `make demo` runs it, shared by all tests that ask: real processes, real content.

    DEMO_URL (and DEMO_VAR, its var/ folder) name one that runs already: quicker while writing a browser test.
    """
    if url := os.environ.get("DEMO_URL"):
        var = Path(os.environ.get("DEMO_VAR") or services.ROOT / "var")
        yield services.Demo(url, var, process=None, log=Path(os.devnull))
        return
    with services.demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright; close the contexts you open."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_program("chromium"), args=services.CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()
