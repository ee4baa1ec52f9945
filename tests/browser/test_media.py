"""A video's whole way: uploaded in the CMS, prepared by a worker that is killed once, played at 240p with captions."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project_settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from kombu import Connection
from playwright.sync_api import Page, expect

from courses.lessons.models import LessonPage
from courses.media.models import MediaItem, Rendition
from courses.media.tasks import prepare_next
from courses.progress.models import WatchedMedia
from lms.lib.brokers import broker_options
from tests.browser.own_site import bare_site, context_of, own_site
from tests.browser.steps import follow, wait_for
from tests.factories.accounts import AdministratorFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.media import CaptionsFactory, MediaItemFactory, recording
from tests.factories.progress import enrolled
from tests.services import celery_worker

pytestmark = pytest.mark.browser

State = MediaItem.State
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:30.000\nWe look at one variant.\n\n00:30.000 --> 01:00.000\nIt is rare here.\n"
PLAYER = "document.querySelector('video')"


@pytest.fixture
def broker(tmp_path) -> str:
    return f"filesystem://{tmp_path}/broker"


@pytest.fixture
def environment(process_environment, broker) -> dict[str, str]:
    """What web server and worker share: this test's database and files, and a lease that lapses soon."""
    return {**process_environment, "BROKER_URL": broker, "MEDIA_LEASE_SECONDS": "3"}


@pytest.fixture
def site(environment) -> Iterator[str]:
    """The address of a web server of the project's own."""
    with own_site(environment, DEBUG="1") as url:
        yield url


@pytest.fixture
def ring(broker) -> Callable[[], None]:
    """What Celery beat does each minute."""
    address, options = broker_options(broker)

    def ring() -> None:
        with Connection(address, transport_options=options) as connection:
            prepare_next.apply_async(connection=connection)

    return ring


def upload(page: Page, site: str, path: Path) -> MediaItem:
    page.goto(f"{site}{reverse('wagtailmedia:add', args=['video'])}")
    page.fill("input[name=title]", "A frequency, three populations")
    page.set_input_files("input[name=file]", path)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("table.listing")).to_contain_text("Waiting to be prepared")
    return MediaItem.objects.get()


def add_captions(page: Page, site: str, item: MediaItem, path: Path) -> None:
    path.write_text(CAPTIONS)
    page.goto(f"{site}{reverse('wagtailmedia:edit', args=[item.pk])}")
    expect(page.locator("[data-state=ready]")).to_contain_text("Duration 1:00")
    page.get_by_role("link", name="English").click()
    page.set_input_files("input[name=webvtt]", path)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-state=ready]")).to_be_visible()


def half_made() -> list[Path]:
    """The files that a worker is writing at this moment."""
    return [path for path in (project_settings.VAR_DIR / "media-workshop").glob("work-*/*.mp4") if path.stat().st_size]


def ffmpeg_is_running() -> bool:
    workshop = str(project_settings.VAR_DIR / "media-workshop").encode()
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if workshop in process.read_bytes():
                return True
        except OSError:
            continue  # it has just ended
    return False


def now_playing(page: Page) -> dict:
    return page.evaluate(
        f"""() => {{
          const player = {PLAYER}, track = player.textTracks[0];
          return {{ at: player.currentTime, height: player.videoHeight, mode: track?.mode, ready: player.readyState,
                    said: Array.from(track?.activeCues ?? [], (cue) => cue.text) }};
        }}"""
    )


def stretches_watched() -> list[list[float]]:
    row = WatchedMedia.objects.first()
    return row.ranges if row else []


@pytest.mark.django_db(transaction=True)
def test_a_minute_of_video_survives_its_worker_and_plays_with_captions(browser, site, environment, ring, tmp_path):
    bare_site()
    source = tmp_path / "lecture.mp4"
    source.write_bytes(recording("lecture.mp4", seconds=60, size="854x480"))

    with context_of(browser, site, AdministratorFactory()) as context:
        desk = context.new_page()
        item = upload(desk, site, source)

        with celery_worker(environment) as worker:  # which hears the bell that the upload rang
            wait_for(lambda: bool(half_made()), seconds=120, what="The first half of a file")
            os.killpg(worker.pid, signal.SIGKILL)
        item.refresh_from_db()
        assert (item.state, item.attempts, item.renditions.count()) == (State.WORKING, 1, 0)
        wait_for(lambda: not ffmpeg_is_running(), seconds=10, what="The end of the killed worker's ffmpeg")

        with celery_worker(environment):
            rung = 0.0

            def is_ready() -> bool:
                nonlocal rung
                if time.monotonic() > rung + 2:
                    rung = time.monotonic()
                    ring()
                item.refresh_from_db()
                assert item.state != State.FAILED, item.reason
                return item.is_ready

            wait_for(is_ready, seconds=400, what="The prepared video")
        assert item.attempts == 2
        add_captions(desk, site, item, tmp_path / "captions.vtt")

    course = course_with_lessons(1)
    lesson = LessonPage.objects.descendant_of(course).get()
    lesson.body = [("video", item)]
    lesson.save_revision().publish()
    learner = enrolled(course, now=timezone.now()).learner
    with context_of(browser, site, learner) as context:
        page = context.new_page()
        asked: list[str] = []
        parts: list[int] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda response: parts.append(response.status) if ".mp4" in response.url else None)
        page.goto(f"{site}{lesson.url}")
        page.wait_for_load_state("networkidle")
        assert not [url for url in asked if url.endswith((".mp4", ".m4a", ".vtt"))]  # nothing before it is chosen

        low = item.renditions.get(kind="240p")
        choice = page.get_by_role("link", name="Watch, 240p")
        assert low.file.url in choice.get_attribute("href")
        choice.click()
        wait_for(lambda: now_playing(page)["at"] > 1, seconds=60, what="The video")
        wait_for(lambda: now_playing(page)["said"] == ["We look at one variant."], seconds=60, what="The first caption")
        assert (now_playing(page)["height"], now_playing(page)["mode"]) == (240, "showing")
        page.evaluate(f"{PLAYER}.currentTime = 45")
        wait_for(lambda: now_playing(page)["said"] == ["It is rare here."], seconds=60, what="The second caption")
        assert set(parts) == {206}  # it came in parts, so one can seek

        wait_for(lambda: now_playing(page)["at"] > 47, seconds=60, what="The rest")
        page.evaluate(f"{PLAYER}.pause()")
        # What was jumped over was not watched.
        wait_for(lambda: len(stretches_watched()) == 2, seconds=30, what="The player's report of both stretches")
        assert WatchedMedia.objects.get().position_seconds >= 45

        page.reload()
        page.get_by_role("link", name="Watch, 240p").click()
        wait_for(lambda: now_playing(page)["at"] >= 45, seconds=60, what="The place where one stopped")
        wait_for(lambda: now_playing(page)["ready"] >= 2, seconds=60, what="A picture")


@pytest.mark.django_db(transaction=True)
def test_what_must_be_watched_is_met_by_playing_it_and_without_script_by_reading_it(browser, site):
    bare_site()
    item = MediaItemFactory(state=State.READY, duration=5, width=426, height=240)
    file = ContentFile(recording("a.mp4", seconds=5, size="426x240"), name="lesson-media/low.mp4")
    Rendition.objects.create(item=item, kind="240p", file=file, size_bytes=file.size, width=426, height=240)
    CaptionsFactory(item=item)
    course = course_with_lessons(1)
    lesson = LessonPage.objects.descendant_of(course).get()
    lesson.body, lesson.watched_percent = [("video", item)], 80
    lesson.save_revision().publish()
    watching, reading = (enrolled(course, now=timezone.now()).learner for _person in range(2))

    with context_of(browser, site, watching) as context:
        page = context.new_page()
        page.goto(f"{site}{lesson.url}")
        told = page.locator("#watch")
        expect(told).to_contain_text("Watch at least 80 % of it, or read its transcript; you have watched 0 %")
        assert Axe().run(page).response["violations"] == []
        page.get_by_role("link", name="Watch, 240p").click()
        expect(told).to_contain_text("you have watched 100 %", timeout=60_000)  # while one watches
        page.locator("[data-action=done]").click()
        expect(page.locator("main")).to_contain_text("Complete since")

    with context_of(browser, site, reading, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}{lesson.url}")
        follow(page, page.locator("[data-action=done]"))
        page.goto(f"{site}/my/")
        page.get_by_text("What is missing?").click()
        page.get_by_role("link", name=item.title).first.click()
        page.get_by_text("You read the transcript").click()
        page.locator("[data-action=read]").click()
        expect(page.locator("main")).to_contain_text("Complete since")
