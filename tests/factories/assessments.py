import factory
from factory.django import DjangoModelFactory
from wagtail_factories import PageFactory

from courses.assessments.blocks import kind_in
from courses.assessments.models import Question, QuizPage, QuizQuestion
from courses.lessons.models import ModulePage
from tests.factories.catalogue import CourseFactory
from tests.factories.lessons import ModulePageFactory


def task_of(kind: str, value: dict):
    """Return a task as the stream holds it. value: that of the kind's block, as JSON holds it."""
    return Question.task.field.to_python([{"type": kind, "id": "task", "value": value}])


def choice_task(kind: str, *texts: str, correct: tuple[int, ...]):
    """Return a task of options; each option's id is its text's first word."""
    options = [
        {
            "type": "item",
            "id": text.split()[0],
            "value": {"text": text, "is_correct": n in correct, "feedback": f"Said of {text}."},
        }
        for n, text in enumerate(texts)
    ]
    return task_of(kind, {"options": options})


class QuestionFactory(DjangoModelFactory):
    """A live question with one right option, whose id is "right"; the others are "wrong" and "worse"."""

    class Meta:
        model = Question

    key = factory.Sequence("q{}".format)
    course = factory.SubFactory(CourseFactory)
    kind = factory.LazyAttribute(lambda question: kind_in(question.task) or Question.Kind.SINGLE)
    stem = factory.Sequence("Question number {}?".format)
    feedback_right = "So it is."
    feedback_wrong = "Not so."
    task = factory.LazyFunction(
        lambda: choice_task("single", "right answer", "wrong answer", "worse answer", correct=(0,))
    )


class MultipleQuestionFactory(QuestionFactory):
    """A live question with two right options, "first" and "second", and a wrong one, "third"."""

    task = factory.LazyFunction(
        lambda: choice_task("multiple", "first answer", "second answer", "third answer", correct=(0, 1))
    )


class QuizPageFactory(PageFactory):
    class Meta:
        model = QuizPage

    parent = factory.LazyFunction(ModulePageFactory)
    title = factory.Sequence("Quiz {}".format)
    slug = "quiz"
    minutes = 5


def quiz_with_questions(count: int = 2, *, module: ModulePage | None = None, **fields) -> QuizPage:
    """Return a live quiz page that asks `count` live questions of one right answer."""
    page = QuizPageFactory(parent=module or ModulePageFactory(), **fields)
    for number in range(count):
        QuizQuestion.objects.create(page=page, question=QuestionFactory(), sort_order=number)
    return page
