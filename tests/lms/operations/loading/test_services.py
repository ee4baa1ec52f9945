from datetime import UTC, datetime

import pytest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, Site

from courses.assessments.models import Question, QuizPage
from courses.catalogue.models import CoursePage
from courses.lessons.models import GlossaryTerm, LessonPage, ModulePage
from courses.webinars.models import WebinarPage
from lms.operations.loading import services
from lms.operations.loading.catalogue import read_catalogue
from lms.operations.loading.ledger import Outcome
from lms.operations.models import LoadedItem
from tests.lms.operations.loading.test_catalogue import ACMG, HPO, JUDGEMENT, SYMBOL, VCF

pytestmark = pytest.mark.django_db

LESSON = "courses/small/modules/01-first/01-genes.md"
QUIZ = "courses/small/modules/01-first/quiz.yaml"


@pytest.fixture
def load(pack):
    def load_pack(**options):
        return services.load_catalogue(read_catalogue(pack.root, languages=["en", "fr"]), **options)

    return load_pack


def outcomes(report):
    return {line.outcome for line in report.lines}


def labels(report, outcome):
    return [(line.kind, line.label) for line in report.lines if line.outcome is outcome]


def lesson_page(slug="genes", language="en"):
    return LessonPage.objects.get(slug=slug, locale__language_code=language)


def edit_in_cms(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_a_pack_becomes_a_page_tree(load):
    report = load()
    assert outcomes(report) == {Outcome.CREATED}
    page = lesson_page()
    assert page.url_path == "/home/courses/small/first/genes/"
    assert page.live
    assert [child.block_type for child in page.body] == ["text", "heading", "figure"]
    assert [term.key for term in page.glossary_terms.all()] == ["gene"]
    assert [objective.key for objective in page.objectives.all()] == ["genes-a"]
    assert [reference.key for reference in page.references.all()] == ["ref2020"]
    course = CoursePage.objects.get(slug="small", locale__language_code="en")
    assert (course.minutes, course.pass_mark_percent, course.live) == (90, 70, True)
    assert [subject.slug for subject in course.subjects.all()] == ["genes"]
    assert Site.objects.get(is_default_site=True).root_page.slug == "home"
    assert not Page.objects.filter(title__startswith="Welcome to").exists()
    assert WebinarPage.objects.get().related_course.pk == course.pk
    assert GlossaryTerm.objects.get(key="allele").see_also.get().key == "gene"


def test_a_webinars_start_and_seats_are_loaded_and_what_the_file_leaves_open_is_kept(load, pack):
    load()
    edit_in_cms(WebinarPage.objects.get(), meeting_url="https://meet.example.org/live")
    pack.replace("webinars.yaml", '"Talk"\n', '"Talk"\n  starts_at: 2090-02-04T14:00:00Z\n  capacity: 9\n')
    load(overwrite=True)
    page = WebinarPage.objects.get()
    assert (page.starts_at, page.capacity) == (datetime(2090, 2, 4, 14, tzinfo=UTC), 9)
    assert page.meeting_url == "https://meet.example.org/live"
    assert outcomes(load()) == {Outcome.UNCHANGED}


def test_what_a_webinar_is_for_and_the_languages_it_is_followed_in_are_loaded(load, pack):
    load()
    assert (WebinarPage.objects.get().objectives, WebinarPage.objects.get().live_captions) == ("", "")
    said = "  objectives: [Read it, Act on it]\n  live_captions: English, French\n"
    pack.replace("webinars.yaml", '"Talk"\n', f'"Talk"\n{said}')
    load()
    page = WebinarPage.objects.get()
    assert (page.objectives, page.live_captions) == ("Read it\nAct on it", "English, French")
    assert outcomes(load()) == {Outcome.UNCHANGED}


def test_questions_of_every_kind_are_asked(load):
    report = load()
    assert report.waiting_questions == ()
    single, judgement = Question.objects.order_by("key")
    assert (single.live, judgement.live) == (True, True)
    assert [option["is_correct"] for option in single.item["options"]] == [True, False]
    assert (judgement.kind, judgement.item) == ("true_false", {"answer": True})
    quiz = QuizPage.objects.get()
    assert [use.question.key for use in quiz.quiz_questions.all()] == ["sml-m1-q1", "sml-m1-q2"]
    assert quiz.slug == "quiz"


@pytest.mark.parametrize("source", [VCF, SYMBOL, HPO, ACMG])
def test_questions_that_understand_genomics_are_asked_and_loading_them_again_changes_nothing(load, pack, source):
    pack.replace(QUIZ, JUDGEMENT, source)
    load()
    question = Question.objects.get(key="sml-m1-q2")
    assert question.live
    if source is VCF:
        assert [ask["ask"] for ask in question.item["asks"]] == ["zygosity", "depth"]
    assert outcomes(load()) == {Outcome.UNCHANGED}


def test_a_translation_has_the_keys_of_its_original(load):
    load()
    french, english = lesson_page(language="fr"), lesson_page()
    assert french.translation_key == english.translation_key
    assert french.get_parent().translation_key == english.get_parent().translation_key
    assert french.translation_is_draft
    assert french.is_short_version
    assert french.glossary_terms.get().term == "gène"
    assert french.url_path == "/home-fr/courses/small/first/genes/"


def test_one_drawing_is_kept_once(load):
    load()
    image = get_image_model().objects.get()
    assert (image.width, image.height) == (20, 10)


BLOCKS = """:::case{title="A boy"}
He is four.
:::step{title="Ask"}
Who else is ill [@ref2020]?
:::

:::comparison{caption="Two ways"}
| | Panel | Genome |
|---|---|---|
| Read | a list | all |
:::

:::sequence{caption="The start" kind="dna" start="-2"}
CCATGAAA
- 1..3: the start codon
:::

:::document{src="list.pdf" title="Checklist" summary="To print."}
:::

:::reveal{title="How"}
So.
:::

:::reflection
Whom would you ask?
:::
"""


def test_every_block_of_a_lesson_is_loaded_and_shown(load, pack, client):
    pack.replace(LESSON, ":::figure", f"{BLOCKS}\n:::figure")
    pack.write(LESSON.replace("01-genes.md", "list.pdf"), b"%PDF-1.4\n%%EOF\n")
    load()
    page = lesson_page()
    assert [child.block_type for child in page.body] == [
        *("text", "heading", "case_in_steps", "comparison", "ruled_sequence", "document", "reveal", "reflection"),
        "figure",
    ]
    document = get_document_model().objects.get()
    assert (document.title, document.filename, document.collection.name) == (
        "Checklist",
        "list.pdf",
        "Course documents",
    )
    page.is_preview = True
    page.save()
    shown = client.get(page.url).content.decode()
    for words in ("Who else is ill", "a list", "the start codon", "Checklist (PDF, 15", "Whom would you ask?"):
        assert words in shown
    page.is_preview = False
    page.save()
    assert outcomes(load()) == {Outcome.UNCHANGED}
    pack.write(LESSON.replace("01-genes.md", "list.pdf"), b"%PDF-1.4\n%%EOF\nnew")
    assert labels(load(), Outcome.UPDATED) == [("lesson", "Genes")]
    assert get_document_model().objects.count() == 2


def test_loading_twice_changes_nothing(load):
    load()
    revisions = list(Revision.objects.order_by("pk").values_list("pk", flat=True))
    items = list(LoadedItem.objects.order_by("pk").values())
    pages = list(Page.objects.order_by("pk").values())
    report = load()
    assert outcomes(report) == {Outcome.UNCHANGED}
    assert list(Revision.objects.order_by("pk").values_list("pk", flat=True)) == revisions
    assert list(LoadedItem.objects.order_by("pk").values()) == items
    assert list(Page.objects.order_by("pk").values()) == pages


def test_a_changed_lesson_makes_one_revision_of_that_lesson_alone(load, pack):
    load()
    before = set(Revision.objects.values_list("pk", flat=True))
    anchor = lesson_page().body[1].id
    pack.replace(LESSON, "has a name", "has one name")
    pack.replace(LESSON, "## What it looks like", "## Its looks")
    report = load()
    assert labels(report, Outcome.UPDATED) == [("lesson", "Genes")]
    (revision,) = Revision.objects.exclude(pk__in=before)
    page = lesson_page()
    assert page.latest_revision == page.live_revision == revision
    assert "has one name" in str(page.body[0].value)
    assert page.body[1].value["text"] == "Its looks"
    assert page.body[1].id == anchor


def test_a_lesson_edited_in_the_cms_is_kept_and_reported(load, pack):
    load()
    edit_in_cms(lesson_page(), title="Genes, as the editor says")
    pack.replace(LESSON, "has a name", "has one name")
    report = load()
    assert labels(report, Outcome.KEPT) == [("lesson", "Genes")]
    assert lesson_page().title == "Genes, as the editor says"


def test_an_unpublished_draft_is_kept_too(load, pack):
    load()
    page = lesson_page()
    page.title = "A draft"
    page.save_revision()
    pack.replace(LESSON, "has a name", "has one name")
    assert labels(load(), Outcome.KEPT) == [("lesson", "Genes")]


def test_overwriting_replaces_what_was_edited_once(load, pack):
    load()
    edit_in_cms(lesson_page(), title="Genes, as the editor says")
    assert labels(load(overwrite=True), Outcome.OVERWRITTEN) == [("lesson", "Genes")]
    assert lesson_page().title == "Genes"
    assert outcomes(load()) == {Outcome.UNCHANGED}


def test_a_lesson_deleted_in_the_cms_stays_deleted(load):
    load()
    lesson_page().delete()
    assert labels(load(), Outcome.KEPT_DELETED) == [("lesson", "Genes")]
    assert not LessonPage.objects.filter(slug="genes", locale__language_code="en").exists()
    load(overwrite=True)
    assert lesson_page().live
    assert [page.slug for page in ModulePage.objects.get(locale__language_code="en").get_children()] == [
        "genes",
        "names",
        "quiz",
    ]


def test_what_stands_below_a_deleted_module_is_passed_over(load):
    load()
    ModulePage.objects.get(locale__language_code="en").delete()
    report = load()
    assert labels(report, Outcome.KEPT_DELETED) == [("module", "First module")]
    assert labels(report, Outcome.LEFT) == []


def test_a_page_somebody_made_by_hand_is_not_taken_over(load, pack):
    load()
    LoadedItem.objects.filter(name="lesson:en:small/genes").delete()
    pack.replace(LESSON, "has a name", "has one name")
    assert labels(load(), Outcome.KEPT) == [("lesson", "Genes")]


def test_an_edited_glossary_term_is_kept(load, pack):
    load()
    GlossaryTerm.objects.filter(key="gene", locale__language_code="en").update(definition="Better words.")
    pack.replace("glossary.yaml", "A stretch of DNA.", "A piece of DNA.")
    assert labels(load(), Outcome.KEPT) == [("term", "Gene")]
    load(overwrite=True)
    assert GlossaryTerm.objects.get(key="gene", locale__language_code="en").definition == "A piece of DNA."


def test_a_question_that_an_instructor_changed_is_kept(load, pack):
    load()
    question = Question.objects.get(key="sml-m1-q1")
    question.stem = "Which of these has a name?"
    question.save_revision().publish()
    pack.replace(QUIZ, "What has a name?", "What bears a name?")
    assert labels(load(), Outcome.KEPT) == [("question", "sml-m1-q1")]


def test_options_keep_their_ids_when_a_question_changes(load, pack):
    load()
    ids = [option["id"] for option in Question.objects.get(key="sml-m1-q1").item["options"]]
    pack.replace(QUIZ, '"A stone"', '"A pebble"')
    assert labels(load(), Outcome.UPDATED) == [("question", "sml-m1-q1")]
    question = Question.objects.get(key="sml-m1-q1")
    assert [option["id"] for option in question.item["options"]] == ids
    assert question.item["options"][1]["text"] == "A pebble"


def test_a_lesson_taken_out_of_the_files_is_left_and_reported(load, pack):
    load()
    (pack.root / "courses/small/modules/01-first/02-names.md").unlink()
    assert ("lesson", "en:small/names") in labels(load(), Outcome.LEFT)
    assert lesson_page("names").live


def test_a_new_lesson_takes_its_place_in_the_order(load, pack):
    load()
    folder = pack.root / "courses/small/modules/01-first"
    (folder / "02-names.md").rename(folder / "03-names.md")
    middle = (folder / "01-genes.md").read_text().replace("genes", "middle").replace('"Genes"', '"Middle"')
    (folder / "02-middle.md").write_text(middle)
    report = load()
    assert labels(report, Outcome.CREATED) == [("lesson", "Middle")]
    module = ModulePage.objects.get(locale__language_code="en")
    assert [page.slug for page in module.get_children()] == ["genes", "middle", "names", "quiz"]


def test_a_page_taken_offline_stays_offline(load, pack):
    load()
    lesson_page().unpublish()
    pack.replace(LESSON, "has a name", "has one name")
    load()
    assert not lesson_page().live
    assert "has one name" in str(lesson_page().get_latest_revision_as_object().body[0].value)


def test_a_fault_on_the_way_leaves_nothing_behind(load, monkeypatch):
    monkeypatch.setattr(services, "load_webinar", lambda run, webinar: 1 / 0)
    written = []
    original = services.LoadRun.remove_written_files
    monkeypatch.setattr(
        services.LoadRun, "remove_written_files", lambda run: (written.extend(run.written_files), original(run))
    )
    with pytest.raises(ZeroDivisionError):
        load()
    assert not CoursePage.objects.exists()
    assert len(written) == 1
    assert not written[0].storage.exists(written[0].name)
