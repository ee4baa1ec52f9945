"""The fields of the content's YAML files, as its README states them. Unknown fields are refused."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from courses.lessons.sources import DOI
from lms.access.models.seats import LARGEST_POOL
from lms.access.rules.seats import LARGEST_SHARE
from lms.operations.loading.located_yaml import LocatedYaml, Place


class Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _text(longest: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=longest, pattern=r"\S")


SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
Slug = Annotated[str, StringConstraints(max_length=80, pattern=rf"^{SLUG}$")]
FolderName = Annotated[str, StringConstraints(max_length=80, pattern=rf"^\d\d-{SLUG}$")]
Key = Annotated[str, StringConstraints(max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
Id = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Title = Annotated[str, _text(255)]
Line = Annotated[str, _text(300)]
Remark = Annotated[str, _text(800)]
Paragraph = Annotated[str, _text(2000)]
Minutes = Annotated[int, Field(ge=1, le=600)]
Level = Literal["beginner", "intermediate", "advanced"]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone; name one such as Africa/Nairobi")
    return name


DETAILS = ("objectives", "live_captions", "interpretation")
TIMING = ("starts_at", "time_zone", "capacity", "reserved_percent", "seats_open_early_at", "seats_open_at")


class Reference(Fields):
    authors: Line
    year: Annotated[int, Field(ge=1500, le=2100)]
    title: Annotated[str, _text(400)]
    source: Line
    doi: Annotated[str, StringConstraints(max_length=120, pattern=rf"^{DOI.pattern}$")] | None = None
    note: Line | None = None


class Term(Fields):
    term: Annotated[str, _text(120)]
    definition: Annotated[str, _text(600)]
    see: tuple[Key, ...] = ()


class Webinar(Fields):
    slug: Slug
    title: Title
    abstract: Paragraph
    audience: tuple[Annotated[str, _text(100)], ...]
    level: Level
    language: Language
    duration_minutes: Annotated[int, Field(ge=5, le=600)]
    format: Annotated[str, _text(200)]
    speakers: tuple[Annotated[str, _text(120)], ...]
    related_course: Slug | None = None
    low_bandwidth: Line | None = None
    typical_questions: tuple[Line, ...] = ()
    objectives: tuple[Line, ...] = ()
    live_captions: Annotated[str, _text(200)] | None = None
    interpretation: Annotated[str, _text(200)] | None = None
    starts_at: AwareDatetime | None = None
    time_zone: Annotated[str, AfterValidator(_known_zone)] | None = None
    capacity: Annotated[int, Field(ge=1, le=LARGEST_POOL)] | None = None
    reserved_percent: Annotated[int, Field(ge=0, le=int(LARGEST_SHARE * 100))] | None = None
    seats_open_early_at: AwareDatetime | None = None
    seats_open_at: AwareDatetime | None = None

    @property
    def details(self) -> dict[str, str]:
        """Return what is said of these, by the names of the page's fields; nothing of what is not said."""
        said = {name: getattr(self, name) for name in DETAILS}
        return {name: value if isinstance(value, str) else "\n".join(value) for name, value in said.items() if value}

    @property
    def timing(self) -> dict[str, Any]:
        """Return what is said of when it is and of its seats, by the names of the page's fields; nothing of what is not said."""
        said = {name: getattr(self, name) for name in TIMING}
        return {name: value for name, value in said.items() if value is not None}


class CourseObjective(Fields):
    id: Id
    text: Line


class LessonObjective(CourseObjective):
    course: Id


class ModuleEntry(Fields):
    slug: FolderName
    title: Title


class CompletionRule(Fields):
    lessons: Literal["all"]
    quizzes: Literal["all_passed"]
    attempts_per_quiz: Literal["unlimited"] | Annotated[int, Field(ge=1)]
    note: Remark | None = None


class Course(Fields):
    slug: Slug
    code: Annotated[str, _text(12)]
    title: Title
    summary: Remark
    level: Level
    audience: tuple[Annotated[str, _text(100)], ...]
    topics: tuple[Annotated[str, _text(80)], ...]
    language: Language
    estimated_hours: Annotated[float, Field(gt=0, le=500)]
    licence: Annotated[str, _text(60)]
    attribution: Annotated[str, _text(200)]
    version: Annotated[str, _text(20)]
    updated_on: date
    disclaimer: Annotated[str, _text(200)]
    objectives: tuple[CourseObjective, ...]
    prerequisites: tuple[Slug, ...] = ()
    pass_mark: Annotated[float, Field(gt=0, le=1)]
    completion_rule: CompletionRule
    instructors: tuple[Annotated[str, _text(120)], ...]
    modules: Annotated[tuple[ModuleEntry, ...], Field(min_length=1)]


class LessonHead(Fields):
    title: Title
    slug: Slug
    minutes: Minutes
    objectives: tuple[LessonObjective, ...]
    key_points: tuple[Line, ...]
    glossary: tuple[Key, ...] = ()
    references: tuple[Key, ...] = ()


class TranslatedCourse(Fields):
    translation_of: Slug
    language: Language
    direction: Literal["ltr", "rtl"]
    translation_status: Literal["draft", "reviewed"]
    title: Title
    summary: Remark
    disclaimer: Annotated[str, _text(200)]
    objectives: tuple[CourseObjective, ...]
    modules: tuple[ModuleEntry, ...] = ()


class TranslatedLessonHead(Fields):
    translation_of: Slug
    language: Language
    direction: Literal["ltr", "rtl"]
    translation_status: Literal["draft", "reviewed"]
    short_version: bool = False
    title: Title
    minutes: Minutes
    objectives: tuple[LessonObjective, ...]
    key_points: tuple[Line, ...]
    glossary: tuple[Key, ...] = ()
    references: tuple[Key, ...] = ()


# -- Questions ----------------------------------------------------------------------------------------------------


class Feedback(Fields):
    right: Remark
    wrong: Remark


class Option(Fields):
    id: Id
    text: Annotated[str, _text(400)]
    correct: bool = False
    feedback: Annotated[str, _text(600)] | None = None


class Trial(Fields):
    answer: Paragraph
    score: Annotated[float, Field(ge=0, le=1)]


class Question(Fields):
    id: Annotated[str, StringConstraints(max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    objective: Id
    stem: Paragraph
    feedback: Feedback
    points: Annotated[int, Field(ge=1, le=100)] = 1
    trials: Annotated[tuple[Trial, ...], Field(max_length=40)] = ()


class Single(Question):
    type: Literal["single"]
    options: tuple[Option, ...]


class Multiple(Question):
    type: Literal["multiple"]
    options: tuple[Option, ...]
    partial_credit: Literal["all-or-nothing", "share"] = "all-or-nothing"


class TrueFalse(Question):
    type: Literal["true_false"]
    answer: bool


class Numeric(Question):
    type: Literal["numeric"]
    answer: float
    tolerance: Annotated[float, Field(ge=0)]
    unit: Annotated[str, _text(40)] | None = None


class Pair(Fields):
    left: Line
    right: Line


class Matching(Question):
    type: Literal["matching"]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2)]
    distractors: tuple[Line, ...] = ()


class Ordering(Question):
    type: Literal["ordering"]
    items: Annotated[tuple[Line, ...], Field(min_length=2)]


class PartialAnswer(Fields):
    text: Line
    credit: Annotated[float, Field(ge=0, le=1)]
    feedback: Remark


class ShortText(Question):
    type: Literal["short_text"]
    accept: Annotated[tuple[Line, ...], Field(min_length=1)]
    case_sensitive: bool = False
    partial: tuple[PartialAnswer, ...] = ()


class HgvsReference(Fields):
    accession: Annotated[str, _text(60)]
    sequence: Annotated[str, StringConstraints(pattern=r"^[A-Za-z*]+$", max_length=5000)]
    cds_start: Annotated[int, Field(ge=1)] | None = None
    cds_end: Annotated[int, Field(ge=1)] | None = None
    level: Literal["c", "g", "n", "p"]


class Hgvs(Question):
    type: Literal["hgvs"]
    reference: HgvsReference
    observed: Annotated[str, StringConstraints(pattern=r"^[A-Za-z*]+$", max_length=5000)]
    gene: Annotated[str, _text(40)] | None = None
    require_accession: bool = False
    answer: Line
    accept_equivalent: tuple[Line, ...] = ()
    reject: tuple[Line, ...] = ()


class Acmg(Question):
    type: Literal["acmg"]
    scheme: Literal["richards2015", "tavtigian2020"]
    criteria: Annotated[tuple[Annotated[str, _text(30)], ...], Field(min_length=1)]
    conflict: Literal["any_opposing", "both_reach", "points"] | None = None
    answer: Literal["Pathogenic", "Likely pathogenic", "Uncertain significance", "Likely benign", "Benign"]


class Allele(Fields):
    name: Annotated[str, _text(40)]
    function: Annotated[str, _text(80)]
    value: float | None = None


class Diplotype(Question):
    type: Literal["diplotype"]
    gene: Annotated[str, _text(20)]
    edition: Line
    alleles: Annotated[tuple[Allele, ...], Field(min_length=2, max_length=2)]
    activity_score: float | None = None
    answer: Annotated[str, _text(60)]


Mode = Literal["AD", "AR", "XLD", "XLR", "YL", "MT"]


class Relative(Fields):
    id: Id
    father: Id | None
    mother: Id | None
    sex: Literal["male", "female", "unknown"]
    affected: bool | None


class Pedigree(Question):
    type: Literal["pedigree"]
    assumptions: dict[str, str | bool]
    members: Annotated[tuple[Relative, ...], Field(min_length=1, max_length=60)]
    modes: Annotated[tuple[Mode, ...], Field(min_length=1)]
    answer: tuple[Mode, ...]


class Ask(Fields):
    id: Id
    prompt: Annotated[str, _text(200)]
    ask: Literal["type", "zygosity", "genotype", "depth", "allele_balance", "filter"] | None = None
    sample: Annotated[int, Field(ge=0)] | None = None
    alt: Annotated[int, Field(ge=1)] | None = None
    phased: bool = False


class ChoiceAsk(Ask):
    type: Literal["single"]
    options: Annotated[tuple[Annotated[str, _text(200)], ...], Field(min_length=2, max_length=10)]
    answer: Annotated[str, _text(200)]


class NumericAsk(Ask):
    type: Literal["numeric"]
    answer: float
    tolerance: Annotated[float, Field(ge=0)] = 0


class Vcf(Question):
    type: Literal["vcf"]
    header: Paragraph
    record: Paragraph
    asks: Annotated[
        tuple[Annotated[ChoiceAsk | NumericAsk, Field(discriminator="type")], ...], Field(min_length=1, max_length=10)
    ]


Symbol = Annotated[str, StringConstraints(pattern=r"^[^\s,;]+$", max_length=40)]


class GeneSymbol(Question):
    type: Literal["gene_symbol"]
    approved: Symbol
    aliases: Annotated[tuple[Symbol, ...], Field(max_length=20)] = ()
    previous: Annotated[tuple[Symbol, ...], Field(max_length=20)] = ()


HpoId = Annotated[str, StringConstraints(pattern=r"^HP:[0-9]{7}$")]


class HpoTerm(Fields):
    id: HpoId
    label: Annotated[str, _text(200)]
    parents: Annotated[tuple[HpoId, ...], Field(max_length=16)] = ()


class Hpo(Question):
    type: Literal["hpo"]
    terms: Annotated[tuple[HpoTerm, ...], Field(min_length=1, max_length=80)]
    key: Annotated[tuple[HpoId, ...], Field(min_length=1, max_length=30)]
    edition: Annotated[str, _text(40)]


AnyQuestion = Annotated[
    Single
    | Multiple
    | TrueFalse
    | Numeric
    | Matching
    | Ordering
    | ShortText
    | Hgvs
    | Acmg
    | Diplotype
    | Pedigree
    | Vcf
    | GeneSymbol
    | Hpo,
    Field(discriminator="type"),
]


class Quiz(Fields):
    id: Id
    title: Title
    questions: Annotated[tuple[AnyQuestion, ...], Field(min_length=1, max_length=60)]


def problems_of(error: ValidationError, source: LocatedYaml) -> Iterator[tuple[int, str]]:
    """Yield (line, sentence) for everything pydantic found wrong."""
    for found in error.errors(include_url=False, include_context=False):
        place: Place = found["loc"]
        name = str(place[-1]) if place else ""
        match found["type"]:
            case "missing":
                text = f"the field {name!r} is missing"
            case "extra_forbidden":
                text = f"unknown field {name!r}"
            case "union_tag_invalid" | "union_tag_not_found":
                text = "the type is missing or unknown"
            case _ if not place:
                text = f"this is not a list of fields: {found['msg']}"
            case _:
                text = f"{_named(place)}: {found['msg']}"
        yield source.line_of(place), text


def _named(place: Place) -> str:
    """Return the nearest field's name, with the number of the entry if it is a list's."""
    name = next((str(step) for step in reversed(place) if isinstance(step, str)), "")
    return f"{name}, entry {place[-1] + 1}" if isinstance(place[-1], int) else name


REFERENCES = TypeAdapter(dict[Key, Reference])
GLOSSARY = TypeAdapter(dict[Key, Term])
WEBINARS = TypeAdapter(tuple[Webinar, ...])
