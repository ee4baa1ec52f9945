import csv
import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from courses.enrolment.models import Enrolment
from lms.accounts.models import InsightsLimit
from lms.dashboards.exports import services
from lms.dashboards.exports.errors import TooManyUnfinished
from lms.dashboards.exports.models import Export
from lms.dashboards.exports.queries import progress
from tests.factories.accounts import InstitutionFactory, ProgrammeLeadFactory
from tests.factories.enrolment import ContractFactory
from tests.factories.exports import NOW, ExportFactory, learners_in
from tests.services import ROOT

# A COPY has a connection of its own, which sees what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = '=HYPERLINK("http://evil.example", "x"),\n+1\t"quoted"\r\nsecond line'
KILLED_AFTER_A_PAGE = """
import os, signal, django
django.setup()
from django.utils import timezone
from courses.enrolment.models import Enrolment
from lms.accounts.models import InsightsLimit
from lms.dashboards.exports import services
from lms.dashboards.exports.queries import progress
progress.PAGE = 3
services.TELL_EVERY *= 0
at_once = services._LeaseKeeper.__call__
def killed(keeper, rows):
    at_once(keeper, rows)
    if keeper.done:
        os.kill(os.getpid(), 9)
services._LeaseKeeper.__call__ = killed
services.make_next(clock=timezone.now)
"""


@pytest.fixture(autouse=True)
def no_files_yet():
    for file in files_there():
        storages["private"].delete(f"exports/{file}")


@pytest.fixture
def learners():
    """Two courses, one with a hostile title; three countries, one of which has few people."""
    course = ContractFactory(course__title=HOSTILE, lesson_ids=[1, 2, 3], eased_lesson_ids=[3])
    other = ContractFactory(course__title="Genes")
    learners_in(course, "GH", 14, completed=13, certified=11)
    learners_in(course, "NP", 13, completed=10, certified=10)
    learners_in(course, "CI", 2, completed=1)
    learners_in(other, "GH", 12, completed=10, certified=10)
    learners_in(other, "NP", 11, completed=10, certified=10)
    return course, other


def files_there() -> list[str]:
    storage = storages["private"]
    return storage.listdir("exports")[1] if storage.exists("exports") else []


def made(export: Export, *, now=NOW) -> Export:
    assert services.make_next(clock=lambda: now)
    export.refresh_from_db()
    return export


def content(export: Export) -> bytes:
    with storages["private"].open(export.file_name) as file:
        return file.read()


def lines_of(export: Export) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(export).decode("utf-8-sig"), newline="")))


def test_every_enrolment_has_a_row_and_the_sums_are_those_of_the_academy(learners):
    export = made(ExportFactory())
    head, *rows = lines_of(export)
    assert head[:-1] == [
        *("Course", "Enrolled in", "Country", "Lessons asked for", "Started", "Halfway", "Completed", "Certified"),
        *("Lessons done", "Days to completion"),
    ]
    assert (export.state, export.rows_done, export.rows_total) == ("ready", 52, 52)
    assert len(rows) == 52
    assert sum(int(row[6]) for row in rows) == 44
    assert sum(int(row[7]) for row in rows) == 41
    assert Counter(row[9] for row in rows) == {"67": 44, "": 8}
    assert content(export).startswith(b"\xef\xbb\xbf")


def test_names_countries_and_months_of_few_are_not_in_it(learners):
    _head, *rows = lines_of(made(ExportFactory()))
    assert Counter((row[0], row[1], row[2]) for row in rows) == {
        (f"'{HOSTILE}", "2026-01", "Ghana"): 14,
        (f"'{HOSTILE}", "2026-01", "withheld"): 15,
        ("Genes", "2026-01", "Ghana"): 12,
        ("Genes", "2026-01", "withheld"): 11,
    }
    assert "Learner" not in str(rows)
    assert {row[3] for row in rows if row[0] == f"'{HOSTILE}"} == {"2"}


def test_a_month_of_few_is_withheld_and_another_with_it():
    contract = ContractFactory(course__title="Genes")
    for month, number in ((1, 3), (2, 11), (3, 14)):
        learners_in(contract, "GH", number, at=NOW.replace(month=month))
    _head, *rows = lines_of(made(ExportFactory()))
    assert Counter(row[1] for row in rows) == {"2026-03": 14, "withheld": 14}


def test_what_hardly_anybody_has_done_is_left_empty():
    learners_in(ContractFactory(course__title="Genes"), "GH", 14, completed=3, certified=1)
    _head, *rows = lines_of(made(ExportFactory()))
    assert {tuple(row[5:]) for row in rows} == {("0", "", "", "0", "", "")}


def test_a_filter_chooses_among_what_rows_name(learners):
    course, other = learners
    one = lines_of(made(ExportFactory(filters={"course": other.course_id})))
    assert len(one) == 1 + 23
    both = lines_of(made(ExportFactory(filters={"course": course.course_id, "country": "GH"})))
    assert {(row[0], row[2]) for row in both[1:]} == {(f"'{HOSTILE}", "Ghana")}
    assert len(both) == 1 + 14
    assert len(lines_of(made(ExportFactory(filters={"country": "CI"})))) == 1
    assert len(lines_of(made(ExportFactory(filters={"course": 999_999})))) == 1


def test_a_lead_limited_to_a_country_or_an_institution_gets_its_rows_alone(learners):
    course, _other = learners
    hospital = InstitutionFactory()
    for enrolment in learners_in(course, "NP", 12, completed=10, certified=10):
        Enrolment.objects.filter(pk=enrolment.pk).update(institution_id=hospital.pk)
    _head, *rows = lines_of(made(ExportFactory(limit_country="GH")))
    assert Counter(row[2] for row in rows) == {"Ghana": 26}
    assert len(lines_of(made(ExportFactory(limit_country="GH", filters={"country": "NP"})))) == 1
    _head, *rows = lines_of(made(ExportFactory(limit_institution_id=hospital.pk)))
    assert Counter(row[2] for row in rows) == {"Nepal": 12}


def test_the_limit_is_that_of_whoever_asks():
    lead = ProgrammeLeadFactory()
    InsightsLimit.objects.create(person=lead, country="NP")
    asked = services.ask_for_export(lead, kind="progress", filters={}, file_format="csv", language="en", now=NOW)
    assert asked.limit.country == "NP"


def test_a_file_says_for_whom_it_was_made_and_when(learners):
    lead = ProgrammeLeadFactory(name="=Ama Example", email="ama@example.org")
    head, *rows = lines_of(made(ExportFactory(asked_by=lead)))
    assert head[-1] == "Made for =Ama Example <ama@example.org> on 20 March 2026, 09:00 (UTC)"
    assert {row[-1] for row in rows} == {""}


def test_a_workbook_has_the_same_rows_as_figures_and_no_formula(learners):
    book = load_workbook(io.BytesIO(content(made(ExportFactory(file_format="xlsx")))))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    _head, *rows = book.active.values
    assert len(rows) == 52
    assert sum(row[6] for row in rows) == 44
    assert {row[9] for row in rows} == {67, None}
    assert book["About"]["A1"].value.startswith("Made for ")


def test_headings_and_titles_are_in_the_language_of_who_asked(learners, monkeypatch):
    monkeypatch.setattr(progress, "_", lambda text: f"{services.translation.get_language()}: {text}")
    assert lines_of(made(ExportFactory(language="fr")))[0][0] == "fr: Course"


def test_a_table_too_long_for_a_workbook_fails_at_once_and_says_so(learners, monkeypatch):
    monkeypatch.setattr(services, "MOST_IN_A_WORKBOOK", 51)
    export = made(ExportFactory(file_format="xlsx"))
    assert (export.state, export.reason, export.attempts) == ("failed", "too-long", 1)
    assert "CSV" in export.get_reason_display()
    assert files_there() == []


def test_the_row_knows_the_file(learners):
    export = made(ExportFactory())
    assert export.file_bytes == len(content(export))
    assert export.file_sha256 == hashlib.sha256(content(export)).hexdigest()
    assert export.expires_at == NOW + timedelta(days=7)


@pytest.mark.parametrize("page", [1, 7, 52, 100])
def test_the_size_of_a_page_changes_nothing(learners, monkeypatch, page):
    monkeypatch.setattr(progress, "PAGE", page)
    assert len(lines_of(made(ExportFactory()))) == 1 + 52


def test_asking_twice_makes_one_and_a_fourth_is_refused():
    lead = ProgrammeLeadFactory()

    def ask(course: int) -> Export:
        return services.ask_for_export(
            lead, kind="progress", filters={"course": course}, file_format="csv", language="en", now=NOW
        )

    assert ask(1) == ask(1)
    ask(2), ask(3)
    with pytest.raises(TooManyUnfinished):
        ask(4)
    assert ask(3).pk
    Export.objects.filter(filters={"course": 1}).update(state="failed", reason="fault", expires_at=NOW)
    assert ask(4).filters == {"course": 4}


def test_nothing_is_made_while_one_is_being_made_nor_what_is_made_already(learners):
    first, second = ExportFactory(), ExportFactory(asked_at=NOW + timedelta(minutes=1))
    Export.objects.filter(pk=first.pk).update(state="working", lease=first.key, leased_until=NOW + services.LEASE)
    assert not services.make_next(clock=lambda: NOW)
    Export.objects.filter(pk=first.pk).update(state="waiting", lease=None, leased_until=None)
    assert services.make_next(clock=lambda: NOW)
    assert made(second).state == "ready"
    assert not services.make_next(clock=lambda: NOW)
    assert len(files_there()) == 2


def test_killed_in_the_middle_it_is_made_again_and_there_is_one_file(learners, process_environment):
    export = ExportFactory()
    killed = subprocess.run([sys.executable, "-c", KILLED_AFTER_A_PAGE], cwd=ROOT, env=process_environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    export.refresh_from_db()
    assert (export.state, export.rows_done, export.file_name) == ("working", 3, "")
    [part] = files_there()
    now = timezone.now()
    assert not services.make_next(clock=lambda: now)  # its worker may be alive
    made(export, now=now + services.LEASE + timedelta(seconds=1))
    assert (export.state, export.attempts, export.rows_done) == ("ready", 2, 52)
    assert len(lines_of(export)) == 1 + 52
    assert len(files_there()) == 2
    a_day_ago = time.time() - 86_500
    os.utime(Path(storages["private"].path(f"exports/{part}")), (a_day_ago, a_day_ago))
    assert services.remove_leftover_files(now=now) == 1
    assert files_there() == [export.file_name.partition("/")[2]]


def test_whoever_lost_the_lease_changes_nothing_and_leaves_no_file(learners, monkeypatch):
    export = ExportFactory()
    original = services.write_csv

    def taken_meanwhile(*args, **kwargs):
        Export.objects.filter(pk=export.pk).update(lease=export.key)
        original(*args, **kwargs)

    monkeypatch.setattr(services, "write_csv", taken_meanwhile)
    made(export)
    assert (export.state, export.lease) == ("working", export.key)
    assert files_there() == []


def test_after_three_tries_it_has_failed_in_plain_words(learners, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr(services, "write_csv", full)
    export, now = ExportFactory(), NOW
    for _attempt in range(3):
        with pytest.raises(OSError, match="No space"):
            services.make_next(clock=lambda now=now: now)
        now += services.LEASE + timedelta(seconds=1)
    made(export, now=now)
    assert (export.state, export.reason) == ("failed", "fault")
    assert "space" not in export.get_reason_display()
    assert files_there() == []


def test_what_workers_never_came_back_from_has_failed():
    export = ExportFactory(state="working", lease=uuid4(), leased_until=NOW, attempts=3)
    made(export, now=NOW + timedelta(seconds=1))
    assert (export.state, export.reason) == ("failed", "lost")


def test_a_file_goes_when_it_expires_and_its_row_a_month_later(learners):
    export = made(ExportFactory())
    services.remove_expired(now=NOW + timedelta(days=7, seconds=-1))
    assert len(files_there()) == 1
    services.remove_expired(now=NOW + timedelta(days=7))
    assert files_there() == []
    export.refresh_from_db()
    assert (export.state, export.file_name) == ("ready", "")
    services.remove_expired(now=NOW + timedelta(days=37))
    assert not Export.objects.exists()


def test_the_file_of_a_deleted_account_goes_after_a_day(learners):
    export = made(ExportFactory())
    export.asked_by.delete()
    services.remove_leftover_files(now=timezone.now() + timedelta(hours=23))
    assert len(files_there()) == 1
    assert services.remove_leftover_files(now=timezone.now() + timedelta(hours=25)) == 1
    assert files_there() == []


def test_it_takes_the_same_number_of_queries_for_2_learners_and_40(django_assert_max_num_queries):
    contract = ContractFactory()
    learners_in(contract, "GH", 2)
    export = ExportFactory()
    with django_assert_max_num_queries(30) as few:
        made(export)
    learners_in(contract, "GH", 38)
    export = ExportFactory()
    with django_assert_max_num_queries(30) as many:
        made(export)
    assert len(few) == len(many)
    assert connection.in_atomic_block is False
