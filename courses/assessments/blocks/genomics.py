import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

Place = tuple[str | int, ...]

GENOMICS = _("Genomics")
TERM = 200  # characters of a label or symbol
CLASSES = [
    ("Benign", _("Benign")),
    ("Likely benign", _("Likely benign")),
    ("Uncertain significance", _("Uncertain significance")),
    ("Likely pathogenic", _("Likely pathogenic")),
    ("Pathogenic", _("Pathogenic")),
]
MODES = [
    ("AD", _("Autosomal dominant")),
    ("AR", _("Autosomal recessive")),
    ("XLD", _("X-linked dominant")),
    ("XLR", _("X-linked recessive")),
    ("YL", _("Y-linked")),
    ("MT", _("Mitochondrial")),
]
READ_FROM_RECORD = [
    ("type", _("Type of the variant")),
    ("zygosity", _("Zygosity")),
    ("genotype", _("Genotype")),
    ("depth", _("Depth")),
    ("allele_balance", _("Allele balance")),
    ("filter", _("Filter")),
]
BETWEEN = re.compile(r"[\s,;]+")  # what separates names in a line


class HgvsBlock(blocks.StructBlock):
    coordinate = blocks.ChoiceBlock(
        label=_("Kind of reference"),
        choices=[
            ("c", _("c. coding DNA")),
            ("g", _("g. genomic DNA")),
            ("n", _("n. non-coding DNA")),
            ("p", _("p. protein")),
        ],
        default="c",
    )
    accession = blocks.CharBlock(
        label=_("Accession"), required=False, max_length=60, help_text=_("With its version, such as NM_000059.4.")
    )
    require_accession = blocks.BooleanBlock(label=_("The answer must name the accession"), required=False)
    gene = blocks.CharBlock(label=_("Gene"), required=False, max_length=40)
    reference = blocks.TextBlock(
        label=_("Reference sequence"),
        rows=3,
        max_length=10_000,
        help_text=_("One-letter DNA from 5' to 3', or residues; spaces and line ends do not matter."),
    )
    cds_start = blocks.IntegerBlock(
        label=_("Place of c.1"),
        required=False,
        min_value=1,
        help_text=_("For coding DNA: where the A of ATG stands in the sequence, counted from 1."),
    )
    cds_end = blocks.IntegerBlock(
        label=_("Place of the last coding letter"),
        required=False,
        min_value=1,
        help_text=_("Only where positions such as *2 are wanted."),
    )
    key = blocks.CharBlock(
        label=_("Right description"), max_length=TERM, help_text=_("It is applied to the reference to prove it.")
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            **{name: value[name] or "" for name in ("coordinate", "accession", "gene", "key")},
            **{name: value[name] for name in ("cds_start", "cds_end") if value[name] is not None},
            "require_accession": bool(value["require_accession"]),
            "reference": "".join((value["reference"] or "").split()),
        }

    class Meta:
        icon = "code"
        label = _("HGVS description")
        group = GENOMICS
        description = _("A variant to be described; every description of the same variant earns credit.")


class AcmgBlock(blocks.StructBlock):
    scheme = blocks.ChoiceBlock(
        label=_("Scheme"),
        choices=[
            ("richards2015", _("Richards 2015, Table 5")),
            ("tavtigian2020", _("Points of Tavtigian 2020")),
        ],
        default="richards2015",
    )
    criteria = blocks.CharBlock(
        label=_("Criteria"), max_length=400, help_text=_("With commas between, such as PVS1, PM2_Supporting.")
    )
    conflict = blocks.ChoiceBlock(
        label=_("If they speak for both sides"),
        required=False,
        choices=[
            ("any_opposing", _("Any opposing criterion makes it uncertain")),
            ("both_reach", _("Uncertain only if both sides reach a class")),
            ("points", _("The sum of the points decides")),
        ],
        help_text=_("Needed only where benign and pathogenic criteria are mixed."),
    )
    answer = blocks.ChoiceBlock(
        label=_("Right class"),
        choices=CLASSES,
        help_text=_("It is proven by the rules of the scheme."),
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            "scheme": value["scheme"],
            "criteria": [name for name in BETWEEN.split(value["criteria"] or "") if name],
            "conflict": value["conflict"] or None,
            "answer": value["answer"] or "",
        }

    class Meta:
        icon = "clipboard-list"
        label = _("ACMG/AMP class")
        group = GENOMICS
        description = _("Criteria to be combined into a class.")


class DiplotypeBlock(blocks.StructBlock):
    gene = blocks.ChoiceBlock(
        label=_("Gene"), choices=[(gene, gene) for gene in ("CYP2C19", "CYP2D6", "DPYD", "TPMT", "NUDT15")]
    )
    first_allele = blocks.CharBlock(label=_("First allele"), max_length=60, help_text=_("Such as *1 or *2x2."))
    second_allele = blocks.CharBlock(label=_("Second allele"), max_length=60)
    edition = blocks.CharBlock(label=_("Edition of the table"), max_length=40, help_text=_("Such as 2025-11-05."))
    answer = blocks.CharBlock(
        label=_("Right phenotype"), max_length=60, help_text=_("It is looked up in the table of that edition.")
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            "gene": value["gene"] or "",
            "alleles": [value["first_allele"] or "", value["second_allele"] or ""],
            "edition": value["edition"] or "",
            "answer": value["answer"] or "",
        }

    def place_of(self, value: blocks.StructValue, place: Place) -> Place:
        """Return where in the block stands what has this place in its item."""
        if place[0] != "alleles":
            return place
        return ("second_allele",) if place[1:] == (1,) else ("first_allele",)

    class Meta:
        icon = "pick"
        label = _("Diplotype to phenotype")
        group = GENOMICS
        description = _("Two alleles of a pharmacogene, whose phenotype is asked for.")


class MemberBlock(blocks.StructBlock):
    id = blocks.CharBlock(label=_("Name"), max_length=20, help_text=_("Such as II-1."))
    sex = blocks.ChoiceBlock(
        label=_("Sex"), choices=[("M", _("Male")), ("F", _("Female")), ("U", _("Unknown"))], default="U"
    )
    affected = blocks.ChoiceBlock(
        label=_("Affected"), choices=[("yes", _("Yes")), ("no", _("No")), ("unknown", _("Unknown"))], default="no"
    )
    father = blocks.CharBlock(label=_("Father"), required=False, max_length=20)
    mother = blocks.CharBlock(label=_("Mother"), required=False, max_length=20)

    class Meta:
        icon = "user"
        label = _("Member")
        label_format = "{id}"


class PedigreeBlock(blocks.StructBlock):
    members = blocks.ListBlock(MemberBlock(), label=_("Family"), default=[], max_num=60)
    penetrance = blocks.ChoiceBlock(
        label=_("Penetrance"),
        choices=[("complete", _("Complete")), ("incomplete", _("Incomplete"))],
        default="complete",
    )
    de_novo = blocks.BooleanBlock(label=_("New variants are possible"), required=False)
    answer = blocks.MultipleChoiceBlock(
        label=_("Modes that fit"),
        required=False,
        choices=MODES,
        help_text=_("It is proven by trying every mode on the family."),
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            "members": [
                {
                    "id": member["id"] or "",
                    "father": member["father"] or None,
                    "mother": member["mother"] or None,
                    "sex": member["sex"],
                    "affected": {"yes": True, "no": False}.get(member["affected"]),
                }
                for member in value["members"]
            ],
            "penetrance": value["penetrance"],
            "de_novo": bool(value["de_novo"]),
            "answer": list(value["answer"] or ()),
        }

    class Meta:
        icon = "group"
        label = _("Pedigree")
        group = GENOMICS
        description = _("A family, drawn from a table, and the modes of inheritance that fit it.")


class AskBlock(blocks.StructBlock):
    prompt = blocks.CharBlock(label=_("What is asked"), max_length=TERM)
    ask = blocks.ChoiceBlock(
        label=_("Read from the record"),
        required=False,
        choices=READ_FROM_RECORD,
        help_text=_(
            "If you choose, the record itself marks the answers and proves the right one. Depth and balance are numbers."
        ),
    )
    options = blocks.ListBlock(
        blocks.CharBlock(label=_("Option"), max_length=TERM),
        label=_("Options"),
        default=[],
        max_num=10,
        help_text=_("None if a number is asked for."),
    )
    answer = blocks.CharBlock(label=_("Right answer"), max_length=TERM, help_text=_("One of the options, or a number."))
    tolerance = blocks.FloatBlock(label=_("Tolerance of a number"), default=0, min_value=0)
    sample = blocks.IntegerBlock(
        label=_("Sample"), required=False, min_value=0, help_text=_("Counted from 0; the first, if left empty.")
    )
    alt = blocks.IntegerBlock(
        label=_("ALT allele in question"),
        required=False,
        min_value=1,
        help_text=_("Where there are several: 1 for the first. If left empty, those that the sample carries."),
    )
    phased = blocks.BooleanBlock(label=_("Bar and order of the genotype count"), required=False)

    class Meta:
        icon = "help"
        label_format = "{prompt}"


class VcfBlock(blocks.StructBlock):
    header = blocks.TextBlock(
        label=_("Header"), required=False, rows=2, max_length=2000, help_text=_("The line that begins with #CHROM.")
    )
    record = blocks.TextBlock(
        label=_("Record"), rows=2, max_length=4000, help_text=_("One line, its columns separated by tabs.")
    )
    asks = blocks.ListBlock(AskBlock(), label=_("What is asked about it"), default=[], max_num=10)

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            "header": value["header"] or "",
            "record": value["record"] or "",
            "asks": [_ask_of(str(child.id), child.value) for child in value["asks"].bound_blocks],
        }

    class Meta:
        icon = "table"
        label = _("VCF record")
        group = GENOMICS
        description = _("A record of a variant call file, and questions about it.")


def _ask_of(name: str, ask: blocks.StructValue) -> dict[str, Any]:
    reading = {field: ask[field] for field in ("ask", "sample", "alt", "phased") if ask[field] not in (None, "", False)}
    asked = {"id": name, "prompt": ask["prompt"] or "", "answer": ask["answer"] or "", **reading}
    if options := [option or "" for option in ask["options"]]:
        return {**asked, "type": "single", "options": options}
    return {**asked, "type": "numeric", "answer": _number_in(asked["answer"]), "tolerance": ask["tolerance"] or 0}


def _number_in(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


class GeneSymbolBlock(blocks.StructBlock):
    approved = blocks.CharBlock(label=_("Approved symbol"), max_length=40)
    aliases = blocks.CharBlock(
        label=_("Aliases"), required=False, max_length=TERM, help_text=_("With commas between; they earn half.")
    )
    previous = blocks.CharBlock(
        label=_("Previous symbols"),
        required=False,
        max_length=TERM,
        help_text=_("With commas between; they earn half."),
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            "approved": value["approved"] or "",
            **{name: [one for one in BETWEEN.split(value[name] or "") if one] for name in ("aliases", "previous")},
        }

    class Meta:
        icon = "tag"
        label = _("Gene symbol")
        group = GENOMICS
        description = _("A gene whose approved symbol is asked for.")


class TermBlock(blocks.StructBlock):
    id = blocks.RegexBlock(label=_("Id"), regex=r"^HP:[0-9]{7}$", max_length=10, help_text=_("Such as HP:0001250."))
    label = blocks.CharBlock(label=_("Label"), max_length=TERM)
    parents = blocks.CharBlock(
        label=_("Ids of its parents"),
        required=False,
        max_length=TERM,
        help_text=_("Those of this list, with commas between."),
    )

    class Meta:
        icon = "tag"
        label = _("Term")
        label_format = "{id} {label}"


class HpoBlock(blocks.StructBlock):
    terms = blocks.ListBlock(
        TermBlock(),
        label=_("Extract of the ontology"),
        default=[],
        max_num=80,
        help_text=_("The terms that learners choose from, and all that lie above them."),
    )
    key = blocks.CharBlock(
        label=_("Ids of the right terms"), max_length=400, help_text=_("With commas between, such as HP:0001250.")
    )
    edition = blocks.CharBlock(
        label=_("Release of the ontology"), max_length=40, help_text=_("Such as 2025-01-16. It is shown to learners.")
    )

    def item_of(self, value: blocks.StructValue) -> dict[str, Any]:
        return {
            "terms": {
                str(term["id"] or ""): {
                    "label": term["label"] or "",
                    "parents": [one for one in BETWEEN.split(term["parents"] or "") if one],
                }
                for term in value["terms"]
            },
            "key": [one for one in BETWEEN.split(value["key"] or "") if one],
            "edition": value["edition"] or "",
        }

    def place_of(self, value: blocks.StructValue, place: Place) -> Place:
        """Return where in the block stands what has this place in its item: terms are a list here, and have names there."""
        ids = [term["id"] for term in value["terms"]]
        is_term = len(place) > 1 and place[0] == "terms" and place[1] in ids
        return ("terms", ids.index(place[1]), *place[2:]) if is_term else place

    class Meta:
        icon = "list-ul"
        label = _("HPO terms")
        group = GENOMICS
        description = _("Features of a case to be coded with terms of the Human Phenotype Ontology.")
