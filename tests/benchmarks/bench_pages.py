"""CPU of the web server per request, with production settings, beside a bare Django view through the same middleware."""

import os

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from courses.catalogue.models import CoursePage
from courses.lessons.models import LessonPage
from courses.progress.services import enrol_in_course
from lms.accounts.models import User
from tests.benchmarks.server import production_server


@pytest.fixture
def academy(transactional_db, tmp_path):
    """The built-in courses on the test database, a learner enrolled in one, and a server before them."""
    call_command("load_content", verbosity=0)
    learner = User.objects.create_user("bench@example.org", name="Bench Learner", country="GH")
    enrol_in_course(
        learner,
        CoursePage.objects.get(slug="foundations-of-genomic-medicine", locale__language_code="en"),
        now=timezone.now(),
    )
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        at = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        url = f"postgresql://{at}/{database['NAME']}"
    with production_server(url, tmp_path) as server:
        yield server, learner


def session_cookie(person: User) -> dict[str, str]:
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = "lms.accounts.backends.RolesBackend"
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.save()
    return {"Cookie": f"sessionid={session.session_key}"}


def test_cpu_per_page(academy, record_figure):
    server, learner = academy
    signed_in = session_cookie(learner)
    lesson = LessonPage.objects.get(slug="what-a-genome-is", locale__language_code="en").url
    pages = {
        "bare view (/healthz)": ("/healthz", {}),
        "home": ("/", {}),
        "catalogue": ("/courses/", {}),
        "catalogue, a search": ("/courses/?q=variant&level=beginner", {}),
        "course": ("/courses/foundations-of-genomic-medicine/", {}),
        "course, signed in": ("/courses/foundations-of-genomic-medicine/", signed_in),
        "lesson, signed in": (lesson.replace("http://localhost", ""), signed_in),
        "my learning": ("/my/", signed_in),
    }
    for name, value in server.milliseconds_per_request(pages).items():
        record_figure(name, value, "ms CPU per request")
    record_figure("machine load while measuring", os.getloadavg()[0], "processes")
