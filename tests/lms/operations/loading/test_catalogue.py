import os
from datetime import UTC, datetime

import pytest

from lms.operations.loading.catalogue import read_catalogue
from lms.operations.loading.files import DOCUMENT_ENDINGS
from lms.operations.loading.problems import ContentRefused
from lms.operations.management.commands.load_content import BUILT_IN

LANGUAGES = ["en", "ar", "fr", "es"]
COURSE = "courses/small/course.yaml"
MODULE = "courses/small/modules/01-first"
LESSON = f"{MODULE}/01-genes.md"
QUIZ = f"{MODULE}/quiz.yaml"


WEBINARS, TALK = "webinars.yaml", '  format: "Talk"\n'  # on line 8


def seats(*, start: str = "", early: str = "", all_: str = "") -> str:
    """Return fields of a webinar with nine seats and some of their days in 2027, from line 8 on."""
    days = {"starts_at": start, "seats_open_early_at": early, "seats_open_at": all_}
    lines = [f"  {name}: 2027-{day}T09:00:00Z\n" for name, day in days.items() if day]
    return TALK + "  capacity: 9\n" + "".join(lines)


def problems_of(pack):
    with pytest.raises(ContentRefused) as refused:
        read_catalogue(pack.root, languages=LANGUAGES)
    return [str(problem) for problem in refused.value.problems]


def test_the_built_in_catalogue_is_whole():
    catalogue = read_catalogue(BUILT_IN, languages=LANGUAGES)
    lessons = {course.head.code: sum(len(module.lessons) for module in course.modules) for course in catalogue.courses}
    questions = {
        course.head.code: sum(len(module.quiz.head.questions) for module in course.modules)
        for course in catalogue.courses
    }
    assert lessons == {"FGM": 12, "PGX": 10, "VAR": 10, "CGT": 9}
    assert questions == {"FGM": 29, "PGX": 24, "VAR": 27, "CGT": 20}
    assert len(catalogue.glossary) == 181
    assert sorted(translation.language for translation in catalogue.translations) == ["ar", "es", "fr"]


def test_courses_come_after_those_good_to_take_first():
    slugs = [course.head.slug for course in read_catalogue(BUILT_IN, languages=LANGUAGES).courses]
    assert slugs[0] == "foundations-of-genomic-medicine"


def test_the_small_pack_is_whole(pack):
    catalogue = read_catalogue(pack.root, languages=LANGUAGES)
    (course,) = catalogue.courses
    assert [lesson.slug for lesson in course.modules[0].lessons] == ["genes", "names"]
    assert course.modules[0].lessons[0].reference_keys == ("ref2020",)


@pytest.mark.parametrize(
    ("path", "old", "new", "start", "word"),
    [
        (COURSE, "summary: ", "summary ", f"{COURSE}:4:", "YAML"),
        (COURSE, "level: beginner", "level: easy", f"{COURSE}:5:", "level"),
        (COURSE, "code: SML\n", "code: SML\ncolour: red\n", f"{COURSE}:3:", "unknown field 'colour'"),
        (COURSE, 'disclaimer: "For education."\n', "", f"{COURSE}:1:", "'disclaimer' is missing"),
        (COURSE, "pass_mark: 0.7", "pass_mark: 7", f"{COURSE}:18:", "pass_mark"),
        (COURSE, "pass_mark: 0.7", 'pass_mark: "0.7"', f"{COURSE}:18:", "pass_mark"),
        (COURSE, "language: en", "language: tlh", f"{COURSE}:8:", "no language"),
        (COURSE, "prerequisites: []", "prerequisites: [nowhere]", f"{COURSE}:17:", "no course 'nowhere'"),
        (COURSE, "01-first", "01-other", f"{COURSE}:22:", "missing"),
        (COURSE, "01-first", "../../x", f"{COURSE}:22:", "slug"),
        (COURSE, "slug: small", "slug: large", f"{COURSE}:1:", "differs"),
        (LESSON, "minutes: 10", "minute: 10", f"{LESSON}:4:", "unknown field 'minute'"),
        (LESSON, "minutes: 10", "minutes: ten", f"{LESSON}:4:", "minutes"),
        (LESSON, "course: sml-O1", "course: sml-O9", f"{LESSON}:6:", "no objective"),
        (LESSON, "[gene]", "[gene, ghost]", f"{LESSON}:8:", "'ghost'"),
        (LESSON, "references: [ref2020]", "references: [ref1999]", f"{LESSON}:9:", "'ref1999'"),
        (LESSON, "name [@ref2020]", "name [@ref1999]", f"{LESSON}:11:", "'ref1999'"),
        (LESSON, 'src="box.svg"', 'src="ball.svg"', f"{LESSON}:15:", "ball.svg is missing"),
        (LESSON, "else.\n:::", "else.", f"{LESSON}:15:", "never closed"),
        (LESSON, "---\ntitle", "title", f"{LESSON}:1:", "begins with a line ---"),
        (f"{MODULE}/02-names.md", "id: names-a", "id: genes-a", f"{MODULE}/02-names.md:6:", "taken already"),
        (QUIZ, "correct: true, ", "", f"{QUIZ}:8:", "exactly one"),
        (QUIZ, 'text: "A stone"', 'text: "A stone", correct: true', f"{QUIZ}:8:", "exactly one"),
        (QUIZ, "type: single", "type: multiple", f"{QUIZ}:8:", "two or more"),
        (QUIZ, "{id: b,", "{id: a,", f"{QUIZ}:10:", "stands here twice"),
        (QUIZ, "objective: genes-a", "objective: other-a", f"{QUIZ}:6:", "'other-a'"),
        (QUIZ, "Look again.", "Look again [@ref2020; @ref1999].", f"{QUIZ}:11:", "'ref1999'"),
        (QUIZ, "type: single", "type: guess", f"{QUIZ}:4:", "type"),
        (QUIZ, "id: sml-m1-q2", "id: sml-m1-q1", f"{QUIZ}:12:", "taken already"),
        (QUIZ, "answer: true", "answer: true\n    hint: x", f"{QUIZ}:17:", "unknown field 'hint'"),
        (QUIZ, "answer: true", "answer: maybe", f"{QUIZ}:16:", "answer"),
        ("references.yaml", "10.1000/x", "see x", "references.yaml:1:", "doi"),
        ("glossary.yaml", "see: [gene]", "see: [genome]", "glossary.yaml:2:", "'genome'"),
        ("glossary.yaml", "allele:", "gene:", "glossary.yaml:2:", "twice"),
        ("webinars.yaml", "related_course: small", "related_course: large", "webinars.yaml:10:", "'large'"),
        (WEBINARS, TALK, f"{TALK}  capacity: 0\n", f"{WEBINARS}:9:", "capacity"),
        (WEBINARS, TALK, f"{TALK}  capacity: 10001\n", f"{WEBINARS}:9:", "capacity"),
        (WEBINARS, TALK, f"{TALK}  capacity: 9\n  reserved_percent: 61\n", f"{WEBINARS}:10:", "reserved_percent"),
        (WEBINARS, TALK, f"{TALK}  reserved_percent: 20\n", f"{WEBINARS}:9:", "give the number of seats too"),
        (WEBINARS, TALK, f"{TALK}  time_zone: Mars/Base\n", f"{WEBINARS}:9:", "no such time zone"),
        (WEBINARS, TALK, f"{TALK}  starts_at: 2027-02-04T14:00:00\n", f"{WEBINARS}:9:", "timezone"),
        (WEBINARS, TALK, seats(early="01-01"), f"{WEBINARS}:10:", "give the start too, as starts_at"),
        (WEBINARS, TALK, seats(start="02-04", early="01-01", all_="01-05"), f"{WEBINARS}:12:", "at least 7 days"),
        (WEBINARS, TALK, seats(start="02-04", early="02-01"), f"{WEBINARS}:11:", "not in order"),
        (WEBINARS, TALK, seats(start="02-04", all_="02-05"), f"{WEBINARS}:11:", "not in order"),
        (
            "translations/fr/small/course.yaml",
            "language: fr",
            "language: es",
            "translations/fr/small/course.yaml:2:",
            "differs",
        ),
        ("translations/fr/small/course.yaml", "ltr", "rtl", "translations/fr/small/course.yaml:3:", "direction"),
    ],
)
def test_each_fault_is_named_with_its_file_and_line(pack, path, old, new, start, word):
    pack.replace(path, old, new)
    assert any(problem.startswith(start) and word in problem for problem in problems_of(pack)), problems_of(pack)


def test_seats_as_the_policy_has_them_are_read(pack):
    pack.replace(WEBINARS, TALK, seats(start="02-04", early="01-01", all_="01-08") + "  reserved_percent: 20\n")
    [webinar] = read_catalogue(pack.root, languages=["en", "fr"]).webinars
    assert webinar.timing["seats_open_at"] == datetime(2027, 1, 8, 9, tzinfo=UTC)
    assert (webinar.capacity, webinar.reserved_percent) == (9, 20)


def test_all_faults_are_told_at_once(pack):
    pack.replace(COURSE, "level: beginner", "level: easy")
    pack.replace("glossary.yaml", "see: [gene]", "see: [genome]")
    pack.replace("webinars.yaml", "level: beginner", "level: easy")
    paths = {problem.partition(":")[0] for problem in problems_of(pack)}
    assert {COURSE, "glossary.yaml", "webinars.yaml"} <= paths


def test_two_lessons_with_one_slug_are_refused(pack):
    pack.write(f"{MODULE}/03-genes.md", (pack.root / LESSON).read_text().replace("genes-a", "third-a"))
    assert any("03-genes.md:3:" in problem and "taken already" in problem for problem in problems_of(pack))


def test_two_courses_with_one_slug_are_refused(pack):
    pack.write("courses/twin/course.yaml", (pack.root / COURSE).read_text())
    assert any(problem.startswith("courses/twin/course.yaml:1:") for problem in problems_of(pack))


def test_symbolic_links_are_refused(pack, tmp_path):
    (tmp_path / "secret.yaml").write_text("a: 1\n")
    (pack.root / "glossary.yaml").unlink()
    (pack.root / "glossary.yaml").symlink_to(tmp_path / "secret.yaml")
    assert problems_of(pack) == ["glossary.yaml:1: a symbolic link; content must stand in its own folder"]


def test_pipes_do_not_hold_the_loader_up(pack):
    (pack.root / LESSON).unlink()
    os.mkfifo(pack.root / LESSON)
    assert problems_of(pack) == [f"{LESSON}:1: not a plain file"]


def test_a_huge_file_is_refused(pack):
    pack.write(LESSON, "---\n" + "x" * 500_000)
    assert any("bytes are too many" in problem for problem in problems_of(pack))


def test_a_large_drawing_is_refused(pack):
    pack.write(
        f"{MODULE}/box.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">' + " " * 16_000 + "</svg>"
    )
    assert any("box.svg:1:" in problem and "too many" in problem for problem in problems_of(pack))


def test_a_drawing_with_script_is_refused(pack):
    pack.replace(f"{MODULE}/box.svg", "<rect", "\n<script>alert(1)</script><rect")
    assert any(f"{MODULE}/box.svg:2: <script>" in problem for problem in problems_of(pack))


@pytest.mark.parametrize("data", [b"\xff\xfe", b"title: \x00", b"a\nb\x1b[2J"])
def test_what_is_not_text_is_refused(pack, data):
    pack.write(LESSON, data)
    assert any(problem.startswith(f"{LESSON}:") for problem in problems_of(pack))


def test_files_that_would_be_passed_over_are_named(pack):
    pack.write(f"{MODULE}/third-lesson.md", "text")
    assert any(problem.startswith(f"{MODULE}/third-lesson.md:1:") for problem in problems_of(pack))


def test_a_folder_without_courses_is_refused(tmp_path):
    with pytest.raises(ContentRefused, match="holds no courses"):
        read_catalogue(tmp_path, languages=LANGUAGES)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ContentRefused, match="no such folder"):
        read_catalogue(tmp_path / "nowhere", languages=LANGUAGES)


SEQUENCE = ':::sequence{caption="C" kind="dna"}\nACGTACGT\n- 2..4: x\n- 5: y\n:::'
COMPARISON = ':::comparison{caption="C"}\n| | a | b |\n|---|---|---|\n| c | d | e |\n:::'


@pytest.mark.parametrize(
    ("text", "old", "new", "words"),
    [
        (SEQUENCE, "ACGTACGT", "ACGUACGT", "residues: These characters do not belong in such a sequence: U"),
        (SEQUENCE, "ACGTACGT", "", "residues: "),
        (SEQUENCE, "ACGTACGT", "A" * 3_001, "residues: "),
        (SEQUENCE, "2..4", "2..9", "highlights: 2 to 9 is no range of this sequence"),
        (SEQUENCE, "2..4", "4..2", "highlights: 4 to 2 is no range"),
        (SEQUENCE, "- 5: y", "- 3: y", "highlights: 3 to 3 covers letters that another highlight covers"),
        (SEQUENCE, '"dna"', '"dna" start="0"', "starts_at: There is no position 0"),
        (SEQUENCE, ": y", ": " + "y" * 201, "meaning: "),
        (COMPARISON, "| a | b |", "| a | " + "b" * 61 + " |", "columns, entry 2: "),
        (COMPARISON, "| c |", "| |", "aspect: "),
        (
            COMPARISON,
            COMPARISON,
            ':::comparison{caption="C"}\n| | a |\n|---|---|\n| c | d |\n:::',
            "columns: The minimum number of items is 2",
        ),
        (SEQUENCE, SEQUENCE, ':::document{src="list.pdf"}\n:::', "the document list.pdf is missing"),
    ],
)
def test_what_the_editor_would_not_publish_is_refused_with_its_line(pack, text, old, new, words):
    pack.replace(LESSON, ":::figure", f"{text}\n\n:::figure")
    if text != new:
        read_catalogue(pack.root, languages=LANGUAGES)
    pack.replace(LESSON, old, new)
    told = problems_of(pack)
    assert any(problem.startswith(f"{LESSON}:15: ") and words in problem for problem in told), told


PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("list.pdf", b"<script>alert(1)</script>", "not of the kind"),
        ("list.zip", PDF, "not of the kind"),
        ("list.pdf", b"", "not of the kind"),
        ("list.txt", b"\xff\xfe", "not UTF-8 text"),
        ("list.csv", b"a\x00b", "control character"),
        ("list.pdf", PDF + b" " * 5_000_000, "too many"),
        ("list.html", b"<p>", "not a lesson (NN-name.md), a figure (name.svg), a document or quiz.yaml"),
        ("list.exe", b"MZ", "not a document that lessons offer"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(pack, name, data, words):
    pack.write(f"{MODULE}/{name}", data)
    pack.replace(LESSON, ":::figure", f':::document{{src="{name}"}}\n:::\n\n:::figure')
    told = problems_of(pack)
    assert any(problem.startswith(f"{MODULE}/{name}:") and words in problem for problem in told), told


def test_every_ending_of_a_document_is_one_that_the_cms_takes(settings):
    assert {ending.removeprefix(".") for ending in DOCUMENT_ENDINGS} == set(settings.WAGTAILDOCS_EXTENSIONS)


JUDGEMENT = """    type: true_false
    objective: genes-a
    stem: "Genes have names."
    answer: true
"""
RECORD = "chrT\\t2417\\t.\\tC\\tT\\t733\\tPASS\\tDP=50\\tGT:AD:DP\\t0/1:27,23:50"
VCF = f"""    type: vcf
    objective: genes-a
    stem: "Read the line."
    header: "#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\tFILTER\\tINFO\\tFORMAT\\tone"
    record: "{RECORD}"
    asks:
      - {{id: a, prompt: "Zygosity?", type: single, ask: zygosity, options: [heterozygous, homozygous], answer: heterozygous}}
      - {{id: b, prompt: "Depth?", type: numeric, ask: depth, sample: 0, answer: 50}}
"""
SYMBOL = """    type: gene_symbol
    objective: genes-a
    stem: "Which gene?"
    approved: SEPTIN2
    aliases: [hNedd5]
    previous: [SEPT2, NEDD5]
    trials:
      - {answer: sept2, score: 0.5}
"""
HPO = """    type: hpo
    objective: genes-a
    stem: "Code it."
    edition: "2025-01-16"
    key: ["HP:0001250"]
    terms:
      - {id: "HP:0000001", label: "All"}
      - {id: "HP:0001250", label: "Seizure", parents: ["HP:0000001"]}
"""
ACMG = """    type: acmg
    objective: genes-a
    stem: "Which class?"
    scheme: richards2015
    criteria: [PVS1, PM2, BP4]
    conflict: any_opposing
    answer: "Uncertain significance"
"""


@pytest.mark.parametrize("question", [VCF, SYMBOL, HPO, ACMG])
def test_questions_that_understand_genomics_are_read(pack, question):
    pack.replace(QUIZ, JUDGEMENT, question)
    (course,) = read_catalogue(pack.root, languages=LANGUAGES).courses
    assert course.modules[0].quiz.head.questions[1].type in question


@pytest.mark.parametrize(
    ("question", "old", "new", "line", "words"),
    [
        (VCF, "ask: zygosity", "ask: sex", 19, "ask"),
        (VCF, "answer: heterozygous", "answer: homozygous", 19, "By the record, “homozygous” is not right."),
        (VCF, "[heterozygous, homozygous]", "[hetero, heterozygous]", 19, "By the record, 2 options are right."),
        (VCF, "answer: 50", "answer: 51", 20, "By the record, “51.0” is not right."),
        (VCF, "ask: depth", "ask: filter", 20, "This is no number"),
        (VCF, "sample: 0", "sample: 1", 20, "There is no sample 1"),
        (VCF, "sample: 0", "sample: -1", 20, "sample"),
        (VCF, "sample: 0", "alt: 2, ask: allele_balance", 20, "stands here twice"),
        (VCF, "2417", "here", 17, "POS of the record is not a number"),
        (VCF, "chrT", "chrT\\t", 17, "record"),
        (SYMBOL, "SEPT2, NEDD5", '"SEPT2, NEDD5"', 18, "previous"),
        (SYMBOL, "approved: SEPTIN2", 'approved: " "', 16, "approved"),
        (SYMBOL, "score: 0.5", "score: 1", 12, "“sept2” should earn 1 and earns 0.50."),
        (SYMBOL, "score: 0.5", "score: .nan", 20, "score"),
        (HPO, 'key: ["HP:0001250"]', 'key: ["HP:0001251"]', 17, "“HP:0001251” is not in the extract"),
        (HPO, 'key: ["HP:0001250"]', 'key: ["1250"]', 17, "key"),
        (HPO, 'parents: ["HP:0000001"]', 'parents: ["HP:0001250"]', 20, "among its own ancestors"),
        (HPO, 'id: "HP:0001250"', 'id: "HP:0000001"', 20, "stands here twice"),
        (ACMG, "    conflict: any_opposing\n", "", 12, "Choose under “If they speak for both sides”"),
        (ACMG, "conflict: any_opposing", "conflict: coin", 18, "conflict"),
        (ACMG, "PVS1", "PVS9", 17, "There is no criterion “PVS9”"),
    ],
)
def test_a_genomic_question_that_is_wrong_is_named_with_its_line(pack, question, old, new, line, words):
    assert old in question
    pack.replace(QUIZ, JUDGEMENT, question.replace(old, new))
    told = problems_of(pack)
    assert any(problem.startswith(f"{QUIZ}:{line}: ") and words in problem for problem in told), told


HGVS = """    type: hgvs
    objective: genes-a
    stem: "Describe the change."
    reference: {accession: TEACH_T9.1, sequence: ATGAAATTTGGGCCC, cds_start: 1, level: c}
    observed: %(observed)s
    answer: %(answer)s
    accept_equivalent: [c.4dup]
    reject: [%(reject)s]
"""


@pytest.mark.parametrize(
    ("changed", "line", "words"),
    [
        ({"answer": "c.4dup"}, 18, "The 3' rule"),
        ({"answer": "c.99del"}, 18, "cannot be applied to the reference"),
        ({"reject": "c.5dup"}, 12, "“c.5dup” should earn 0 and earns 0.80"),
        ({"observed": "ATGAAATTTGGGCCC"}, 17, "leads to another sequence than the one observed"),
    ],
)
def test_a_key_that_its_marker_does_not_mark_as_the_file_says_is_refused(pack, changed, line, words):
    good = {"answer": "c.6dup", "reject": "c.7dup", "observed": "ATGAAAATTTGGGCCC"}
    pack.replace(QUIZ, JUDGEMENT, HGVS % good)
    read_catalogue(pack.root, languages=LANGUAGES)
    pack.replace(QUIZ, HGVS % good, HGVS % {**good, **changed})
    [problem] = problems_of(pack)
    assert problem.startswith(f"{QUIZ}:{line}: ")
    assert words in problem
