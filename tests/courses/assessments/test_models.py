import pytest
from wagtail.models import Locale

from courses.assessments.errors import CannotBeAsked
from courses.assessments.models import Question
from tests.factories.assessments import MultipleQuestionFactory, QuestionFactory, QuizPageFactory, choice_options


def question(kind: str, *texts: str, correct: tuple[int, ...], stem: str = "Which?") -> Question:
    return Question(
        kind=kind, stem=stem, options=Question.options.field.to_python(choice_options(*texts, correct=correct))
    )


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        (question("single", "alpha", "beta", correct=(0, 1)), "options", "“alpha”, “beta”"),
        (question("single", "alpha", "beta", correct=()), "options", "No option is marked as correct"),
        (question("single", "alpha", correct=(0,)), "options", "at least two options"),
        (question("single", "alpha", "alpha", correct=(0,)), "options", "“alpha” stands there twice"),
        (question("multiple", "alpha", "beta", correct=(0, 1)), "options", "Every option is marked as correct"),
        (question("multiple", "alpha", "beta", correct=()), "options", "No option is marked as correct"),
        (question("single", "alpha", "beta", correct=(0,), stem=" "), "stem", "Write the question"),
        (question("numeric", correct=()), "kind", "cannot be answered yet"),
    ],
)
def test_what_nobody_could_answer_is_named(asked, field, words):
    problems = asked.problems()
    assert list(problems) == [field]
    assert words in problems[field]


def test_an_option_without_text_is_named_by_its_place():
    asked = question("single", "alpha", "beta", correct=(0,))
    asked.options[1].value["text"] = ""
    assert asked.problems() == {"options": "Option 2 has no text."}


def test_good_questions_have_no_problems():
    assert question("single", "alpha", "beta", correct=(1,)).problems() == {}
    assert question("multiple", "alpha", "beta", "gamma", correct=(0, 2)).problems() == {}


@pytest.mark.django_db
def test_a_question_that_nobody_could_answer_is_not_published_whoever_asks():
    draft = MultipleQuestionFactory(live=False, kind=Question.Kind.SINGLE)
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


@pytest.mark.django_db
def test_a_quiz_keeps_its_address_whatever_an_author_types():
    page = QuizPageFactory(title="Quiz: the medicines", slug="something-else")
    page.full_clean()
    assert page.slug == "quiz"
