import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from courses.assessments.models import QuizPool, QuizQuestion
from courses.lessons.models import LessonPage
from courses.offline.classroom.errors import TooManyUnfinished
from courses.offline.classroom.models import ClassroomFile, PackedQuestion
from courses.offline.classroom.packing import writing
from courses.offline.classroom.packing.gathering import gathered
from courses.offline.classroom.queries import packed_in
from courses.offline.classroom.services import packing
from courses.offline.classroom.services.leases import LEASE
from courses.offline.classroom.services.tidying import forget_old
from courses.webinars.models import Webinar
from tests.factories.accounts import UserFactory
from tests.factories.assessments import MultipleQuestionFactory, quiz_of_every_kind, quiz_with_questions
from tests.factories.classroom import packed_file, unzipped
from tests.factories.lessons import ModulePageFactory, course_with_lessons
from tests.factories.media import CaptionsFactory, ready_video
from tests.factories.progress import NOW
from tests.services import ROOT

pytestmark = pytest.mark.django_db

KILLED_IN_BETWEEN = """
import os, django
django.setup()
from django.utils import timezone
from wagtail.models import Locale
from courses.offline.classroom.services import leases, packing
leases.TELL_EVERY *= 0
at_once = leases.Lease.tell
def killed(lease, done, total):
    at_once(lease, done, total)
    if done == 5:
        os.kill(os.getpid(), 9)
leases.Lease.tell = killed
packing.make_next(clock=timezone.now)
"""


@pytest.fixture
def course():
    course = course_with_lessons(2)
    quiz_with_questions(2, module=course.get_children().first().specific)
    return course


def told_in(folder: Path) -> dict:
    return json.loads((folder / "class.json").read_text())


def files_there() -> list[str]:
    storage = storages["private"]
    return storage.listdir("classroom-files")[1] if storage.exists("classroom-files") else []


@pytest.fixture(autouse=True)
def no_files_yet():
    for name in files_there():
        storages["private"].delete(f"classroom-files/{name}")


def test_the_file_holds_the_course_the_program_and_what_it_must_know(course, tmp_path):
    author = UserFactory(name="Ama Author")
    file = packed_file(course, by=author)
    folder = unzipped(file, tmp_path)
    assert folder.name == f"genomed-{course.slug}-en-{str(file.key)[:8]}"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there >= {"serve.py", "READ ME.txt", "class.json", "course/index.html", "course/static/class.css"}
    assert {name for name in there if re.match(r"course/\d", name)} == {
        f"course/1-{number}.html" for number in (1, 2, 3)
    }
    told = told_in(folder)
    assert (told["key"], told["secret"], told["made_for"]) == (str(file.key), file.secret, "Ama Author")
    assert [step["kind"] for step in told["steps"]] == ["lesson", "lesson", "quiz"]
    assert "Ama Author" in (folder / "READ ME.txt").read_text()
    assert "secret" not in (folder / "course" / "index.html").read_text()
    assert (file.done, file.total) == (file.total, len(there))


def test_its_pages_name_nothing_that_is_not_beside_them_or_at_the_academy(course, tmp_path):
    pages = unzipped(packed_file(course), tmp_path) / "course"
    for path in pages.glob("*.html"):
        for address in re.findall(r'(?:href|src)="([^"#]+)', path.read_text()):
            assert address.startswith(("http://", "https://")) or (pages / address).is_file(), (path.name, address)


def test_no_key_travels(tmp_path):
    page = quiz_of_every_kind()
    MultipleQuestionFactory()
    use = QuizQuestion.objects.filter(page=page).first()
    QuizQuestion.objects.create(page=page, question=MultipleQuestionFactory(), sort_order=99)
    question = use.question
    question.feedback_right = "FEEDBACK-RIGHT"
    question.save()
    course = page.get_parent().get_parent().specific
    folder = unzipped(packed_file(course), tmp_path)
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).decode()
    for sealed in (
        "FEEDBACK-RIGHT",
        "So it is.",
        "Not so.",
        "Said of",
        "is_correct",
        "c.6dup",
        "SEPTIN2",
        "diplotype</",
        "0.46",
    ):
        assert sealed not in everything, sealed
    for asked in ("Collective", "first answer", "CYP2C19", "HP:0001250", "PVS1"):
        assert asked in everything, asked


def test_returns_must_fit_what_was_packed(course):
    file = packed_file(course)
    packed = packed_in(file)
    lessons = LessonPage.objects.descendant_of(course)
    assert packed.lessons == {lesson.pk for lesson in lessons}
    [(quiz_id, quiz)] = packed.quizzes.items()
    rows = PackedQuestion.objects.filter(file=file, quiz_page_id=quiz_id)
    assert quiz.revisions == {row.question_id: row.question.live_revision_id for row in rows}
    assert all(quiz.revisions.values())


def test_questions_of_a_pool_travel_with_how_many_are_drawn(course, tmp_path):
    quiz = quiz_with_questions(1, module=ModulePageFactory(parent=course))
    QuizPool.objects.create(page=quiz, name="cases", draws=2)
    for number in range(3):
        QuizQuestion.objects.create(page=quiz, question=MultipleQuestionFactory(), pool="cases", sort_order=number + 5)
    QuizQuestion.objects.create(page=quiz, question=MultipleQuestionFactory(), pool="unknown", sort_order=20)
    file = packed_file(course)
    told = next(step for step in told_in(unzipped(file, tmp_path))["steps"] if step["page"] == quiz.pk)
    assert [question["pool"] for question in told["questions"]] == ["", "cases", "cases", "cases", ""]
    assert told["draws"] == {"cases": 2}
    assert packed_in(file).quizzes[quiz.pk].draws == {"cases": 2}


def test_a_quiz_with_a_time_limit_stays_behind_and_says_why(course, tmp_path):
    timed = quiz_with_questions(1, module=ModulePageFactory(parent=course), time_limit_minutes=10)
    file = packed_file(course)
    folder = unzipped(file, tmp_path)
    told = next(step for step in told_in(folder)["steps"] if step["page"] == timed.pk)
    assert told["questions"] == []
    assert "time limit" in (folder / "course" / f"{told['name']}.html").read_text()
    assert timed.pk not in packed_in(file).quizzes
    assert timed.pk not in packed_in(file).lessons


def test_a_lesson_done_by_attending_cannot_be_marked_as_done(course, tmp_path):
    lesson = LessonPage.objects.descendant_of(course).first()
    Webinar.objects.create(translation_key=uuid4(), lesson_key=lesson.translation_key)
    told = told_in(unzipped(packed_file(course), tmp_path))
    assert [step["by_hand"] for step in told["steps"] if step["kind"] == "lesson"] == [False, True]


def test_sound_goes_along_where_it_is_wanted(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    course = course_with_lessons(1)
    video = ready_video()
    CaptionsFactory(item=video, language="en")
    lesson = LessonPage.objects.descendant_of(course).get()
    lesson.body = [("video", video)]
    lesson.watched_percent = 80
    lesson.save_revision().publish()
    for rendition in video.renditions.all():
        path = Path(rendition.file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sound")
    with_sound = unzipped(packed_file(course, with_sound=True), tmp_path / "with")
    without = unzipped(packed_file(course), tmp_path / "without")
    name = f"sound/{video.pk}.m4a"
    assert (with_sound / "course" / name).read_bytes() == b"sound"
    assert f'href="{name}"' in (with_sound / "course" / "1-1.html").read_text()
    assert "Audio only" not in (without / "course" / "1-1.html").read_text()
    assert "transcript" in (without / "course" / "1-1.html").read_text().lower()
    assert told_in(without)["steps"][0]["recordings"] == [{"id": video.pk, "title": video.title}]
    assert "mp4" not in (with_sound / "course" / "1-1.html").read_text()


def test_hostile_titles_stay_text(tmp_path):
    course = course_with_lessons(1, title='<script>x</script> [[who]] <!--here quiz--> "', slug="a")
    lesson = LessonPage.objects.descendant_of(course).get()
    lesson.title = "<!--stick--> [[#person]] </title>"
    lesson.body = [("text", "<p>[[[who]]] &lt;!--here done--&gt;</p>")]
    lesson.save_revision().publish()
    file = packed_file(course)
    folder = unzipped(file, tmp_path)
    page = (folder / "course" / "1-1.html").read_text()
    assert "<script>" not in page
    assert page.count("<!--here done-->") == 1
    assert page.count("<!--stick-->") == 1
    assert [path.name for path in tmp_path.iterdir()] == [f"genomed-a-en-{str(file.key)[:8]}"]


def test_the_file_is_in_the_language_of_the_course(tmp_path):
    course = course_with_lessons(1)
    arabic = course.copy_for_translation(Locale.objects.get_or_create(language_code="ar")[0], copy_parents=True)
    arabic.title = "دورة"
    arabic.save_revision().publish()
    for parent in arabic.get_ancestors().filter(live=False):
        parent.specific.save_revision().publish()
    arabic.refresh_from_db()
    file = packed_file(arabic)
    folder = unzipped(file, tmp_path)
    assert '<html lang="ar" dir="rtl">' in (folder / "course" / "index.html").read_text()
    assert 'lang="en" dir="ltr"' in (folder / "course" / "1-1.html").read_text()
    assert file.language == "ar"


def test_the_same_facts_give_the_same_bytes(course, tmp_path):
    made = []
    for number in range(2):
        with (tmp_path / str(number)).open("wb") as target:
            facts = {"key": "k", "secret": "s", "made_for": "A", "site_url": "https://x.example", "now": NOW}
            writing.write_file(target, gathered(course, with_sound=False), **facts, on_file=lambda number: None)
        made.append((tmp_path / str(number)).read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "0") as archive:
        modes = {entry.filename.rpartition("/")[2]: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert (modes["serve.py"], modes["class.json"]) == (0o755, 0o644)


def test_it_takes_as_many_queries_for_two_lessons_as_for_twenty():
    def asked(lessons: int) -> int:
        file = packing.ask_for_file(UserFactory(), course_with_lessons(lessons), with_sound=False, now=NOW)
        assert file
        with CaptureQueriesContext(connection) as queries:
            packing.make_next(clock=lambda: NOW)
        return len([one for one in queries if "SAVEPOINT" not in one["sql"]])

    asked(1)
    few, many = asked(2), asked(20)
    assert many - few <= 18 * TEXT_QUERIES


TEXT_QUERIES = 4  # of a lesson's text, which is kept for others afterwards


def test_asking_twice_makes_one_and_a_fourth_is_refused(course):
    person = UserFactory()

    def ask(page=course, *, with_sound=False):
        return packing.ask_for_file(person, page, with_sound=with_sound, now=NOW)

    assert ask() == ask()
    ask(with_sound=True), ask(course_with_lessons(1))
    with pytest.raises(TooManyUnfinished):
        ask(course_with_lessons(1))
    assert packing.ask_for_file(UserFactory(), course, with_sound=False, now=NOW) != ask()


def test_a_course_that_is_gone_fails_and_says_so(course):
    asked = packing.ask_for_file(UserFactory(), course, with_sound=False, now=NOW)
    course.unpublish()
    assert packing.make_next(clock=lambda: NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("failed", "closed")
    assert files_there() == []
    assert not packing.make_next(clock=lambda: NOW)


@pytest.mark.django_db(transaction=True)
def test_killed_in_between_it_is_made_again_and_there_is_one_file(course, process_environment, tmp_path):
    asked = packing.ask_for_file(UserFactory(), course, with_sound=False, now=timezone.now())
    killed = subprocess.run([sys.executable, "-c", KILLED_IN_BETWEEN], cwd=ROOT, env=process_environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.file_name) == ("working", 5, "")
    [part] = files_there()
    now = timezone.now()
    assert not packing.make_next(clock=lambda: now)  # its worker may be alive
    later = now + LEASE + timedelta(seconds=1)
    assert packing.make_next(clock=lambda: later)
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("ready", 2)
    assert unzipped(asked, tmp_path)
    a_day_ago = time.time() - 86_500
    os.utime(Path(storages["private"].path(f"classroom-files/{part}")), (a_day_ago, a_day_ago))
    forget_old(now=now)
    assert files_there() == [asked.file_name.partition("/")[2]]


def test_whoever_lost_the_lease_changes_nothing_and_leaves_no_file(course, monkeypatch):
    asked = packing.ask_for_file(UserFactory(), course, with_sound=False, now=NOW)
    original = packing.write_file

    def taken_meanwhile(*args, **facts):
        original(*args, **facts)
        ClassroomFile.objects.filter(pk=asked.pk).update(lease=asked.key)

    monkeypatch.setattr(packing, "write_file", taken_meanwhile)
    assert packing.make_next(clock=lambda: NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.lease) == ("working", asked.key)
    assert files_there() == []
    assert not PackedQuestion.objects.exists()


def test_after_three_tries_it_has_failed_in_plain_words(course, monkeypatch):
    def full(*args, **facts):
        raise OSError("No space left on device")

    monkeypatch.setattr(packing, "write_file", full)
    asked, now = packing.ask_for_file(UserFactory(), course, with_sound=False, now=NOW), NOW
    for _attempt in range(3):
        with pytest.raises(OSError, match="No space"):
            packing.make_next(clock=lambda now=now: now)
        now += LEASE + timedelta(seconds=1)
    assert packing.make_next(clock=lambda: now)
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("failed", "fault")
    assert "space" not in asked.get_reason_display()
