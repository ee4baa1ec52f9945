"""A web server of the project's own beside the test: the test's database and files, its own people signed in at once."""

import contextlib
import functools
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping

from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from wagtail.models import Collection

from lms.accounts.models import User
from lms.lib.processes import running
from tests.factories.pages import home_page
from tests.services import ROOT, free_port, wait_until


@contextlib.contextmanager
def own_site(environment: Mapping[str, str], **more: str) -> Iterator[str]:
    """Yield the address of a web server as the demo runs it: staff need no second factor. DEBUG="1": with plain static files."""
    port = free_port()
    url = f"http://localhost:{port}"
    environment = {**environment, "SITE_URL": url, "DEMO": "1", "DEBUG": "0", **more}
    if environment["DEBUG"] == "0":
        collect_static(environment["VAR_DIR"])
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning", "lms.wsgi:application"),
    ]
    with running(command, env=environment, cwd=ROOT) as process:
        wait_until(lambda: answers(f"{url}/healthz"), seconds=120, what="The web server", process=process)
        yield url


@functools.cache
def collect_static(var_dir: str) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings", "VAR_DIR": var_dir}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status == 200
    return False


def bare_site() -> None:
    """Make what a site has before its first page: real transactions leave an empty database behind."""
    home_page()
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")


def context_of(browser: Browser, site: str, person: User, **options) -> BrowserContext:
    """Return a browser, as narrow as a phone, in which somebody has signed in already."""
    client = Client()
    client.force_login(person)
    context = browser.new_context(**{"viewport": {"width": 360, "height": 740}, **options})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return context
