"""Preparing recordings, with the real ffmpeg and recordings of a second."""

import os
from datetime import timedelta
from subprocess import CalledProcessError

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from courses.media import ffmpeg, files, services
from courses.media.models import MediaItem, Rendition
from courses.media.rules.formats import AUDIO, HIGH, LOW, POSTER, Facts
from tests.factories.media import MediaItemFactory, SoundFactory, recording

pytestmark = pytest.mark.django_db

State = MediaItem.State


def prepare(now=None) -> bool:
    return services.prepare_next(clock=lambda: now or timezone.now())


def kinds_of(item) -> set[str]:
    return set(item.renditions.values_list("kind", flat=True))


def test_a_video_becomes_two_sizes_sound_alone_and_a_poster(made):
    item = MediaItemFactory()
    assert prepare()
    item.refresh_from_db()
    assert (item.state, item.reason, item.lease) == (State.READY, "", None)
    assert item.duration == pytest.approx(1, abs=0.2)
    assert (item.width, item.height) == (640, 360)
    assert kinds_of(item) == {LOW, HIGH, AUDIO, POSTER}
    for rendition in item.renditions.all():
        content = (made.parent / rendition.file.name).read_bytes()
        assert len(content) == rendition.size_bytes
        assert b"Home" not in content  # the title that the upload carries; a phone writes where it was, too
        if rendition.kind == POSTER:
            assert content[8:12] == b"WEBP"
        else:
            assert content.index(b"moov") < content.index(b"mdat")  # plays before all of it has come
    low = item.renditions.get(kind=LOW)
    assert (low.width, low.height) == (426, 240)
    said = ffmpeg.check(made.parent / low.file.name, is_video=True)
    assert said.has_sound
    assert not prepare()


def test_sound_becomes_one_small_file():
    item = SoundFactory()
    assert prepare()
    item.refresh_from_db()
    assert (item.state, kinds_of(item)) == (State.READY, {AUDIO})


def test_a_silent_video_has_no_sound_to_offer():
    item = MediaItemFactory(file=ContentFile(recording(has_sound=False), name="a.mp4"))
    prepare()
    assert kinds_of(item) == {LOW, HIGH, POSTER}


def test_what_cannot_be_played_fails_with_its_reason_and_waits_again_when_asked():
    item = MediaItemFactory(file=ContentFile(b"MZ not a video", name="a.mp4"))
    prepare()
    item.refresh_from_db()
    assert item.state == State.FAILED
    assert "not a video" in item.reason
    assert not prepare()
    services.wait_for_worker(item)
    item.refresh_from_db()
    assert (item.state, item.reason, item.attempts) == (State.WAITING, "", 0)


def test_nobody_takes_what_another_worker_is_at_until_its_lease_lapses(settings):
    item = MediaItemFactory()
    now = timezone.now()
    _taken, lease = services._take_next(now)
    assert not prepare(now)
    lapsed = now + timedelta(seconds=settings.MEDIA_LEASE_SECONDS + 1)
    again, other = services._take_next(lapsed)
    assert (again.pk, again.attempts) == (item.pk, 2)
    assert other != lease


def test_whoever_lost_the_lease_changes_nothing(made):
    item = MediaItemFactory()
    taken, lease = services._take_next(timezone.now())
    services.wait_for_worker(item)  # a newer file was uploaded meanwhile
    services._finish(taken, lease, [Rendition(item=item, kind=LOW, file="a.mp4", size_bytes=1)], Facts(60))
    services._fail(taken, lease, "too late")
    item.refresh_from_db()
    assert (item.state, item.reason, kinds_of(item)) == (State.WAITING, "", set())


def test_the_lease_is_kept_while_ffmpeg_runs_and_its_loss_stops_the_work(settings, tmp_path):
    settings.MEDIA_LEASE_SECONDS = 3
    item = MediaItemFactory()
    start = timezone.now()
    taken, lease = services._take_next(start)
    times = iter([start, start + timedelta(seconds=2), start + timedelta(seconds=4)])
    keep = services._lease_keeper(taken, lease, lambda: next(times))
    keep()
    item.refresh_from_db()
    assert item.leased_until == start + timedelta(seconds=5)
    services.wait_for_worker(item)
    with pytest.raises(services.LeaseLost):
        keep()


def test_a_worker_that_is_gone_three_times_is_not_waited_for_for_ever():
    item = MediaItemFactory(attempts=services.MAX_ATTEMPTS)
    prepare()
    item.refresh_from_db()
    assert (item.state, item.reason) == (State.FAILED, services.FAILED_TO_COME_BACK)


def test_an_accident_is_tried_again_and_its_reason_kept(monkeypatch, settings):
    item = MediaItemFactory()

    def killed(*args, **kwargs):
        raise CalledProcessError(-9, "ffmpeg")

    monkeypatch.setattr(ffmpeg, "make", killed)
    with pytest.raises(CalledProcessError):
        prepare()
    item.refresh_from_db()
    assert item.state == State.WORKING
    assert "CalledProcessError" in item.reason
    monkeypatch.undo()
    assert prepare(timezone.now() + timedelta(seconds=settings.MEDIA_LEASE_SECONDS + 1))
    item.refresh_from_db()
    assert (item.state, item.reason, item.attempts) == (State.READY, "", 2)


def test_one_machine_prepares_one_recording_at_a_time():
    item = MediaItemFactory()
    with files.workshop() as folder, files.workshop() as second:
        assert folder is not None
        assert second is None
        assert not prepare()
    item.refresh_from_db()
    assert item.state == State.WAITING


def test_what_a_killed_worker_left_in_the_workshop_is_swept_out():
    with files.workshop() as folder:
        (folder / "half.mp4").write_bytes(b"half")
        left = folder.with_name("work-of-the-dead")
        folder.rename(left)
    with files.workshop():
        assert not left.exists()


def test_making_it_again_from_the_same_file_changes_no_file(made):
    item = MediaItemFactory()
    prepare()
    before = sorted(path.name for path in made.rglob("*.*"))
    services.wait_for_worker(item)
    prepare()
    assert sorted(path.name for path in made.rglob("*.*")) == before
    assert not list(made.rglob("*.part"))


def test_files_that_nothing_names_are_removed_a_day_later(made):
    item = MediaItemFactory()
    prepare()
    kept = {made.parent / name for name in item.renditions.values_list("file", flat=True)}
    stray = made / str(item.pk) / "stray.mp4.0123.part"
    stray.write_bytes(b"half")
    now = timezone.now()
    assert services.remove_leftover_files(now=now) == 0
    for path in made.rglob("*.*"):
        os.utime(path, (0, 0))
    assert services.remove_leftover_files(now=now) == 1
    assert {path for path in made.rglob("*.*") if path.is_file()} == kept
    item.delete()
    assert services.remove_leftover_files(now=now) == len(kept)


def test_those_tried_least_come_first():
    stubborn = MediaItemFactory(attempts=2)
    fresh = MediaItemFactory()
    assert [services._take_next(timezone.now())[0].pk for _ in range(2)] == [fresh.pk, stubborn.pk]
