import pytest
from wagtail.models import Locale

from courses.assessments.errors import CannotBeAsked
from courses.assessments.models import Question
from tests.factories.assessments import QuestionFactory, QuizPageFactory, choice_task


def question(kind: str, *texts: str, correct: tuple[int, ...], stem: str = "Which?") -> Question:
    return Question(kind=kind, stem=stem, task=choice_task(kind, *texts, correct=correct))


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        (question("single", "alpha", "beta", correct=(0, 1)), "task", "“alpha”, “beta”"),
        (question("single", "alpha", "beta", correct=()), "task", "No option is marked as correct"),
        (question("single", "alpha", correct=(0,)), "task", "at least two options"),
        (question("single", "alpha", "alpha", correct=(0,)), "task", "“alpha” stands there twice"),
        (question("multiple", "alpha", "beta", correct=(0, 1)), "task", "Every option is marked as correct"),
        (question("multiple", "alpha", "beta", correct=()), "task", "No option is marked as correct"),
        (question("single", "alpha", "beta", correct=(0,), stem=" "), "stem", "Write the question"),
        (Question(stem="Which?"), "task", "Choose what learners do"),
    ],
)
def test_what_nobody_could_answer_is_named(asked, field, words):
    problems = asked.problems()
    assert list(problems) == [field]
    assert words in problems[field]


def test_an_option_without_text_is_named_by_its_place():
    asked = question("single", "alpha", "beta", correct=(0,))
    asked.task[0].value["options"][1]["text"] = ""
    assert asked.problems() == {"task": "Option 2 has no text."}


def test_good_questions_have_no_problems():
    assert question("single", "alpha", "beta", correct=(1,)).problems() == {}
    assert question("multiple", "alpha", "beta", "gamma", correct=(0, 2)).problems() == {}


@pytest.mark.django_db
def test_a_question_that_nobody_could_answer_is_not_published_whoever_asks():
    draft = QuestionFactory(live=False, task=choice_task("single", "alpha", "beta", correct=(0, 1)))
    with pytest.raises(CannotBeAsked, match="Exactly one option can be correct"):
        draft.save_revision(clean=False).publish()
    draft.refresh_from_db()
    assert not draft.live


@pytest.mark.django_db
def test_a_translated_question_begins_as_a_draft_of_its_own():
    original = QuestionFactory()
    original.save_revision().publish()
    french, _created = Locale.objects.get_or_create(language_code="fr")
    copy = original.copy_for_translation(french)
    copy.save()
    copy.refresh_from_db()
    assert not copy.live
    assert copy.live_revision is copy.latest_revision is None
    assert copy.translation_key == original.translation_key
    assert copy.item == original.item  # the ids of options included: what is answered means the same in each language


@pytest.mark.django_db
def test_a_quiz_keeps_its_address_whatever_an_author_types():
    page = QuizPageFactory(title="Quiz: the medicines", slug="something-else")
    page.full_clean()
    assert page.slug == "quiz"
