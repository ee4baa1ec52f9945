import itertools

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


FAMILY = [
    {"id": "I-1", "sex": "M", "affected": "no"},
    {"id": "I-2", "sex": "F", "affected": "no"},
    {"id": "II-1", "sex": "F", "affected": "yes", "father": "I-1", "mother": "I-2"},
]
RECORD = "chrT\t2417\t.\tC\tT\t733\tPASS\tDP=50\tGT:AD:DP:GQ\t0/1:27,23:50:99"
TERMS = [{"id": "HP:0000001", "label": "All"}, {"id": "HP:0001250", "label": "Seizure", "parents": "HP:0000001"}]

# For each kind whose block is not one of options, the smallest task that can be asked.
TASKS = {
    "true_false": {"answer": "true"},
    "numeric": {"answer": 0.5, "tolerance": 0.01, "unit": "mg"},
    "short_text": {"accept": ["diplotype"], "partial": [{"text": "genotype", "credit": 0.5, "feedback": "Nearly."}]},
    "matching": {
        "pairs": [{"left": "C", "right": "Collective"}, {"left": "E", "right": "Ethics"}],
        "distractors": ["R"],
    },
    "ordering": {"items": ["Sample", "Sequence", "Report"]},
    "hgvs": {"coordinate": "c", "reference": "ATGAAATTTGGGCCC", "cds_start": 1, "accession": "", "key": "c.6dup"},
    "acmg": {"scheme": "richards2015", "criteria": "PVS1, PM2", "answer": "Likely pathogenic"},
    "diplotype": {
        "gene": "CYP2C19",
        "first_allele": "*2",
        "second_allele": "*17",
        "edition": "2025-11-05",
        "answer": "Intermediate metabolizer",
    },
    "pedigree": {"members": FAMILY, "penetrance": "complete", "answer": ["AR"]},
    "vcf": {
        "record": RECORD,
        "asks": [
            {"prompt": "Which kind?", "options": ["SNV", "deletion"], "answer": "SNV"},
            {"prompt": "What fraction?", "options": [], "answer": "0.46", "tolerance": 0.01},
        ],
    },
    "gene_symbol": {"approved": "SEPTIN2", "previous": "SEPT2, NEDD5"},
    "hpo": {"terms": TERMS, "key": "HP:0001250", "edition": "2025-01-16"},
}


def quiz_of_every_kind(count: int = len(TASKS), *, module: ModulePage | None = None) -> QuizPage:
    """Return a live quiz page that asks `count` live questions, whose kinds take turns."""
    page = QuizPageFactory(parent=module or ModulePageFactory())
    for number, (kind, value) in zip(range(count), itertools.cycle(TASKS.items()), strict=False):
        QuizQuestion.objects.create(page=page, question=QuestionFactory(task=task_of(kind, value)), sort_order=number)
    return page


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
