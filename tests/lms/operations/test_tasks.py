from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from lms.operations.tasks import clear_expired_sessions, publish_scheduled_pages
from lms.pages.models import HomePage
from tests.factories.pages import home_page

pytestmark = pytest.mark.django_db


def test_a_page_whose_time_has_come_is_published_and_one_of_tomorrow_is_not():
    home = home_page()
    for title, hours in (("Due", -1), ("Not due", 1)):
        page = HomePage(title=title, slug=title.lower().replace(" ", "-"), headline=title, intro=title, live=False)
        home.add_sibling(instance=page)
        page.go_live_at = timezone.now() + timedelta(hours=hours)
        page.save_revision(approved_go_live_at=page.go_live_at)
    publish_scheduled_pages()
    publish_scheduled_pages()
    assert HomePage.objects.get(title="Due").live
    assert not HomePage.objects.get(title="Not due").live


def test_only_expired_sessions_are_cleared():
    for key, hours in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(hours=hours))
    clear_expired_sessions()
    assert set(Session.objects.values_list("session_key", flat=True)) == {"new"}


def test_every_task_of_the_schedule_exists(settings):
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        module, _, name = entry["task"].rpartition(".")
        if module.startswith(("lms.operations", "lms.measures")):
            assert getattr(import_module(module), name).name == entry["task"]
