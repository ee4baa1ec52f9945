"""A recording in a lesson: what is offered, in which language, at what size, and what it takes to publish one."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import streamfield

from courses.catalogue.queries import search_ids
from courses.lessons.errors import CannotBePublished
from courses.lessons.models import LessonPage
from courses.media.models import MediaItem, Rendition
from courses.media.rules.captions import Cue
from courses.media.services import save_captions
from tests.cms.conftest import signed_in
from tests.cms.test_course_pages import lesson_data
from tests.factories.accounts import EditorFactory, UserFactory
from tests.factories.lessons import LessonPageFactory, ModulePageFactory
from tests.factories.media import CaptionsFactory, SoundFactory, ready_video

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_in_production_but_for_the_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    cache.clear()


@pytest.fixture
def video() -> MediaItem:
    return ready_video(title="A frequency, three populations")


def lesson_with(item: MediaItem, kind: str = "video", **fields) -> LessonPage:
    return LessonPageFactory(is_preview=True, body=[(kind, item)], **fields)


def text_of(client, lesson) -> str:
    return client.get(lesson.url).content.decode()


def test_the_player_loads_nothing_and_every_choice_says_its_size(client, video):
    captions = CaptionsFactory(item=video, transcript="We look at one variant.\n\nIt is rare here.")
    page = text_of(client, lesson_with(video))
    player = re.search(r"<video.*?</video>", page, re.DOTALL)[0]
    assert 'preload="none"' in player
    assert "240p.mp4" in player
    assert "480p" not in player  # the larger file is for whoever asks for it
    assert f'src="{reverse("captions", args=[captions.key])}"' in player
    assert 'srclang="en"' in player
    choices = re.findall(r"<b>([^<]+)</b> <small>([^<]+)</small>", page)
    assert choices == [
        ("Watch, 240p", "2.1 MB"),
        ("Watch, 480p", "6.3 MB"),
        ("Audio only", "360 kB"),
        ("Read it", "1 kB"),
    ]
    assert "<p>It is rare here.</p>" in page
    assert "bundles/recording.js" in page


def test_who_asked_for_lite_pages_gets_links_alone(client, video):
    CaptionsFactory(item=video)
    lesson = lesson_with(video)
    lesson.save_revision().publish()
    for is_lite in (False, True, False):
        client.force_login(UserFactory(lite_pages=is_lite))
        page = text_of(client, lesson)
        assert ("<video" in page) is not is_lite
        assert "Watch, 240p" in page
    client.defaults["HTTP_SAVE_DATA"] = "on"
    assert "<video" not in text_of(client, lesson)


def test_sound_has_a_player_of_its_own(client):
    item = SoundFactory(state=MediaItem.State.READY, duration=60)
    Rendition.objects.create(item=item, kind="audio", file="lesson-media/1/a.m4a", size_bytes=360_000)
    CaptionsFactory(item=item)
    page = text_of(client, lesson_with(item, "audio"))
    assert "<audio" in page
    assert "Watch" not in page


def test_a_lesson_without_a_recording_loads_no_script(client):
    assert "bundles/recording.js" not in text_of(client, LessonPageFactory(is_preview=True))


def test_captions_are_in_the_language_of_the_lesson(client, video):
    CaptionsFactory(item=video, language="en", transcript="In English.")
    CaptionsFactory(item=video, language="fr", transcript="En français.")
    Locale.objects.get_or_create(language_code="fr")
    page = text_of(client, lesson_with(video))
    assert "In English." in page
    assert "En français." not in page


def save_lesson(
    client, item: MediaItem | None, *, action: str = "action-publish", **fields
) -> tuple[LessonPage | None, str]:
    """Return the new lesson with a recording, None if it was refused, and what the editor then says."""
    data = lesson_data(body=streamfield([("video", str(item.pk))] if item else []), **fields)
    module = ModulePageFactory()
    address = reverse("wagtailadmin_pages:add", args=["lessons", "lessonpage", module.pk])
    answer = client.post(address, {**data, **({action: "1"} if action else {})})
    return LessonPage.objects.child_of(module).first(), answer.content.decode()


def test_publishing_needs_captions_and_transcript_in_the_language_of_the_lesson(video):
    editor = signed_in(EditorFactory())
    CaptionsFactory(item=video, language="fr")
    lesson, said = save_lesson(editor, video)
    assert lesson is None
    assert "has no captions and transcript in English" in said
    draft, _said = save_lesson(editor, video, action="")
    assert not draft.live  # it may wait for them
    CaptionsFactory(item=video, language="en")
    lesson, _said = save_lesson(editor, video)
    assert lesson.live


def test_a_lesson_that_asks_to_watch_holds_something_to_watch(video):
    CaptionsFactory(item=video)
    editor = signed_in(EditorFactory())
    lesson, said = save_lesson(editor, None, watched_percent=80)
    assert lesson is None
    assert "holds neither video nor sound" in said
    lesson, _said = save_lesson(editor, video, watched_percent=80)
    assert lesson.watched_percent == 80


@pytest.mark.parametrize(
    ("state", "said"), [("waiting", "is still being prepared"), ("failed", "could not be prepared")]
)
def test_publishing_needs_files_to_play(video, state, said):
    video.renditions.all().delete()
    MediaItem.objects.filter(pk=video.pk).update(state=state)
    CaptionsFactory(item=video)
    lesson, answer = save_lesson(signed_in(EditorFactory()), video)
    assert lesson is None
    assert said in answer


def test_no_other_way_publishes_a_lesson_without_captions_either(video, client):
    lesson = lesson_with(video, live=False)
    with pytest.raises(CannotBePublished, match="has no captions and transcript in English"):
        lesson.save_revision().publish()
    editor = signed_in(EditorFactory())
    ways = {
        "several at once": f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={lesson.pk}",
        "the API": f"/cms/api/main/pages/{lesson.pk}/action/publish/",
    }
    answers = {name: editor.post(address, follow=True) for name, address in ways.items()}
    assert "has no captions and transcript in English" in answers["several at once"].content.decode()
    assert answers["the API"].status_code == 404
    lesson.refresh_from_db()
    assert not lesson.live
    CaptionsFactory(item=video)
    editor.post(ways["several at once"])
    lesson.refresh_from_db()
    assert lesson.live


def test_a_lesson_that_lost_its_captions_in_review_is_not_approved_and_says_why(video):
    captions = CaptionsFactory(item=video)
    lesson = lesson_with(video, live=False)
    lesson.save_revision()
    editor = EditorFactory()
    lesson.get_workflow().start(lesson, editor)
    task = lesson.current_workflow_state.current_task_state
    captions.delete()
    approve = reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, "approve", task.pk])
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    answer = signed_in(editor).post(approve, headers={"Referer": f"http://testserver{edit}"}, follow=True)
    assert answer.redirect_chain == [(f"http://testserver{edit}", 302)]
    assert "has no captions and transcript in English" in answer.content.decode()
    task.refresh_from_db()
    assert (task.status, LessonPage.objects.get(pk=lesson.pk).live) == ("in_progress", False)
    CaptionsFactory(item=video)
    signed_in(editor).post(approve)
    assert LessonPage.objects.get(pk=lesson.pk).live


def test_what_is_said_is_found_by_search_also_after_it_was_changed(video):
    CaptionsFactory(item=video, transcript="Haplotypes travel together.")
    CaptionsFactory(item=video, language="fr", transcript="Les voyageurs.")
    lesson = lesson_with(video)
    lesson.save_revision().publish()
    live = LessonPage.objects.live()
    assert list(search_ids(live, "haplotypes")) == [lesson.pk]
    assert list(search_ids(live, "voyageurs")) == []
    save_captions(video, language="en", cues=[Cue(0, 1, "x")], transcript="Recombination parts them.")
    assert list(search_ids(live, "recombination")) == [lesson.pk]
    assert list(search_ids(live, "haplotypes")) == []


def test_a_recording_that_was_deleted_leaves_the_lesson_readable(client, video):
    lesson = lesson_with(video)
    video.delete()
    assert client.get(lesson.url).status_code == 200
