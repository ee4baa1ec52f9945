from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.files.storage import storages

from certificates.issuing.models import Certificate
from courses.assessments import rules as marking
from courses.assessments.models import Appeal, Question, QuizPage, QuizQuestion, Response, Ruling
from courses.assessments.queries import live_questions
from courses.assessments.services import file_appeal, uphold_appeal
from courses.catalogue.models import Course, CoursePage, CourseTeamMember
from courses.catalogue.services import ensure_course
from courses.enrolment.models import CourseRun, Enrolment
from courses.progress.cohorts.services import follow_seats
from courses.progress.models import Completion
from courses.progress.queries import records_of
from courses.progress.tasks import apply_waiting_rulings
from courses.webinars.models import WebinarPage
from lms.access.models import AccessAppeal, AccessRequest, Application, Audit, Decision, HardshipRequest, Notice
from lms.access.queries.decisions import has_priority
from lms.access.queries.fees import charges
from lms.access.services.records import differences_in
from lms.access.services.requests import request_access
from lms.access.services.seats import apply_for_seat
from lms.accounts.models import User
from lms.accounts.queries import is_editor, is_instructor, is_programme_lead, may_see_insights
from lms.mail.models import OutgoingMail
from lms.mail.services import queue_mail
from lms.operations.demo import people, services
from lms.operations.demo.appeals import APPEALS
from lms.operations.demo.services import NoCourses, remove_demo, seed_demo
from lms.operations.models import LoadedItem
from tests.counts import differences
from tests.factories.accounts import UserFactory
from tests.factories.assessments import MultipleQuestionFactory, quiz_with_questions
from tests.factories.classroom import classroom_return_to
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import complete_course, enrolled, take_quiz
from tests.factories.webinars import WebinarPageFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
# Rows about courses and about who may do what: the demo makes them if it comes first, and they stay.
STAYING = {"Contract", "CourseRun", "Lesson", "Quiz", "Revision", "PageLogEntry", "ContentType", "IndexEntry"}


@pytest.fixture(autouse=True)
def few_learners(monkeypatch, settings, tmp_path):
    """Two dozen learners instead of four hundred, and files in a folder of the test's own."""
    monkeypatch.setattr(people, "LEARNERS_BY_COUNTRY", {"IN": 12, "GH": 8, "NP": 4})
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def courses():
    """Three courses of two modules, four lessons and two quizzes, one of them with a question of several answers."""
    made = []
    for _number in range(3):
        page = course_with_lessons(2, 2)
        for module in page.get_children().specific():
            quiz = quiz_with_questions(2, module=module)
            quiz.quiz_questions.create(question=MultipleQuestionFactory(), sort_order=9)
        made.append(page)
    return made


COUNTS = ("MilestoneDelta", "MilestoneRollup", "DaysRollup", "LessonDelta", "LessonRollup", "MinutesRollup")


def stored_files() -> set[str]:
    storage = storages["private"]
    folders, _files = storage.listdir("certificates") if storage.exists("certificates") else ([], [])
    return {
        f"certificates/{folder}/{file}" for folder in folders for file in storage.listdir(f"certificates/{folder}")[1]
    }


def rows_by_model() -> Counter:
    return Counter(
        {
            model.__name__: model._base_manager.count()
            for model in apps.get_models()
            if model._meta.managed and model.__name__ not in STAYING
        }
    )


def person(email: str) -> User:
    return User.objects.get(email=email)


def test_every_seeded_enrolment_is_what_a_recount_of_its_rows_gives(courses):
    seed_demo(now=NOW)
    enrolments = list(Enrolment.objects.select_related("contract", "resume_lesson"))
    assert len(enrolments) > 24
    for enrolment_id, record in records_of(enrolments).items():
        enrolment = next(one for one in enrolments if one.pk == enrolment_id)
        assert enrolment.lessons_done == record.progress.lessons_done
        assert enrolment.quizzes_passed == record.progress.quizzes_passed
        assert (enrolment.state == Enrolment.State.COMPLETED) == record.progress.is_complete
        assert hasattr(enrolment, "completion") == record.progress.is_complete


def test_seeded_answers_are_options_of_their_question_marked_by_the_rules(courses):
    seed_demo(now=NOW)
    responses = Response.objects.select_related("question", "attempt")
    assert responses.exists()
    for response in responses:
        item = response.question.item
        assert {option["id"] for option in item["options"]} >= set(response.answer)
        assert response.score_fraction == marking.mark(response.question.kind, item, response.answer).score
        assert response.revision_id == response.question.live_revision_id


def test_a_standing_tells_the_best_of_its_attempts(courses):
    seed_demo(now=NOW)
    for enrolment in Enrolment.objects.prefetch_related("standings", "attempts"):
        for standing in enrolment.standings.all():
            attempts = [attempt for attempt in enrolment.attempts.all() if attempt.quiz_id == standing.quiz_id]
            assert standing.attempts == len(attempts)
            assert sorted(attempt.number for attempt in attempts) == list(range(1, len(attempts) + 1))
            assert standing.best_fraction == max(attempt.score_fraction for attempt in attempts)
            assert bool(standing.passed_at) == any(attempt.has_passed for attempt in attempts)


def test_seeded_counts_equal_a_recount(courses):
    seed_demo(now=NOW)
    assert differences() == []


def test_every_seeded_completion_has_an_issued_certificate_with_its_file_and_no_mail(courses):
    counts = seed_demo(now=NOW)
    certificates = Certificate.objects.all()
    assert counts.completions == counts.certificates == Completion.objects.count() == certificates.count() > 0
    assert {certificate.state for certificate in certificates} == {"issued"}
    assert stored_files() == {certificate.file_name for certificate in certificates}
    assert not OutgoingMail.objects.exists()


def test_seeded_decisions_are_what_the_policy_makes_of_what_was_told(courses, monkeypatch):
    monkeypatch.setattr(people, "LEARNERS_BY_COUNTRY", {"IN": 6, "NP": 3, "BR": 6, "FR": 3, "UY": 3})
    seed_demo(now=NOW)
    assert Decision.objects.count() > 10
    assert [differences_in(decision) for decision in Decision.objects.all() if differences_in(decision)] == []
    assert [has_priority(person(one.email), NOW) for one in (people.HALF_WAY, people.FINISHER, people.NEWCOMER)] == [
        *(True, True, False)
    ]
    assert all(set(one.sentences) == set(one.decision.attested) for one in AccessRequest.objects.all())
    queued = Decision.objects.filter(needs_review=True, decided_at__gt=NOW - timedelta(days=4))
    assert "FR" in {str(one.country) for one in queued}
    assert AccessAppeal.objects.get().decision.country == "BR"
    assert not OutgoingMail.objects.exists()


def test_what_is_on_record_about_others_stays_when_the_demo_goes(courses):
    seed_demo(now=NOW)
    real = UserFactory(country="NP")
    request_access(real, country="NP", sentences={}, now=NOW)
    remove_demo()
    assert [decision.person for decision in Decision.objects.all()] == [real]
    assert AccessRequest.objects.get().person == real
    assert not AccessAppeal.objects.exists()


def test_the_named_people_can_sign_in_and_are_who_they_are_said_to_be(courses, client):
    seed_demo(now=NOW)
    for named in people.NAMED:
        user = person(named.email)
        assert user.check_password("genomics-demo")
        assert EmailAddress.objects.filter(user=user, email=named.email, verified=True, primary=True).exists()
        assert user.is_demo
    half_way = Enrolment.objects.select_related("contract").get(learner__email="learner@example.org")
    assert records_of([half_way])[half_way.pk].progress.percent == 50
    assert half_way.country.code == "GH"
    assert not person("learner2@example.org").enrolments.exists()
    finished = Certificate.objects.filter(completion__enrolment__learner__email="finisher@example.org")
    assert finished.issued().count() == 2
    assert is_instructor(person("instructor@example.org"))
    assert is_editor(person("editor@example.org"))
    assert is_programme_lead(person("lead@example.org"))
    assert may_see_insights(person("lead@example.org"))
    assert not may_see_insights(person("editor@example.org"))
    assert person("admin@example.org").is_superuser
    taught = CourseTeamMember.objects.filter(member__email="instructor@example.org")
    assert taught.count() == 2


def test_generated_learners_are_marked_cannot_sign_in_and_have_addresses_that_belong_to_nobody(courses):
    seed_demo(now=NOW)
    generated = User.objects.filter(email__endswith="@demo.example.org")
    assert generated.count() == 24
    for user in generated:
        assert user.is_demo
        assert user.name.startswith("Demo learner ")
        assert not user.has_usable_password()


def test_seeding_twice_changes_nothing(courses):
    seed_demo(now=NOW)
    before = rows_by_model()
    assert seed_demo(now=NOW + timedelta(days=1)) == services.Counts()
    assert rows_by_model() == before


def test_without_courses_nobody_is_added():
    with pytest.raises(NoCourses):
        seed_demo(now=NOW)
    assert not User.objects.exists()


def test_a_seeding_that_fails_late_leaves_neither_rows_nor_files(courses, monkeypatch):
    before = rows_by_model()

    def fail(now: datetime, **kwargs) -> None:
        assert stored_files()
        raise RuntimeError

    monkeypatch.setattr(services.webinars, "date_webinars", fail)
    with pytest.raises(RuntimeError):
        seed_demo(now=NOW)
    assert rows_by_model() == before
    assert stored_files() == set()


def test_removing_leaves_everything_as_it_was_before(courses, django_capture_on_commit_callbacks):
    learner = UserFactory()
    complete_course(enrolled(courses[0], learner, now=NOW), courses[0], now=NOW)
    for _number in range(3):
        WebinarPageFactory()
    before = rows_by_model()
    seeded = seed_demo(now=NOW)
    classroom_return_to(ensure_course(courses[0]), by=person("instructor@example.org"))
    queue_mail(key="to a demo person", to="learner@example.org", subject="Hello", text="Hello")
    with django_capture_on_commit_callbacks(execute=True):
        removed = remove_demo()
    assert removed == seeded
    after = rows_by_model()
    # Folded counts stay as cells of nought; what they say is the same. Public keys and lists stay for good.
    for counts in (before, after):
        for kept in (*COUNTS, "SigningKey", "StatusList"):
            del counts[kept]
    assert after == before
    assert differences() == []
    assert stored_files() == set()
    assert Enrolment.objects.get().learner == learner
    assert not WebinarPage.objects.exclude(starts_at=None).exists()


def test_what_a_demo_person_did_since_goes_as_well(courses, django_capture_on_commit_callbacks):
    seed_demo(now=NOW)
    complete_course(enrolled(courses[2], person("learner2@example.org"), now=NOW), courses[2], now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        remove_demo()
    assert not Completion.objects.exists()
    assert differences() == []


@pytest.fixture
def own_questions(courses):
    """As loaded from files, questions belong to the course whose quizzes ask them."""
    for page in courses:
        uses = QuizQuestion.objects.filter(page__in=QuizPage.objects.descendant_of(page))
        Question.objects.filter(uses__in=uses).update(course=ensure_course(page))


def test_appeals_in_the_instructors_courses_are_seeded_and_say_that_they_are_demo(own_questions):
    seed_demo(now=NOW)
    appeals = list(Appeal.objects.order_by("pk"))
    assert len(appeals) >= 5  # one for each question that somebody answered wrong, which is nearly every one
    expected = Counter("declined" if answer else "open" for _text, answer in APPEALS[: len(appeals)])
    assert Counter(appeal.state for appeal in appeals) == expected
    assert all("Demo" in appeal.text + appeal.answer or not appeal.text for appeal in appeals)
    assert all(appeal.filed_at <= (appeal.decided_at or NOW) <= NOW for appeal in appeals)
    remove_demo()
    assert not Appeal.objects.exists()


def test_what_a_demo_person_decided_is_taken_back(own_questions):
    seed_demo(now=NOW)
    instructor, learner = person("instructor@example.org"), UserFactory()
    course = own_course(instructor)
    quiz = QuizPage.objects.descendant_of(course).first()
    wrong = {question.pk: ["wrong"] for question in live_questions(quiz)}
    attempt = take_quiz(enrolled(course, learner, now=NOW), quiz, wrong, now=NOW)
    appeal = file_appeal(attempt.responses.first(), by=learner, text="", now=NOW)
    uphold_appeal(appeal, Ruling.Strategy.GIVE, answer="Yes.", by=instructor, now=NOW)
    apply_waiting_rulings()
    remove_demo()
    appeal.refresh_from_db()
    assert (appeal.state, appeal.response.score_fraction, Ruling.objects.count()) == ("open", 1, 0)


def own_course(instructor: User) -> CoursePage:
    course = CourseTeamMember.objects.filter(member=instructor).first().course
    return CoursePage.objects.get(translation_key=course.translation_key)


def test_removing_what_is_not_there_changes_nothing(courses):
    before = rows_by_model()
    assert remove_demo() == services.Counts()
    assert rows_by_model() == before


def test_seeding_after_removing_works_again(courses):
    seed_demo(now=NOW)
    remove_demo()
    assert seed_demo(now=NOW).people == 24 + len(people.NAMED)
    assert differences() == []


def test_webinars_without_a_date_get_one_around_today_and_others_keep_theirs(courses):
    dated = WebinarPageFactory(starts_at=NOW + timedelta(days=300))
    undated = [WebinarPageFactory() for _number in range(4)]
    seed_demo(now=NOW)
    dated.refresh_from_db()
    assert dated.starts_at == NOW + timedelta(days=300)
    starts = []
    for webinar in undated:
        webinar.refresh_from_db()
        starts.append(webinar.starts_at)
        assert webinar.get_latest_revision_as_object().starts_at == webinar.starts_at  # the editor shows it too
        assert {person.name for person in webinar.organisers.all()} == {"Demo Instructor", "Demo Editor"}
    assert sum(start < NOW for start in starts) == 1
    assert sum(start > NOW for start in starts) == 3


def test_a_dated_webinar_does_not_count_as_edited_for_the_next_load(courses):
    webinar = WebinarPageFactory()
    revision = webinar.save_revision()
    revision.publish()
    content_type = webinar.cached_content_type
    LoadedItem.objects.create(
        name="webinar:en:x", content_type=content_type, object_id=webinar.pk, content_hash="x", revision_id=revision.pk
    )
    seed_demo(now=NOW)
    webinar.refresh_from_db()
    assert webinar.starts_at
    assert LoadedItem.objects.get().revision_id == webinar.latest_revision_id


def test_courses_of_a_team_are_those_first_in_the_catalogue(courses):
    seed_demo(now=NOW)
    titles = {page.title for page in courses[:2]}
    assert (
        set(Course.objects.filter(team__member__email="instructor@example.org").values_list("title", flat=True))
        == titles
    )


def test_a_cohort_is_under_way_in_which_people_owe_have_paid_and_asked_to_pay_less(courses, monkeypatch):
    monkeypatch.setattr(people, "LEARNERS_BY_COUNTRY", {"DE": 14, "NP": 4, "US": 10})
    seed_demo(now=NOW)
    run = CourseRun.objects.get(name="Autumn cohort")
    seated = Application.objects.filter(pool=run.pool, state="confirmed")
    assert seated.count() == run.pool.capacity == Enrolment.objects.filter(run=run, state="active").count()
    assert set(charges().filter(pool=run.pool).values_list("state", flat=True)) == {"due", "settled", "waived"}
    assert set(HardshipRequest.objects.values_list("state", flat=True)) == {"waiting", "granted", "declined"}
    assert differences() == []
    assert not OutgoingMail.objects.exists()
    follow_seats(run, now=NOW)
    assert charges().filter(pool=run.pool).count() == seated.count()


def test_priority_that_was_given_is_audited_as_always(courses, monkeypatch):
    monkeypatch.setattr("lms.access.services.audits.is_drawn_for_audit", lambda pk, salt: True)
    seed_demo(now=NOW)
    given = Decision.objects.filter(tier__in=["P1", "P2"], review="none")
    assert Audit.objects.count() == given.count() > 3
    assert Audit.objects.filter(closed_at=None).count() == 3
    assert all(audit.made_at == audit.decision.decided_at for audit in Audit.objects.all())


@pytest.fixture
def scarce():
    """The four webinars of the catalogue, of which the last two have limited seats."""
    return [WebinarPageFactory(capacity=capacity) for capacity in (None, None, 30, 100)][2:]


def test_demo_people_applied_for_the_webinars_whose_seats_are_limited(courses, scarce):
    seed_demo(now=NOW)
    given, drawn_later = (WebinarPage.objects.get(pk=page.pk).pool for page in scarce)
    states = Counter(Application.objects.filter(pool=given).values_list("state", flat=True))
    assert set(states) <= {"waiting", "held", "confirmed"}
    assert states["confirmed"] > 0
    assert drawn_later.opens_at > NOW
    early = Application.objects.filter(pool=drawn_later)
    assert early.filter(state="waiting").exists()
    assert {one.is_priority for one in early.filter(state="confirmed")} == {True}
    assert not Notice.objects.filter(written_at=None, due_at__lte=NOW).exists()


def test_seats_that_somebody_real_applied_for_stay_when_the_demo_goes(courses, scarce):
    seed_demo(now=NOW)
    page, learner = WebinarPage.objects.get(pk=scarce[0].pk), UserFactory(email="real@example.org")
    apply_for_seat(page.pool.pk, learner, now=NOW)
    remove_demo()
    page.refresh_from_db()
    assert page.starts_at is not None
    assert Application.objects.get().person == learner
