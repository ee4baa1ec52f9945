from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from courses.assessments.models import Question
from courses.catalogue.models import CoursePage
from courses.lessons.models import LessonPage
from courses.lessons.queries import sources_of


@pytest.mark.django_db
def test_the_built_in_catalogue_loads_whole():
    out = StringIO()
    call_command("load_content", stdout=out)
    assert CoursePage.objects.live().count() == 7
    assert LessonPage.objects.live().filter(locale__language_code="en").count() == 41
    assert Question.objects.filter(live=True).count() == 100
    assert "cannot be answered yet" not in out.getvalue()
    for page in LessonPage.objects.all():
        sources = sources_of(page)
        assert list(sources.numbers.values()) == list(range(1, len(sources.references) + 1))
        assert {reference.key for reference in page.references.all()} == set(sources.numbers)

    again = StringIO()
    call_command("load_content", stdout=again)
    assert "Created" not in again.getvalue()
    assert "Nothing was changed." in again.getvalue()


@pytest.mark.django_db
def test_bad_content_is_refused_whole_with_every_reason(tmp_path):
    before = Page.objects.count()
    (tmp_path / "courses/x").mkdir(parents=True)
    (tmp_path / "courses/x/course.yaml").write_text("slug: x\ncolour: red\n")
    (tmp_path / "glossary.yaml").write_text("gene: {term: [\n")
    with pytest.raises(CommandError) as refused:
        call_command("load_content", str(tmp_path), stdout=StringIO())
    text = str(refused.value)
    assert "was refused" in text
    assert "nothing was loaded" in text
    assert "courses/x/course.yaml:2: unknown field 'colour'" in text
    assert "glossary.yaml:2: broken YAML" in text
    assert refused.value.returncode == 1
    assert Page.objects.count() == before


def test_help_shows_an_example(capsys):
    with pytest.raises(SystemExit):
        call_command("load_content", "--help")
    assert "Example: python manage.py load_content" in capsys.readouterr().out
