"""Video and sound in the editor: what is taken, how far it has come, captions, and whose it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.media import tasks
from courses.media.models import Captions, MediaItem
from tests.cms.conftest import signed_in
from tests.factories.accounts import InstructorFactory
from tests.factories.media import WEBVTT, CaptionsFactory, MediaItemFactory, ready_video, recording

pytestmark = pytest.mark.django_db

State = MediaItem.State
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n"


@pytest.fixture
def rung(monkeypatch, django_capture_on_commit_callbacks) -> list[int]:
    """How often the worker was rung for."""
    calls: list[int] = []
    monkeypatch.setattr(tasks.prepare_next, "delay", lambda: calls.append(1))
    return calls


def upload(client, content: bytes, *, name: str = "a.mp4", kind: str = "video"):
    data = {"title": "One variant", "file": SimpleUploadedFile(name, content), "tags": ""}
    return client.post(reverse("wagtailmedia:add", args=[kind]), data)


def test_an_uploaded_video_waits_for_the_worker_who_is_rung_for(
    instructor, rung, django_capture_on_commit_callbacks, settings
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(instructor, recording())
    assert answer.status_code == 302
    item = MediaItem.objects.get()
    assert (item.state, rung) == (State.WAITING, [1])
    assert item.file.storage.exists(item.file.name)
    assert str(settings.PRIVATE_ROOT) in item.file.path  # what came from outside has no public address


@pytest.mark.parametrize(
    ("content", "name", "kind", "said"),
    [
        (b"MZ\x90\x00 a program", "a.mp4", "video", "not a video that can be played"),
        (PLAYLIST, "a.mp4", "video", "not a video that can be played"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            "a.mp4",
            "video",
            "not a video that can be played",
        ),
        (b"ID3 no song", "a.mp3", "audio", "not a sound recording that can be played"),
        (recording, "a.exe", "video", "File extension “exe” is not allowed"),
        (b"", "a.mp4", "video", "The submitted file is empty"),
    ],
    ids=["program", "playlist", "drawing", "no song", "wrong ending", "empty"],
)
def test_what_only_calls_itself_a_video_is_refused(instructor, content, name, kind, said):
    answer = upload(instructor, content() if callable(content) else content, name=name, kind=kind)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not MediaItem.objects.exists()


def test_sound_alone_is_no_video(instructor):
    answer = upload(instructor, recording("a.mp4", size=""))
    assert "not a video that can be played" in answer.content.decode()


def test_a_file_that_is_too_large_or_too_long_is_refused_with_the_limit(instructor, settings):
    settings.MEDIA_UPLOAD_MEGABYTES = 0
    assert "at most 0 MB are taken" in upload(instructor, recording()).content.decode()
    settings.MEDIA_UPLOAD_MEGABYTES, settings.MEDIA_LONGEST_MINUTES = 1, 0
    assert "longer than 0 minutes" in upload(instructor, recording()).content.decode()


def test_saving_a_title_leaves_alone_what_a_worker_writes(editor, monkeypatch):
    item = MediaItemFactory()
    clean = MediaItem.clean

    def meanwhile(self, *args, **kwargs):
        MediaItem.objects.filter(pk=item.pk).update(state=State.READY, duration=60)
        clean(self, *args, **kwargs)

    monkeypatch.setattr(MediaItem, "clean", meanwhile)
    answer = editor.post(reverse("wagtailmedia:edit", args=[item.pk]), {"title": "New", "tags": ""})
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.title, item.state, item.duration) == ("New", State.READY, 60)


def test_a_newer_file_waits_afresh(editor, rung, django_capture_on_commit_callbacks):
    item = ready_video()
    data = {"title": "New", "tags": "", "file": SimpleUploadedFile("b.mp4", recording())}
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(reverse("wagtailmedia:edit", args=[item.pk]), data)
    item.refresh_from_db()
    assert (item.state, rung) == (State.WAITING, [1])
    assert item.renditions.count() == 4  # learners see what there is until the new files are there


def test_why_it_failed_stands_in_the_list_and_beside_the_button_that_tries_again(
    editor, rung, django_capture_on_commit_callbacks
):
    item = MediaItemFactory(state=State.FAILED, reason="The disk was full.")
    assert "The disk was full." in editor.get(reverse("wagtailmedia:index")).content.decode()
    page = editor.get(reverse("wagtailmedia:edit", args=[item.pk])).content.decode()
    assert "The disk was full." in page
    retry = reverse("retry_media", args=[item.pk])
    assert retry in page
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(retry)
    item.refresh_from_db()
    assert (item.state, rung) == (State.WAITING, [1])


def test_what_is_ready_shows_duration_and_sizes(editor):
    page = editor.get(reverse("wagtailmedia:edit", args=[ready_video().pk])).content.decode()
    for words in ("Duration 1:00", "240p, 2.1 MB", "480p, 6.3 MB", "Audio only, 360 kB"):
        assert words in page


def captions_data(text: str = WEBVTT, **more) -> dict:
    return {"webvtt": SimpleUploadedFile("a.vtt", text.encode()), "transcript": "", **more}


def test_captions_are_stored_by_language_and_the_transcript_taken_from_them(editor):
    item = ready_video()
    address = reverse("edit_captions", args=[item.pk, "fr"])
    assert editor.get(address).status_code == 200
    assert editor.post(address, captions_data()).status_code == 302
    stored = Captions.objects.get(item=item)
    assert (stored.language, stored.transcript) == ("fr", "We look at one variant.")
    editor.post(address, {"transcript": "We look at one variant.\n\nA map is shown."})
    stored.refresh_from_db()
    assert stored.transcript.endswith("A map is shown.")
    assert "00:00:00.000 --> 00:00:01.000" in stored.webvtt


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1\n00:00:01,000 --> 00:00:02,000\nA\n", "Line 1: the first line of a captions file is WEBVTT."),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nA\n", "Line 3: the caption ends before it begins."),
        ("WEBVTT\n\n05:00.000 --> 05:01.000\nA\n", "belong to another one"),
    ],
)
def test_what_are_no_captions_of_this_recording_is_refused_with_the_line(editor, text, said):
    item = ready_video()
    answer = editor.post(reverse("edit_captions", args=[item.pk, "en"]), captions_data(text))
    assert said in answer.content.decode()
    assert not Captions.objects.exists()


def test_captions_are_text_vtt(client):
    captions = CaptionsFactory()
    answer = client.get(reverse("captions", args=[captions.key]))
    assert answer.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer.content.decode() == captions.webvtt


def test_instructors_change_what_they_uploaded_and_nothing_else(instructor, teacher):
    own, others = MediaItemFactory(uploaded_by_user=teacher), MediaItemFactory(state=State.FAILED)
    for item, status in ((own, 200), (others, 302)):
        assert instructor.get(reverse("wagtailmedia:edit", args=[item.pk])).status_code == status
        assert instructor.get(reverse("edit_captions", args=[item.pk, "en"])).status_code == status
    instructor.post(reverse("retry_media", args=[others.pk]))
    others.refresh_from_db()
    assert others.state == State.FAILED


def test_learners_find_none_of_it(client):
    item = MediaItemFactory(state=State.FAILED)
    for address in (reverse("edit_captions", args=[item.pk, "en"]), reverse("wagtailmedia:edit", args=[item.pk])):
        assert client.get(address).status_code == 302
    assert "/login/" in client.post(reverse("retry_media", args=[item.pk]))["Location"]


def test_staff_without_a_language_of_that_name_are_told_so(editor):
    assert editor.get(reverse("edit_captions", args=[MediaItemFactory().pk, "xx"])).status_code == 404


def test_the_menu_leads_there(teacher):
    assert signed_in(teacher).get(reverse("wagtailmedia:index")).status_code == 200
    assert signed_in(InstructorFactory()).get(reverse("wagtailmedia:index")).status_code == 200
