import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.lessons.models import LessonPage
from lms.operations.services import keep_schedule
from tests.factories.lessons import LessonPageFactory
from tests.factories.media import CaptionsFactory, ready_video

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def is_live(page) -> bool:
    return LessonPage.objects.get(pk=page.pk).live


def scheduled(*, minutes: int, **fields) -> LessonPage:
    page = LessonPageFactory(live=False, go_live_at=NOW + timedelta(minutes=minutes), **fields)
    page.save_revision(approved_go_live_at=page.go_live_at)
    return page


def test_what_is_refused_holds_up_nothing_else_and_is_published_once_it_can_be(caplog):
    video = ready_video(title="A frequency")
    refused, ready = scheduled(minutes=-2, body=[("video", video)]), scheduled(minutes=-1)
    with caplog.at_level(logging.WARNING):
        keep_schedule(now=NOW)
    assert (is_live(refused), is_live(ready)) == (False, True)
    assert "“A frequency” has no captions" in caplog.text
    CaptionsFactory(item=video)
    keep_schedule(now=NOW)
    assert is_live(refused)


def test_what_has_expired_comes_off_line_and_what_has_not_stays():
    old, new = (
        LessonPageFactory(expire_at=NOW - timedelta(minutes=1)),
        LessonPageFactory(expire_at=NOW + timedelta(minutes=1)),
    )
    keep_schedule(now=NOW)
    assert (is_live(old), is_live(new)) == (False, True)
