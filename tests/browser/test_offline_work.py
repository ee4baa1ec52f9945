"""What is done on saved pages without a connection: recordings, texts of one's own, and what the academy then refuses."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from courses.assessments.models import Attempt, QuizPage
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.media.models import MediaItem, Rendition
from courses.offline.models import SyncedEvent
from courses.progress.models import Completion, LessonProgress, WatchedMedia
from courses.reflections.models import Reflection
from lms.measures.models import MilestoneDelta
from tests.browser.own_site import bare_site, context_of, own_site
from tests.browser.relay import Line, Relay, relay_to
from tests.browser.steps import follow, wait_for, wait_until_sent
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.media import CaptionsFactory, MediaItemFactory, recording
from tests.factories.progress import enrolled
from tests.factories.webinars import dated_webinar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIECE = 262_144  # in which recordings are kept
PLAYER = "document.querySelector('video')"
DAY = timedelta(days=1)


@pytest.fixture
def academy(process_environment) -> Iterator[str]:
    """The address of the server itself, as one on line has it."""
    with own_site(process_environment) as url:
        yield url


@pytest.fixture
def line(academy) -> Iterator[Relay]:
    """What the phone reaches the server by."""
    with relay_to(int(academy.rpartition(":")[2])) as relay:
        yield relay


@pytest.fixture
def site(line) -> str:
    return f"http://localhost:{line.port}"


@pytest.fixture
def course(process_environment) -> CoursePage:
    """A course of one module: a lesson that asks for a thought, another one, and a quiz of two questions."""
    bare_site()
    course = course_with_lessons(2)
    quiz_with_questions(2, module=course.get_children().first()).save_revision().publish()
    first, second = LessonPage.objects.descendant_of(course).order_by("path")
    publish(first, ("reflection", {"question": "<p>What would you do?</p>"}))
    publish(second, ("text", "<p>Absent from whom?</p>"))
    return course


@pytest.fixture
def lecture(course) -> MediaItem:
    """A video of which the second lesson asks most; whoever enrols afterwards is held to it."""
    lesson, item = lessons_of(course)[1], recorded_lecture()
    lesson.watched_percent = 80
    publish(lesson, ("video", item))
    return item


@pytest.fixture
def enrolment(course) -> Enrolment:
    return enrolled(course, now=timezone.now() - DAY)


@pytest.fixture
def phone(browser, site, enrolment) -> Iterator[BrowserContext]:
    with context_of(browser, site, enrolment.learner) as context:
        yield context


@pytest.fixture
def page(phone) -> Page:
    return phone.new_page()


def publish(lesson: LessonPage, *blocks) -> None:
    lesson.body = list(blocks)
    lesson.save_revision().publish()


def lessons_of(course: CoursePage) -> list[LessonPage]:
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


def recorded_lecture() -> MediaItem:
    """A video of twenty seconds as a worker leaves it: a file of several pieces, its sound, and captions."""
    item = MediaItemFactory(state=MediaItem.State.READY, duration=20, width=426, height=240, title="A lecture")
    files = {"240p": recording("a.mp4", seconds=20, size="426x240"), "audio": recording("a.m4a", seconds=20, size="")}
    for kind, content in files.items():
        file = ContentFile(content, name=f"lesson-media/{kind}.{'mp4' if kind == '240p' else 'm4a'}")
        Rendition.objects.create(item=item, kind=kind, file=file, size_bytes=file.size, width=426, height=240)
    assert len(files["240p"]) > 2 * PIECE
    CaptionsFactory(item=item, webvtt="WEBVTT\n\n00:00.000 --> 00:20.000\nWe look at one variant.\n")
    return item


def save(page: Page, site: str, course: CoursePage, *parts: str) -> None:
    """Save a course with what comes along by itself, and with these parts."""
    page.goto(f"{site}{course.url}")
    box = page.locator("[data-offline-course]")
    if parts:
        box.locator("summary").click()
    for part in parts:
        box.locator(f"[data-take={part}]").check()
    box.locator("[data-save-offline]").click()
    expect(box.locator("[data-remove-offline]")).to_be_visible(timeout=30_000)


def open_saved(page: Page, site: str, step) -> None:
    page.goto(f"{site}{step.url}")
    expect(page.locator("html[data-saved-page]")).to_be_attached()


def events(kind: str) -> list[SyncedEvent]:
    return list(SyncedEvent.objects.filter(kind=kind))


# -- Recordings ---------------------------------------------------------------------------------------------------


def test_a_saved_recording_plays_from_the_device_and_what_was_played_is_sent(
    site, line, course, lecture, enrolment, phone, page
):
    lesson = lessons_of(course)[1]
    save(page, site, course, "sound", "video")
    line.line = Line.CUT
    open_saved(page, site, lesson)
    expect(page.locator("[data-play]")).to_contain_text(["Watch, 240p", "Audio only"])
    expect(page.locator("[data-play]").first).to_contain_text("saved")
    page.locator("[data-play]").first.click()
    wait_for(lambda: page.evaluate(f"{PLAYER}.currentTime") > 1, seconds=60, what="The first second")
    said = f"Array.from({PLAYER}.textTracks[0].activeCues ?? [], (cue) => cue.text)"
    wait_for(lambda: page.evaluate(said) == ["We look at one variant."], seconds=30, what="The caption")
    page.evaluate(f"{PLAYER}.currentTime = 17")  # in the last of its pieces
    wait_for(lambda: page.evaluate(f"{PLAYER}.ended"), seconds=60, what="The end")
    page.reload()
    expect(page.locator("#watch")).to_contain_text("will be sent when there is a connection")
    share = int(page.locator(f"[data-share='{lecture.pk}']").inner_text())
    assert 15 <= share < 80
    expect(page.locator("[data-offline-state]")).to_contain_text("Waiting to be sent: 1")
    assert not WatchedMedia.objects.exists()
    line.line = Line.OPEN
    wait_until_sent(page)
    watched = WatchedMedia.objects.get(enrolment=enrolment)
    assert [round(end) for _start, end in watched.ranges][-1] == 20
    assert len(watched.ranges) == 2
    assert int(100 * watched.reached_fraction) == share
    assert len(events("watched")) == 1
    page.reload()
    assert page.locator(f"[data-share='{lecture.pk}']").inner_text() == str(share)


def test_sound_alone_is_chosen_and_takes_the_place_of_the_video(site, line, course, lecture, phone, page):
    lesson = lessons_of(course)[1]
    save(page, site, course, "sound")
    line.line = Line.CUT
    open_saved(page, site, lesson)
    expect(page.get_by_role("link", name="Audio only")).to_contain_text("saved")
    expect(page.get_by_role("link", name="Watch, 240p")).not_to_contain_text("saved")
    page.evaluate(f"{PLAYER}.play()")
    wait_for(lambda: page.evaluate(f"{PLAYER}.currentTime") > 1, seconds=60, what="The first second")
    assert page.evaluate(f"{PLAYER}.currentSrc").endswith(".m4a")


def test_reading_counts_from_when_it_was_done(site, line, course, lecture, enrolment, phone, page):
    lesson = lessons_of(course)[1]
    save(page, site, course)
    line.line = Line.CUT
    open_saved(page, site, lesson)
    follow(page, page.locator("[data-action=read]"))
    expect(page.locator("#watch")).to_contain_text("will be sent when there is a connection")
    expect(page.locator("[data-action=read]")).to_have_count(0)
    follow(page, page.locator("[data-action=done]"))
    back_at = timezone.now()
    line.line = Line.OPEN
    wait_until_sent(page)
    assert WatchedMedia.objects.get(enrolment=enrolment, item_id=lecture.pk).reached_fraction == 1
    row = LessonProgress.objects.get(enrolment=enrolment, lesson__translation_key=lesson.translation_key)
    assert row.first_seen_at < row.done_at < back_at


# -- What one writes for oneself ----------------------------------------------------------------------------------


def write(page: Page, text: str) -> None:
    page.locator("textarea[name=text]").fill(text)
    follow(page, page.locator("[data-action=reflect]"))


def test_a_reflection_written_and_changed_off_line_arrives_once(site, line, course, phone, page):
    save(page, site, course)
    line.line = Line.CUT
    open_saved(page, site, lessons_of(course)[0])
    write(page, "I would ask.")
    expect(page.locator("form:has(textarea)")).to_contain_text("will be sent when there is a connection")
    write(page, "I would ask\nthe family.")
    expect(page.locator("textarea[name=text]")).to_have_value("I would ask\nthe family.")
    expect(page.locator("[data-offline-state]")).to_contain_text("Waiting to be sent: 1")
    line.line = Line.OPEN
    wait_until_sent(page)
    assert Reflection.objects.get().text == "I would ask\nthe family."
    assert [event.reason for event in events("reflection")] == [""]
    write(page, "I would ask them first.")
    wait_for(lambda: Reflection.objects.get().text == "I would ask them first.", seconds=20, what="The third text")


def test_a_text_changed_while_its_first_version_was_on_the_way_takes_its_place(site, line, course, phone, page):
    save(page, site, course)
    open_saved(page, site, lessons_of(course)[0])
    wait_until_sent(page)
    line.line = Line.LOSING
    write(page, "My first thought.")
    wait_for(lambda: Reflection.objects.exists(), seconds=60, what="The first text")
    expect(page.locator("[data-offline-state]")).to_contain_text("Waiting to be sent: 1")
    write(page, "My second thought.")
    line.line = Line.OPEN
    wait_until_sent(page)
    assert Reflection.objects.get().text == "My second thought."
    assert [event.reason for event in events("reflection")] == ["", ""]


def test_a_text_written_in_another_tab_is_not_overwritten(site, line, course, phone, page):
    save(page, site, course)
    other_tab = phone.new_page()
    for tab in (page, other_tab):
        open_saved(tab, site, lessons_of(course)[0])
    line.line = Line.CUT
    write(page, "From one tab.")
    write(other_tab, "From another.")
    line.line = Line.OPEN
    wait_until_sent(page)
    assert Reflection.objects.get().text == "From one tab."
    page.goto(f"{site}/my/offline/")
    expect(page.locator("section[data-refused]")).to_contain_text("From another.")


def test_a_text_that_is_refused_is_still_shown(site, line, course, enrolment, phone, page):
    lesson = lessons_of(course)[0]
    save(page, site, course)
    line.line = Line.CUT
    open_saved(page, site, lesson)
    write(page, "Nobody asks me.")
    publish(lesson, ("text", "<p>Nothing is asked any more.</p>"))
    line.line = Line.OPEN
    expect(page.locator("[data-offline-state]")).to_contain_text("could not be counted", timeout=20_000)
    for address in (lesson.url, "/my/offline/"):
        page.goto(f"{site}{address}")
        expect(page.locator("main")).to_contain_text("The lesson does not ask this any more")
        expect(page.locator("main")).to_contain_text("Nobody asks me.")


# -- What does not count ------------------------------------------------------------------------------------------


def test_a_lesson_that_was_not_done_after_all_is_open_again_and_says_why(site, line, course, phone, page):
    lesson = lessons_of(course)[0]
    save(page, site, course)
    line.line = Line.CUT
    open_saved(page, site, lesson)
    follow(page, page.locator("[data-action=done]"))
    open_saved(page, site, lesson)
    expect(page.locator("#done")).to_contain_text("will be sent when there is a connection")
    dated_webinar(now=timezone.now(), counts_as=lesson)
    phone.route("**/my/offline/*.json", lambda route: route.abort())  # what has changed is not learnt yet
    line.line = Line.OPEN
    expect(page.locator("[data-offline-state]")).to_contain_text("could not be counted", timeout=20_000)
    open_saved(page, site, lesson)
    expect(page.locator("main")).to_contain_text("is done by attending its webinar")
    expect(page.locator("[data-action=done]")).to_be_visible()
    expect(page.locator("#done")).not_to_contain_text("Done")
    assert not LessonProgress.objects.exclude(done_at=None).exists()


# -- Several at once ----------------------------------------------------------------------------------------------


def hand_in(page: Page) -> None:
    for question in page.locator("form section.question").all():
        question.locator("input[value=right]").check()
    follow(page, page.locator("[data-action=submit-quiz]"))


def test_two_tabs_off_line_and_the_same_person_on_line_leave_what_one_after_another_would(
    browser, academy, site, line, course, enrolment, phone, page
):
    first, second = lessons_of(course)
    quiz = QuizPage.objects.descendant_of(course).get()
    save(page, site, course)
    other_tab = phone.new_page()
    for tab, lesson in ((page, first), (other_tab, second)):
        open_saved(tab, site, lesson)
    line.line = Line.CUT
    for tab in (page, other_tab):
        follow(tab, tab.locator("[data-action=done]"))
    open_saved(other_tab, site, quiz)
    hand_in(other_tab)
    expect(other_tab.locator("main")).to_contain_text("Your answers will be sent")

    with context_of(browser, academy, enrolment.learner) as context:
        desk = context.new_page()
        for step in (first, quiz):
            desk.goto(f"{academy}{step.url}")
            if step is quiz:
                hand_in(desk)
            else:
                follow(desk, desk.locator("[data-action=done]"))
    line.line = Line.OPEN
    wait_for(lambda: Completion.objects.count() == 1, seconds=30, what="The completed course")
    for tab in (page, other_tab):
        expect(tab.locator("[data-offline-state]")).to_contain_text("could not be counted", timeout=20_000)
    page.goto(f"{site}/my/offline/")
    expect(page.locator("section[data-refused]")).to_contain_text("These questions had been handed in already")
    enrolment.refresh_from_db()
    assert (enrolment.lessons_done, enrolment.quizzes_passed, enrolment.state) == (2, 1, "completed")
    assert Attempt.objects.handed_in().count() == 1
    assert MilestoneDelta.objects.filter(milestone="completed").count() == 1


def test_on_a_shared_phone_work_waits_for_whose_it_is(site, line, course, enrolment, phone, page):
    lesson = lessons_of(course)[1]
    save(page, site, course)
    line.line = Line.CUT
    open_saved(page, site, lesson)
    follow(page, page.locator("[data-action=done]"))
    phone.route("**/my/sync/", lambda route: route.abort())
    line.line = Line.OPEN
    page.goto(f"{site}/accounts/logout/")
    follow(page, page.locator("main form button[type=submit]").first)
    phone.unroute("**/my/sync/")
    line.line = Line.CUT
    page.goto(f"{site}{lesson.url}")
    expect(page.locator("h1")).to_have_text("You are offline")
    line.line = Line.OPEN

    other = enrolled(course, UserFactory(), now=timezone.now() - DAY)
    become(phone, site, other)
    page.goto(f"{site}/my/offline/")
    expect(page.locator("[data-others-waiting]")).to_contain_text("1")
    expect(page.locator("[data-list=work]")).to_be_hidden()
    expect(page.locator("[data-list=courses]")).to_be_hidden()
    assert not SyncedEvent.objects.exists()

    become(phone, site, enrolment)
    page.goto(f"{site}/my/offline/")
    wait_for(lambda: len(events("done")) == 1, seconds=60, what="The lesson done")
    assert {event.person_id for event in SyncedEvent.objects.all()} == {enrolment.learner_id}
    expect(page.locator("[data-none=work]")).to_be_visible()


def become(phone: BrowserContext, site: str, enrolment: Enrolment) -> None:
    with context_of(phone.browser, site, enrolment.learner) as theirs:
        phone.add_cookies(theirs.cookies())
