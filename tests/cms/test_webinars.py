"""What the editor of a webinar says about its seats, as an organiser is told it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from courses.webinars.editing import ATTENDANCE
from courses.webinars.models import Meeting, Webinar, WebinarPage, WebinarSeriesPage
from courses.webinars.services.following import follow_pages
from lms.access.models import Seat, SeatPool
from lms.access.services.seats import apply_for_seat
from lms.accounts.models import User
from tests.factories.access import policy_with
from tests.factories.accounts import InstructorFactory, UserFactory
from tests.factories.webinars import WebinarPageFactory, in_french, scarce_webinar, series_with

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def webinar(now):
    return WebinarPageFactory(starts_at=now + 30 * DAY)


def publish(client, page: WebinarPage, **said) -> str:
    """Publish a webinar from its editor, changed as said, and return the page that answers."""
    said_before = (
        "title",
        "slug",
        "abstract",
        "level",
        "time_zone",
        "duration_minutes",
        "starts_at",
        "capacity",
        "meeting_provider",
    )
    fields = {name: getattr(page, name) for name in (*said_before, *ATTENDANCE)}
    fields |= said
    data = {
        name: timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value is not None
    }
    data = {"asked": streamfield([])} | data
    data |= {"comments": inline_formset([]), "materials": inline_formset([]), "action-publish": "action-publish"}
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, nested_form_data(data), follow=True).content.decode()


def test_a_number_of_seats_is_enough_and_makes_them(editor, webinar, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(editor, webinar, capacity=10)
    pool = webinar.pool
    assert pool.opens_at - pool.opens_early_at == 7 * DAY
    assert Seat.objects.filter(pool=pool, kind="reserved").count() == 4


def test_the_policy_in_force_says_what_is_left_empty(editor, webinar, now, django_capture_on_commit_callbacks):
    policy_with(now=now, window_days=9, release_days_webinar=3, reserved_share=Decimal("0.2"))
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[webinar.pk])).content.decode()
    assert "At least 9 days later" in form
    assert "released to all 3 days before the start. Empty it is 20," in form
    with django_capture_on_commit_callbacks(execute=True):
        publish(editor, webinar, capacity=10)
    pool = webinar.pool
    assert pool.opens_at - pool.opens_early_at == 9 * DAY
    assert webinar.starts_at - pool.releases_at == 3 * DAY
    assert pool.size.reserved == 2


def test_a_number_of_seats_may_be_set_before_the_start(editor, webinar, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(editor, webinar, capacity=10, starts_at="")
    assert WebinarPage.objects.get().capacity == 10
    assert webinar.pool is None


def test_trying_whether_seats_can_be_had_leaves_nothing_behind(editor, webinar):
    assert "has been published" not in publish(editor, webinar, capacity=10, seats_open_at=webinar.starts_at + DAY)
    publish(editor, webinar, capacity=10)  # what follows a publication comes after the commit
    assert not SeatPool.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"starts_at": 5 * DAY}, "and that has to be before the start"),
        ({"seats_open_at": 3 * DAY}, "there must be at least 7 days"),
        ({"seats_open_early_at": 10 * DAY, "seats_open_at": 9 * DAY}, "The dates are not in order"),
        ({"seats_open_at": 40 * DAY}, "and that has to be before the start"),
        ({"reserved_percent": 61}, "At most 60 % of the seats can be reserved."),
        ({"capacity": 10_001}, "Give a number of seats from 1 to 10000."),
    ],
)
def test_what_the_policy_does_not_have_is_refused_with_a_sentence(editor, webinar, now, said, words):
    dated = {name: now + value if isinstance(value, timedelta) else value for name, value in said.items()}
    assert words in publish(editor, webinar, **{"capacity": 10} | dated)
    assert WebinarPage.objects.get().capacity is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reserved_percent": 10}, "are fixed once people can apply"),
        ({"seats_open_early_at": -3 * DAY}, "the early opening can no longer be moved"),
        ({"starts_at": 3 * DAY}, "and that has to be before the start"),
        ({"capacity": ""}, "so they cannot be taken away"),
        ({"starts_at": ""}, "People have applied for seats at this start."),
    ],
)
def test_what_people_rely_on_cannot_be_changed_once_they_can_apply(editor, now, said, words):
    webinar = scarce_webinar(now=now - 2 * DAY, capacity=10)
    apply_for_seat(webinar.pool.pk, UserFactory(), now=now - DAY)
    dated = {name: now + value if isinstance(value, timedelta) else value for name, value in said.items()}
    assert words in publish(editor, webinar, **dated)


def test_seats_in_use_cannot_be_taken_away_and_more_can_be_given(editor, now, django_capture_on_commit_callbacks):
    webinar = scarce_webinar(now=now - 8 * DAY, capacity=3)
    for _number in range(2):
        apply_for_seat(webinar.pool.pk, UserFactory(), now=now - DAY)
    assert "2 seats are taken, offered or kept" in publish(editor, webinar, capacity=1)
    with django_capture_on_commit_callbacks(execute=True):
        publish(editor, webinar, capacity=20)
    assert webinar.pool.capacity == 20


def test_the_editor_shows_what_empty_fields_came_to(editor, now):
    webinar = scarce_webinar(now=now)
    text = editor.get(reverse("wagtailadmin_pages:edit", args=[webinar.pk])).content.decode()
    assert (now + 7 * DAY).strftime("%Y-%m-%d") in text
    assert 'name="reserved_percent" value="40"' in text


def test_in_a_translation_seats_and_start_are_those_of_the_first_language(editor, now):
    webinar = scarce_webinar(now=now)
    french = in_french(webinar)
    text = editor.get(reverse("wagtailadmin_pages:edit", args=[french.pk])).content.decode()
    assert "the page in the first language decides" in text
    publish(editor, french, capacity=500, starts_at=now + 90 * DAY)
    french.refresh_from_db()
    assert (french.capacity, french.starts_at) == (3, webinar.starts_at)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"attendance_percent": ""}, "Say a share of the session or a number of minutes."),
        ({"attendance_minutes": 61}, "The webinar is shorter than that: it takes 60 minutes."),
        ({"attendance_percent": 101}, "Ensure this value is less than or equal to 100."),
    ],
)
def test_how_much_presence_counts_is_said_and_can_be_reached(editor, webinar, said, answer):
    assert answer in publish(editor, webinar, **said)


def test_how_much_presence_counts_is_said_in_the_first_language_for_all(
    editor, webinar, django_capture_on_commit_callbacks
):
    french = in_french(webinar)
    with django_capture_on_commit_callbacks(execute=True):
        publish(editor, webinar, attendance_percent="", attendance_minutes=45)
    french.refresh_from_db()
    assert (french.attendance_percent, french.attendance_minutes) == (None, 45)


def test_the_editor_of_a_webinar_leads_its_organisers_to_who_has_registered(editor, webinar):
    follow_pages(webinar.translation_key, now=timezone.now())
    address = reverse("teach_webinar", args=[Webinar.objects.get().pk])
    form = reverse("wagtailadmin_pages:edit", args=[webinar.pk])
    assert address not in editor.get(form).content.decode()
    Webinar.objects.get().organisers.add(User.objects.get(pk=editor.session["_auth_user_id"]))
    assert address in editor.get(form).content.decode()


def test_those_who_may_author_are_offered_as_organisers_and_see_the_webinar_once_named(
    editor, webinar, django_capture_on_commit_callbacks
):
    teacher, learner = InstructorFactory(name="Teacher One"), UserFactory(name="Learner One")
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[webinar.pk])).content.decode()
    assert "Teacher One" in form
    assert "Learner One" not in form
    assert "has been published" not in publish(editor, webinar, organisers=learner.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert "has been published" in publish(editor, webinar, organisers=teacher.pk)
    assert teacher in Webinar.objects.get().organisers.all()


def test_a_server_for_meetings_is_offered_once_it_is_set_up(
    editor, webinar, settings, django_capture_on_commit_callbacks
):
    assert "Jitsi" not in editor.get(reverse("wagtailadmin_pages:edit", args=[webinar.pk])).content.decode()
    assert "has been published" not in publish(editor, webinar, meeting_provider="jitsi")
    settings.JITSI_URL, settings.JITSI_APP_ID, settings.JITSI_APP_SECRET = "https://meet.example.org", "app", "s" * 40
    with django_capture_on_commit_callbacks(execute=True):
        assert "has been published" in publish(editor, webinar, meeting_provider="jitsi")
    assert Meeting.objects.get().provider == "jitsi"


def test_one_of_several_needs_at_least_two_choices(editor, webinar, django_capture_on_commit_callbacks):
    value = {"question": "Which clinic?", "purpose": "To choose cases.", "kind": "choice"}

    def asked(*choices):
        return streamfield([("question", {**value, "choices": streamfield([("item", one) for one in choices])})])

    assert "Give at least two different choices." in publish(editor, webinar, asked=asked("Rural", "Rural"))
    with django_capture_on_commit_callbacks(execute=True):
        assert "has been published" in publish(editor, webinar, asked=asked("Rural", "Urban"))


def test_a_server_that_is_not_set_up_any_more_is_refused_with_a_way_on(editor, webinar):
    webinar.meeting_provider = "jitsi"
    webinar.save()
    said = publish(editor, webinar, meeting_provider="jitsi")
    assert "has been published" not in said
    assert "This server is not set up any more. Choose another" in said


# -- Series --------------------------------------------------------------------------------------------------------


def test_a_series_is_made_beside_the_webinars_and_chosen_in_each(editor, webinar, django_capture_on_commit_callbacks):
    below = reverse("wagtailadmin_pages:add", args=["webinars", "webinarseriespage", webinar.get_parent().pk])
    said = {"title": "Mondays", "slug": "mondays", "abstract": "One gene each.", "objectives": "Act"}
    data = nested_form_data({**said, "comments": inline_formset([]), "action-publish": "action-publish"})
    editor.post(below, data)
    series = WebinarSeriesPage.objects.live().get()
    french = in_french(webinar)
    with django_capture_on_commit_callbacks(execute=True):
        publish(editor, webinar, series=series.pk)
    for page in (webinar, french):
        page.refresh_from_db()
        assert page.series == series


def test_a_series_and_a_webinar_cannot_have_one_address(editor, webinar):
    series = series_with([webinar])
    assert "already in use" in publish(editor, webinar, slug=series.slug)
