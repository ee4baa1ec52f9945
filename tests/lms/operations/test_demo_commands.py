from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command, load_command_class
from django.core.management.base import CommandError

from lms.accounts.models import User
from lms.measures.cuts import Dimension, cut_by
from lms.measures.models import MilestoneRollup
from lms.measures.services import fold_milestones
from lms.operations.demo import people
from tests.counts import milestones
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import complete_course, enrolled

pytestmark = pytest.mark.django_db


def said_by(command: str, *arguments: str, **options) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def few_learners(monkeypatch):
    monkeypatch.setattr(people, "LEARNERS_BY_COUNTRY", {"IN": 3})


def test_demo_people_are_added_in_the_demo_alone(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="needs DEMO=1"):
        call_command("seed_demo")
    assert not User.objects.exists()


def test_without_courses_the_way_out_is_named(settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="load_content"):
        call_command("seed_demo")


def test_in_again_and_out_again(settings, few_learners, tmp_path):
    settings.DEMO, settings.EMAIL_FILE_PATH = True, tmp_path
    course_with_lessons()
    assert "Added 10 people" in said_by("seed_demo")
    assert "nothing was changed" in said_by("seed_demo")
    assert "Removed 10 people" in said_by("remove_demo")
    assert "nothing was changed" in said_by("remove_demo")


def test_counts_that_equal_a_recount_are_said_to():
    course = course_with_lessons()
    complete_course(enrolled(course), course)
    assert said_by("check_rollups") == "The counts equal a recount.\n"


def test_counts_that_have_drifted_are_named_and_end_in_status_1(capsys):
    course = course_with_lessons()
    complete_course(enrolled(course), course)
    fold_milestones()
    MilestoneRollup.objects.filter(cut=cut_by(Dimension.TIER).number).update(completed=5)
    with pytest.raises(SystemExit) as end:
        call_command("check_rollups")
    assert end.value.code.startswith(
        "The counts differ from a recount in 1 cells."
    )  # which Python prints, with status 1
    assert "tier by cohort" in capsys.readouterr().err


def test_rebuilding_puts_counts_right_that_have_drifted_and_says_how_many():
    course = course_with_lessons()
    complete_course(enrolled(course), course)
    fold_milestones()
    MilestoneRollup.objects.filter(cut=cut_by(Dimension.TIER).number).delete()
    MilestoneRollup.objects.filter(cut=cut_by(Dimension.COURSE).number).update(completed=5, month=date(2020, 1, 1))
    before = milestones()
    assert "tier by cohort: 1 cells put right" in said_by("rebuild_rollups")
    assert said_by("check_rollups") == "The counts equal a recount.\n"
    assert milestones() == before


@pytest.mark.parametrize("command", ["seed_demo", "remove_demo", "check_rollups", "rebuild_rollups"])
def test_help_shows_an_example(command):
    help_text = load_command_class("lms.operations", command).create_parser("manage.py", command).format_help()
    assert f"manage.py {command}" in help_text.partition("Example:")[2].replace("\n", " ")
