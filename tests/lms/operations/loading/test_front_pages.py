import pytest

from courses.lessons.models import LessonPage
from lms.operations.loading import front_pages, services, tree
from lms.operations.loading.catalogue import read_catalogue
from lms.operations.loading.ledger import Ledger, Outcome
from lms.pages.models import HomePage, StandardPage
from tests.factories.catalogue import CoursePageFactory
from tests.factories.lessons import LessonPageFactory, ModulePageFactory

pytestmark = pytest.mark.django_db


def load_pages(**options):
    ledger = Ledger(overwrite=options.pop("overwrite", False))
    front_pages.load_pages(ledger)
    return {line.label: line.outcome for line in ledger.lines}


def load_questions():
    ledger = Ledger(overwrite=False)
    front_pages.load_clinic_questions(ledger)
    return [line.outcome for line in ledger.lines]


def test_the_built_in_pages_are_made_once_with_their_text():
    assert set(load_pages().values()) == {Outcome.CREATED}
    pages = {page.slug: page for page in StandardPage.objects.live()}
    assert set(pages) == {"privacy", "terms", "accessibility", "help", "contact"}
    assert pages["privacy"].url_path == "/home/privacy/"
    assert "csrftoken" in str(pages["privacy"].body)
    assert pages["contact"].body[0].block_type == "contact_address"
    assert set(load_pages().values()) == {Outcome.UNCHANGED}


def test_a_page_edited_in_the_cms_is_kept_unless_overwritten():
    load_pages()
    page = StandardPage.objects.get(slug="terms")
    page.intro = "Our own words."
    page.save_revision().publish()
    assert load_pages()["Terms of use"] is Outcome.KEPT
    assert StandardPage.objects.get(slug="terms").intro == "Our own words."
    assert load_pages(overwrite=True)["Terms of use"] is Outcome.OVERWRITTEN
    assert StandardPage.objects.get(slug="terms").intro != "Our own words."


def test_a_page_deleted_in_the_cms_stays_deleted():
    load_pages()
    StandardPage.objects.get(slug="help").delete()
    assert load_pages()["Questions and answers"] is Outcome.KEPT_DELETED
    assert not StandardPage.objects.filter(slug="help").exists()


@pytest.fixture
def lesson():
    """A lesson that a question of the home page leads to, in the tree as loading makes it."""
    course_slug, module_slug, lesson_slug = next(iter(tree.CLINIC_QUESTIONS["en"])).split("/")
    course = CoursePageFactory(parent=tree.ensure_catalogue("en"), slug=course_slug)
    return LessonPageFactory(parent=ModulePageFactory(parent=course, slug=module_slug), slug=lesson_slug)


def test_the_home_page_asks_the_questions_whose_lessons_are_there(lesson):
    assert load_questions() == [Outcome.CREATED]
    (question,) = HomePage.objects.get().clinic_questions.all()
    assert question.target_id == lesson.pk
    assert load_questions() == [Outcome.UNCHANGED]


def test_questions_taken_away_in_the_cms_stay_away(lesson):
    load_questions()
    home = HomePage.objects.get()
    home.clinic_questions = []
    home.save_revision().publish()
    assert load_questions() == [Outcome.KEPT]
    assert not HomePage.objects.get().clinic_questions.exists()


def test_another_language_asks_in_its_own_words_and_leads_to_its_own_lesson_or_the_first(lesson):
    tree.ensure_home("fr")
    load_questions()
    french = HomePage.objects.get(locale__language_code="fr")
    (question,) = french.clinic_questions.all()
    assert "famille" in question.question
    assert question.target_id == lesson.pk


def test_every_question_of_every_language_is_about_the_same_lessons():
    for questions in tree.CLINIC_QUESTIONS.values():
        assert questions.keys() == tree.OPEN_LESSONS
        assert all(len(question) <= 160 for question in questions.values())


def test_a_content_folder_brings_the_pages_with_it(pack):
    services.load_catalogue(read_catalogue(pack.root, languages=["en", "fr"]))
    assert StandardPage.objects.live().count() == 5
    assert not LessonPage.objects.filter(is_preview=True).exists()
