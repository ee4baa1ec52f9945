"""Meetings on a server: made before the door opens, watched, and led to; whatever the server does."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from courses.webinars.models import Attendance, Join, Meeting, Presence, Registration, Webinar
from courses.webinars.references import reference_to, reference_to_host, registration_in
from courses.webinars.services.doors import DoorClosed, NotReady, NotRegistered, enter
from courses.webinars.services.following import follow_pages
from courses.webinars.services.meetings import look_after, meetings_due
from courses.webinars.services.registrations import register
from tests.bigbluebutton import SECRET, meeting_server
from tests.factories.accounts import UserFactory
from tests.factories.webinars import NOW, dated_webinar

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(settings):
    with meeting_server() as running:
        settings.BIGBLUEBUTTON_URL, settings.BIGBLUEBUTTON_SECRET = running.address, SECRET
        settings.MEETING_SERVER_SECONDS = 1
        yield running


@pytest.fixture
def webinar(server) -> Webinar:
    return dated_webinar(now=NOW, title="Genes", meeting_provider="bigbluebutton", meeting_is_recorded=True)


def sweep(*, now: datetime) -> None:
    for meeting in meetings_due(now=now):
        look_after(meeting, now=now)


def start_of(webinar: Webinar) -> datetime:
    return webinar.when[0]


def somebody(webinar: Webinar, **fields):
    return register(webinar, UserFactory(**{"name": "Ama Example", **fields}), now=NOW)


def go_in(registration: Registration, *, now: datetime) -> str:
    found = Registration.objects.select_related("webinar__meeting").get(pk=registration.pk)
    return enter(found.webinar, found.person, registration=found, now=now)


def test_a_meeting_is_made_before_the_door_opens_and_not_earlier(webinar, server):
    sweep(now=NOW)
    sweep(now=start_of(webinar) - 36 * MINUTE)
    assert server.calls == []
    sweep(now=start_of(webinar) - 35 * MINUTE)
    assert Meeting.objects.get().created in server.meetings[Meeting.objects.get().room]["createTime"]


def test_a_server_that_fails_is_asked_again_with_pauses_until_it_works(webinar, server):
    sweep(now=NOW)
    server.mood = "broken"
    now, asked = start_of(webinar) - 35 * MINUTE, []
    for second in range(0, 180, 5):
        before = len(server.calls)
        sweep(now=now + timedelta(seconds=second))
        if len(server.calls) > before:
            asked.append(second)
    assert asked == [0, 15, 45, 105, 165]
    server.mood = ""
    sweep(now=now + 4 * MINUTE)
    assert Meeting.objects.get().created
    assert Meeting.objects.get().attempts == 0


def test_two_who_look_at_one_moment_ask_once(webinar, server):
    now = start_of(webinar) - 20 * MINUTE
    for _worker in range(2):
        look_after(Meeting.objects.get().pk, now=now)
    assert len(server.asked("create")) == 1


def test_the_door_leads_each_to_an_address_of_their_own(webinar, server):
    now = start_of(webinar) - 10 * MINUTE
    sweep(now=now)
    ama, ben = somebody(webinar), somebody(webinar, name="Ben Example")
    addresses = {go_in(registration, now=now) for registration in (ama, ben)}
    assert len(addresses) == 2
    for address in addresses:
        assert "successfullyJoined" in server.answer("join", urlsplit(address).query)
    assert {said["userID"] for said in server.asked("join")} == {reference_to(ama.pk), reference_to(ben.pk)}
    assert not [said for said in server.asked("join") if "@" in "".join(said.values())]
    assert Join.objects.count() == 2
    assert len(server.asked("create")) == 1


def test_a_meeting_that_nobody_made_is_made_at_the_door(webinar, server):
    address = go_in(somebody(webinar), now=start_of(webinar))
    assert "successfullyJoined" in server.answer("join", urlsplit(address).query)


def test_at_a_server_that_fails_one_waits_and_the_others_are_told_at_once(webinar, server):
    now, people = start_of(webinar), [somebody(webinar) for _ in range(5)]
    server.mood = "broken"
    for registration in people:
        with pytest.raises(NotReady, match="try again in a minute"):
            go_in(registration, now=now)
    assert len(server.calls) == 1
    assert not Join.objects.exists()
    server.mood = ""
    assert go_in(people[0], now=now + MINUTE)


def test_while_one_has_the_meeting_made_the_others_are_told_at_once(webinar, server, monkeypatch):
    ama, ben, asked = somebody(webinar), somebody(webinar), []

    def answer_while_another_comes(address, *, seconds):
        asked.append(address)
        with pytest.raises(NotReady):
            go_in(ben, now=start_of(webinar))
        return b"<response><returncode>SUCCESS</returncode><createTime>1</createTime></response>"

    monkeypatch.setattr("courses.webinars.providers.bigbluebutton.fetch", answer_while_another_comes)
    assert go_in(ama, now=start_of(webinar))
    assert go_in(ben, now=start_of(webinar))
    assert len(asked) == 1


def test_without_its_settings_the_door_says_so_and_nothing_is_asked(webinar, server, settings, caplog):
    settings.BIGBLUEBUTTON_URL = ""
    with pytest.raises(NotReady):
        go_in(somebody(webinar), now=start_of(webinar))
    sweep(now=start_of(webinar))
    assert "The settings do not say where the bigbluebutton server is" in caplog.text
    assert server.calls == []


def test_a_meeting_that_ended_is_not_made_again_until_somebody_comes(webinar, server):
    start = start_of(webinar)
    registration = somebody(webinar)
    sweep(now=start)
    go_in(registration, now=start)
    server.meetings.clear()
    for minute in range(1, 5):
        sweep(now=start + minute * MINUTE)
    assert server.meetings == {}
    assert go_in(registration, now=start + 5 * MINUTE)
    assert len(server.meetings) == 1


def test_what_the_server_tells_becomes_presence_and_minutes(webinar, server):
    start = start_of(webinar)
    ama, ben = somebody(webinar), somebody(webinar, name="Ben Example")
    sweep(now=start - 20 * MINUTE)
    for minute in range(-5, 62):
        server.people = [(reference_to(ama.pk), "Ama"), ("made up", "Cy Example")]
        if minute < 20 or minute >= 40:
            server.people.append((reference_to(ben.pk), "Ben"))
        server.mood = "broken" if minute == 30 else ""
        sweep(now=start + minute * MINUTE)
    assert Presence.objects.get(registration=ama).email == ama.person.email
    assert Presence.objects.filter(registration=ben).count() == 2
    assert Presence.objects.get(registration=None).name == "Cy Example"
    minutes = dict(Attendance.objects.values_list("registration", "minutes"))
    assert minutes == {ama.pk: 59, ben.pk: 19 + 19}


def test_hosts_come_in_earlier_as_moderators_and_their_presence_is_not_noted(webinar, server):
    host, now = UserFactory(name="Host Example"), start_of(webinar) - 30 * MINUTE
    with pytest.raises(DoorClosed, match="30 minutes before"):
        enter(webinar, host, registration=None, is_host=True, now=now - MINUTE)
    sweep(now=now)
    webinar.meeting.refresh_from_db()
    address = enter(webinar, host, registration=None, is_host=True, now=now)
    assert "successfullyJoined" in server.answer("join", urlsplit(address).query)
    assert server.asked("join")[0]["role"] == "MODERATOR"
    sweep(now=now + 2 * MINUTE)
    assert not Presence.objects.exists()
    assert registration_in(reference_to_host(host.pk)) is None


def test_whoever_is_neither_registered_nor_a_host_stays_outside(webinar, server):
    with pytest.raises(NotRegistered):
        enter(webinar, UserFactory(), registration=None, now=start_of(webinar))


def test_a_made_up_reference_is_nobodys():
    assert registration_in(reference_to(17)) == 17
    assert [registration_in(text) for text in ("17", "17.x", "", "host", reference_to(17)[1:])] == [None] * 5


def test_presence_costs_the_same_queries_for_2_and_for_20(webinar, server, django_assert_num_queries):
    counts = []
    for people in (2, 20):
        server.people = [(reference_to(somebody(webinar).pk), "") for _ in range(people)]
        now = start_of(webinar) + people * MINUTE
        Meeting.objects.update(look_at=now, created="1")
        server.meetings[Meeting.objects.get().room] = {"createTime": "1"}
        with django_assert_num_queries(10) as asked:
            sweep(now=now)
        counts.append(len(asked))
    assert Presence.objects.count() == 22


def test_recordings_are_asked_for_until_they_are_there_and_then_no_more(webinar, server):
    ends_at = webinar.when[1]
    sweep(now=ends_at + MINUTE)
    assert Meeting.objects.get().recordings == []
    server.recordings = [("presentation", "https://bbb.example.org/p", "58")]
    sweep(now=ends_at + 61 * MINUTE)
    told = [{"address": "https://bbb.example.org/p", "kind": "presentation", "minutes": 58}]
    assert Meeting.objects.get().recordings == told
    sweep(now=ends_at + timedelta(days=8))
    assert Meeting.objects.get().look_at is None


def test_what_is_called_off_or_moved_is_not_made_at_the_old_hour(webinar, server):
    start = start_of(webinar)
    webinar.page.starts_at = start + timedelta(hours=2)
    webinar.page.save()
    follow_pages(webinar.translation_key, now=NOW)
    sweep(now=NOW)
    sweep(now=start)
    assert server.calls == []
    webinar.page.live = False
    webinar.page.save()
    follow_pages(webinar.translation_key, now=start)
    sweep(now=start + timedelta(hours=2))
    assert server.calls == []
    assert Meeting.objects.get().look_at is None


def test_a_page_that_is_published_while_the_server_is_asked_has_the_last_word(webinar, server, monkeypatch):
    def answer_late(call, query, answer=server.answer):
        webinar.page.meeting_provider = "link"
        webinar.page.meeting_url = "https://meet.example.org/genes"
        webinar.page.save()
        follow_pages(webinar.translation_key, now=NOW)
        return answer(call, query)

    meeting = Meeting.objects.get()
    monkeypatch.setattr(
        "courses.webinars.providers.bigbluebutton.fetch", lambda *_a, **_k: answer_late("create", "") and b""
    )
    look_after(meeting.pk, now=start_of(webinar) - 10 * MINUTE)
    meeting.refresh_from_db()
    assert (meeting.provider, meeting.created, meeting.attempts) == ("link", "", 0)


def test_jitsi_lets_in_with_a_token_and_needs_no_server_asked(settings):
    settings.JITSI_URL, settings.JITSI_APP_ID, settings.JITSI_APP_SECRET = (
        "https://meet.example.org",
        "genomed",
        "s" * 40,
    )
    webinar = dated_webinar(now=NOW, meeting_provider="jitsi")
    sweep(now=NOW)
    assert Meeting.objects.get().look_at is None
    address = go_in(somebody(webinar), now=start_of(webinar))
    assert address.startswith(f"https://meet.example.org/{Meeting.objects.get().room}?jwt=")


def test_rooms_cannot_be_guessed_from_what_is_known_of_a_webinar(webinar):
    other = dated_webinar(now=NOW)
    assert webinar.meeting.room != other.meeting.room
    assert len(webinar.meeting.room) == 40
