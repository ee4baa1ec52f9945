import pytest
from wagtail.models import ReferenceIndex
from wagtail.search.backends import get_search_backend

from courses.lessons.models import GlossaryTerm, LessonPage
from lms.operations.loading.indexing import index_once
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import GlossaryTermFactory, LessonPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


def found_terms(words: str) -> list[str]:
    return [term.term for term in get_search_backend().search(words, GlossaryTerm)]


def test_what_was_saved_is_found_after_the_block_and_as_it_was_saved_last():
    with index_once():
        term = GlossaryTermFactory(term="zygosity")
        term.term = "hemizygosity"
        term.save()
        assert found_terms("hemizygosity") == []
    assert found_terms("hemizygosity") == ["hemizygosity"]
    assert found_terms("zygosity") == []


def test_a_page_is_found_by_its_body():
    with index_once():
        lesson = LessonPageFactory(text="<p>Anticipation in triplet repeat disorders</p>")
    assert [page.pk for page in get_search_backend().search("anticipation", LessonPage)] == [lesson.pk]


def test_a_question_knows_the_quiz_that_uses_it():
    with index_once():
        quiz = quiz_with_questions(1)
        question = quiz.quiz_questions.get().question
    used_by = ReferenceIndex.get_references_to(question).get()
    assert used_by.object_id == str(quiz.pk)


def test_what_was_deleted_within_the_block_is_passed_over():
    with index_once():
        GlossaryTermFactory(term="phenocopy").delete()
    assert found_terms("phenocopy") == []


def test_a_block_that_fails_indexes_nothing():
    def save_and_fail() -> None:
        with index_once():
            GlossaryTermFactory(term="penetrance")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()
    assert found_terms("penetrance") == []


def test_outside_a_block_saving_indexes_at_once():
    GlossaryTermFactory(term="mosaicism")
    assert found_terms("mosaicism") == ["mosaicism"]
