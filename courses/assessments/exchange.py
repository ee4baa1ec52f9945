"""Tasks out of the forms in which questions came before: course files, and revisions from the time of one form for all."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from courses.assessments.rules.diplotype import newest_edition
from courses.assessments.rules.hgvs import SAME_VARIANT

Task = list[dict[str, Any]]  # as a StreamField stores it: one block
Naming = Callable[[str], str]  # id within a question -> id of a block


def task_in_files(source: Mapping[str, Any], named: Naming) -> Task:
    """Return the task of a question as the files of courses write it. named: gives its parts their stable ids."""
    kind = source["type"]
    return [{"type": kind, "id": named(""), "value": _VALUES.get(kind, _same)(source, named)}]


def trials_in_files(source: Mapping[str, Any], named: Naming) -> Task:
    """Return the answers of which a file says what they earn, as trial answers."""
    match source["type"]:
        case "hgvs":
            scores = {
                **dict.fromkeys(source.get("reject", ()), 0.0),
                **dict.fromkeys(source.get("accept_equivalent", ()), SAME_VARIANT),
            }
        case "short_text":
            scores = {partial["text"]: partial["credit"] for partial in source.get("partial", ())}
            scores |= dict.fromkeys(source["accept"], 1.0)
        case _:
            scores = {}
    scores |= {trial["answer"]: trial["score"] for trial in source.get("trials", ())}
    return [
        {"type": "trial", "id": named(f"trial/{answer}"), "value": {"answer": answer, "score": score}}
        for answer, score in scores.items()
    ]


def former_task(content: Mapping[str, Any]) -> Task:
    """Return the task of a question stored when options had a column of their own, and other kinds were kept as loaded.

    content: as a revision or a row holds it, options as a list or as JSON.
    """
    kind, options, source = content["kind"], content.get("options") or [], content.get("source") or {}
    if isinstance(options, str):
        options = json.loads(options)

    def named(part: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"question:{content['key']}/{part}"))

    if kind in ("single", "multiple"):
        listed = [{**option, "type": "item"} for option in options]
        value = {"options": listed, **({"partial_credit": "all-or-nothing"} if kind == "multiple" else {})}
        return [{"type": kind, "id": named(""), "value": value}] if listed else []
    return task_in_files({**source, "type": kind}, named) if source else []


def former_options(task: Task) -> list[dict[str, Any]]:
    """Return the options of a choice task as they were stored before; of another kind, none."""
    if not task or task[0]["type"] not in ("single", "multiple"):
        return []
    return [{**option, "type": "option"} for option in task[0]["value"]["options"]]


def _options(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    options = [
        {
            "type": "item",
            "id": named(option["id"]),
            "value": {
                "text": option["text"],
                "is_correct": option.get("correct", False),
                "feedback": option.get("feedback") or "",
            },
        }
        for option in source["options"]
    ]
    credit = {"partial_credit": source.get("partial_credit", "all-or-nothing")} if source["type"] == "multiple" else {}
    return {"options": options, **credit}


def _judgement(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    return {"answer": "true" if source["answer"] else "false"}


def _hgvs(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    reference = source["reference"]
    return {
        "coordinate": reference["level"],
        "accession": reference["accession"],
        "reference": reference["sequence"],
        "cds_start": reference.get("cds_start"),
        "key": source["answer"],
        **_given(reference, "cds_end"),
        **_given(source, "gene", "require_accession"),
    }


def _acmg(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    return {
        "scheme": source["scheme"],
        "criteria": ", ".join(source["criteria"]),
        "answer": source["answer"],
        **_given(source, "conflict"),
    }


def _diplotype(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    first, second = (allele["name"] for allele in source["alleles"])
    return {
        "gene": source["gene"],
        "first_allele": first,
        "second_allele": second,
        "edition": newest_edition(source["gene"]),  # a file names the guideline that it teaches, not the table
        "answer": source["answer"],
    }


def _pedigree(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    assumptions = source["assumptions"]
    return {
        "members": [
            {
                "id": member["id"],
                "father": member["father"] or "",
                "mother": member["mother"] or "",
                "sex": {"male": "M", "female": "F", "unknown": "U"}[member["sex"]],
                "affected": {True: "yes", False: "no", None: "unknown"}[member["affected"]],
            }
            for member in source["members"]
        ],
        "penetrance": "incomplete" if assumptions.get("penetrance") == "incomplete" else "complete",
        "de_novo": bool(assumptions.get("de_novo")),
        "answer": list(source["answer"]),
    }


def _vcf(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    asks = [
        {
            "type": "item",
            "id": named(ask["id"]),
            "value": {
                "prompt": ask["prompt"],
                "options": list(ask.get("options", ())),
                "answer": str(ask["answer"]),
                "tolerance": ask.get("tolerance", 0),
                **_given(ask, "ask", "sample", "alt", "phased"),
            },
        }
        for ask in source["asks"]
    ]
    return {"header": source["header"], "record": source["record"], "asks": asks}


def _gene_symbol(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    others = {name: ", ".join(source.get(name, ())) for name in ("aliases", "previous")}
    return {"approved": source["approved"], **others}


def _hpo(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    terms = [{**term, "parents": ", ".join(term.get("parents", ()))} for term in source["terms"]]
    return {"terms": terms, "key": ", ".join(source["key"]), "edition": source["edition"]}


def _same(source: Mapping[str, Any], named: Naming) -> dict[str, Any]:
    """Return the fields that a file and a block call by the same names."""
    return _given(source, *_SAME[source["type"]])


def _given(source: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return those of the fields that a file gives."""
    return {name: source[name] for name in names if source.get(name) is not None}


_SAME = {
    "numeric": ("answer", "tolerance", "unit"),
    "matching": ("pairs", "distractors"),
    "ordering": ("items",),
    "short_text": ("accept", "case_sensitive", "partial"),
}
_VALUES: Mapping[str, Callable[[Mapping[str, Any], Naming], dict[str, Any]]] = {
    "single": _options,
    "multiple": _options,
    "true_false": _judgement,
    "hgvs": _hgvs,
    "acmg": _acmg,
    "diplotype": _diplotype,
    "pedigree": _pedigree,
    "vcf": _vcf,
    "gene_symbol": _gene_symbol,
    "hpo": _hpo,
}
