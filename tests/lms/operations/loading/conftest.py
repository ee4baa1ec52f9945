from pathlib import Path

import pytest

COURSE = """slug: small
code: SML
title: "A small course"
summary: "What a small course is about."
level: beginner
audience: [students]
topics: [genes]
language: en
estimated_hours: 1.5
licence: CC-BY-4.0
attribution: "the authors"
version: "1.0"
updated_on: 2026-11-22
disclaimer: "For education."
objectives:
  - {id: sml-O1, text: "Read a gene name."}
prerequisites: []
pass_mark: 0.7
completion_rule: {lessons: all, quizzes: all_passed, attempts_per_quiz: unlimited}
instructors: ["Teacher, course team"]
modules:
  - {slug: 01-first, title: "First module"}
"""

LESSON = """---
title: "{title}"
slug: {slug}
minutes: 10
objectives:
  - {{id: {slug}-a, course: sml-O1, text: "Say what a gene is."}}
key_points: ["Genes have names."]
glossary: [gene]
references: [ref2020]
---
A **gene** has a name [@ref2020].

## What it looks like

:::figure{{src="box.svg" alt="A box." caption="A box."}}
One box, and nothing else.
:::
"""

QUIZ = """id: sml-m1
title: "Quiz: first"
questions:
  - id: sml-m1-q1
    type: single
    objective: genes-a
    stem: "What has a name?"
    options:
      - {id: a, text: "A gene", correct: true, feedback: "Yes."}
      - {id: b, text: "A stone"}
    feedback: {right: "Right.", wrong: "Look again."}
  - id: sml-m1-q2
    type: true_false
    objective: genes-a
    stem: "Genes have names."
    answer: true
    feedback: {right: "Right.", wrong: "They do."}
"""

FILES = {
    "references.yaml": 'ref2020: {authors: "A B", year: 2020, title: "On genes", source: "J 1:1", doi: "10.1000/x"}\n',
    "glossary.yaml": 'gene: {term: "Gene", definition: "A stretch of DNA."}\n'
    'allele: {term: "Allele", definition: "A version.", see: [gene]}\n',
    "webinars.yaml": """- slug: live
  title: "Live"
  abstract: "We talk."
  audience: [students]
  level: beginner
  language: en
  duration_minutes: 60
  format: "Talk"
  speakers: ["Teacher, course team"]
  related_course: small
  low_bandwidth: "By telephone"
  typical_questions: ["Why?"]
""",
    "courses/small/course.yaml": COURSE,
    "courses/small/modules/01-first/01-genes.md": LESSON.format(title="Genes", slug="genes"),
    "courses/small/modules/01-first/02-names.md": LESSON.format(title="Names", slug="names"),
    "courses/small/modules/01-first/quiz.yaml": QUIZ,
    "courses/small/modules/01-first/box.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">'
    "<title>A box</title><rect width='20' height='10'/></svg>\n",
    "translations/fr/glossary.yaml": 'gene: {term: "gène", definition: "Segment d\'ADN."}\n',
    "translations/fr/small/course.yaml": """translation_of: small
language: fr
direction: ltr
translation_status: draft
title: "Un petit cours"
summary: "De quoi il parle."
disclaimer: "Pour la formation."
objectives:
  - {id: sml-O1, text: "Lire un nom de gène."}
""",
    "translations/fr/small/modules/01-first/01-genes.md": """---
translation_of: genes
language: fr
direction: ltr
translation_status: draft
short_version: true
title: "Les gènes"
minutes: 5
objectives:
  - {id: genes-a, course: sml-O1, text: "Dire ce qu'est un gène."}
key_points: ["Les gènes ont des noms."]
glossary: [gene]
references: [ref2020]
---
Un **gène** a un nom [@ref2020].
""",
}


class Pack:
    """A content folder to spoil: the smallest that has one of everything."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for path, text in FILES.items():
            self.write(path, text)

    def write(self, path: str, text: str | bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert old in text
        self.write(path, text.replace(old, new, 1))


@pytest.fixture
def pack(tmp_path):
    return Pack(tmp_path / "pack")
