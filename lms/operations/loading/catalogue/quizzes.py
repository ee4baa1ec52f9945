import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from courses.assessments.exchange import task_in_files, trials_in_files
from courses.assessments.models import Question
from courses.assessments.rules.hgvs import observed_of
from lms.operations.loading import schema
from lms.operations.loading.catalogue.parts import Quiz
from lms.operations.loading.catalogue.reading import Reading
from lms.operations.loading.located_yaml import Place


def read_quiz(reading: Reading, path: str, objectives: Collection[str]) -> Quiz | None:
    quiz, source = reading.load(path, TypeAdapter(schema.Quiz), reading.files.read_text(path))
    if quiz is None:
        return None
    reading.quiz_ids.add(quiz.id, path, source.line_of(("id",)))
    for number, question in enumerate(quiz.questions):
        place: Place = ("questions", number)
        reading.question_ids.add(question.id, path, source.line_of((*place, "id")))
        if question.objective not in objectives:
            line = source.line_of((*place, "objective"))
            reading.refuse(path, line, f"no lesson of this module has the objective {question.objective!r}")
        for said in ("right", "wrong"):
            line = source.line_of((*place, "feedback", said))
            reading.cited_in(path, getattr(question.feedback, said), line)
        problems = list(_key_problems(question)) or list(_proof_problems(_plain(source.value["questions"][number])))
        for step, sentence in problems:
            reading.refuse(path, source.line_of((*place, *step)), f"{question.id}: {sentence}")
    items = tuple(_plain(item) for item in source.value["questions"])
    return Quiz(path=path, head=quiz, items=items)


def _key_problems(question: Any) -> Iterable[tuple[Place, str]]:
    """Yield (place within the question, sentence) for a key that no answer can meet."""
    match question:
        case schema.Single() | schema.Multiple():
            correct = sum(option.correct for option in question.options)
            if len(question.options) < 2:
                yield ("options",), "there must be at least two options"
            if isinstance(question, schema.Single) and correct != 1:
                yield ("options",), f"exactly one option must be correct, not {correct}"
            if isinstance(question, schema.Multiple) and not 2 <= correct < len(question.options):
                yield (
                    ("options",),
                    f"two or more options must be correct, but not all of them; here {correct} of {len(question.options)}",
                )
            yield from _repeated([option.id for option in question.options], ("options",), "option")
            yield from _repeated([option.text for option in question.options], ("options",), "option text")
        case schema.Matching():
            yield from _repeated([pair.left for pair in question.pairs], ("pairs",), "left side")
        case schema.Ordering():
            yield from _repeated(question.items, ("items",), "item")
        case schema.Pedigree():
            ids = {member.id for member in question.members}
            yield from _repeated([member.id for member in question.members], ("members",), "member")
            for number, member in enumerate(question.members):
                for parent in (member.father, member.mother):
                    if parent is not None and parent not in ids:
                        yield ("members", number), f"there is no member {parent!r}"
            for mode in question.answer:
                if mode not in question.modes:
                    yield ("answer",), f"the key {mode!r} is not among the modes offered"
        case schema.Vcf():
            yield from _repeated([ask.id for ask in question.asks], ("asks",), "ask")
            for number, ask in enumerate(question.asks):
                if isinstance(ask, schema.ChoiceAsk) and ask.answer not in ask.options:
                    yield ("asks", number, "answer"), f"the key {ask.answer!r} names no option"
        case schema.Hpo():
            yield from _repeated([term.id for term in question.terms], ("terms",), "term")
        case schema.Hgvs():
            if question.reference.level == "c" and question.reference.cds_start is None:
                yield ("reference",), "a description at level c needs cds_start"
            elif (question.reference.cds_start or 1) > len(question.reference.sequence):
                yield ("reference",), "cds_start lies beyond the sequence"


def _proof_problems(item: Mapping[str, Any]) -> Iterable[tuple[Place, str]]:
    """Yield (place within the question, sentence) for a key that its own marker does not mark as its file says."""
    question = Question(
        kind=item["type"],
        stem=item["stem"],
        task=json.dumps(task_in_files(item, str)),
        trials=json.dumps(trials_in_files(item, str)),
    )
    problems = question.problems()
    for problem in problems.values():
        yield _place_in_file(item, problem.place), problem
    if item["type"] == "hgvs" and not problems and observed_of(question.item) != item["observed"]:
        yield ("observed",), "the key leads to another sequence than the one observed"


def _place_in_file(item: Mapping[str, Any], place: Place) -> Place:
    """Return where a file states what has this place in the item that is marked."""
    match item["type"], place:
        case "hgvs", ["key"]:
            return ("answer",)
        case "hgvs", ["reference"]:
            return ("reference", "sequence")
        case "hgvs", ["accession" | "cds_start" | "cds_end"]:
            return ("reference", *place)
        case "hpo", ["terms", term, *rest]:
            return ("terms", [one["id"] for one in item["terms"]].index(term), *rest)
    return place


def _repeated(names: Sequence[str], place: Place, kind: str) -> Iterable[tuple[Place, str]]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield (*place, number), f"the {kind} {name!r} stands here twice"


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
