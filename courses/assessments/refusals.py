"""What markers say of an item that cannot be marked, as sentences in its author's language and in the editor's words."""

import re
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What a marker says (courses/assessments/rules), and the sentence for it; a name in the pattern stands in the sentence.
SENTENCES: Sequence[tuple[str, str | Promise]] = (
    ("answer is neither true nor false", gettext_lazy("Say whether the statement is true or false.")),
    ("answer is not a number", gettext_lazy("Give the right number.")),
    ("pairs are missing", gettext_lazy("Give at least one pair.")),
    ("two pairs have the left side (?P<side>.*)", gettext_lazy("Two pairs have the left side “%(side)s”.")),
    (
        "a distractor is also a right side: (?P<side>.*)",
        gettext_lazy("“%(side)s” belongs to a pair, so it cannot stand among the right sides that belong to none."),
    ),
    ("items holds fewer than two things to order", gettext_lazy("Give at least two steps to put in order.")),
    (
        "the same item stands twice, so there is no one right order",
        gettext_lazy("The same step stands there twice, so there is no one right order."),
    ),
    ("accept lists no answer", gettext_lazy("Give at least one accepted answer.")),
    ("reference is missing", gettext_lazy("Paste the reference sequence.")),
    (
        "cds_start is not a place in the reference",
        gettext_lazy("The place of c.1 must be a letter of the reference, counted from 1."),
    ),
    (
        "cds_end is not a place in the reference behind cds_start",
        gettext_lazy("The place of the last coding letter must lie in the reference, behind that of c.1."),
    ),
    ("key is missing or longer than a description can be", gettext_lazy("Write the right description.")),
    (
        "an accession is required, but the item has none",
        gettext_lazy("The answer must name the accession, so give one with its version."),
    ),
    ("there is no criterion (?P<name>.*)", gettext_lazy("There is no criterion “%(name)s”.")),
    (
        "there is no strength such as that of (?P<name>.*)",
        gettext_lazy("“%(name)s” has a strength that does not exist."),
    ),
    (
        "the criteria speak for both sides, and conflict does not say how that is read",
        gettext_lazy(
            "The criteria speak for both sides. Choose under “If they speak for both sides” how that is read."
        ),
    ),
    (
        "the criterion (?P<name>.*) is given with two strengths",
        gettext_lazy("The criterion %(name)s is given with two strengths."),
    ),
    (
        "there is no edition (?P<edition>.*), only (?P<known>.*)",
        gettext_lazy("There is no table of the edition “%(edition)s”. Use one of these: %(known)s."),
    ),
    (
        "(?P<gene>.*) has no allele (?P<allele>.*) in the edition (?P<edition>.*)",
        gettext_lazy("The table of %(gene)s, edition %(edition)s, has no allele “%(allele)s”."),
    ),
    ("there are two people called (?P<name>.*)", gettext_lazy("Two members of the family are called “%(name)s”.")),
    (
        "a parent of (?P<name>.*) is (?P<parent>.*), who is not among the members",
        gettext_lazy("A parent of “%(name)s” is “%(parent)s”, who is not in the family’s table."),
    ),
    (
        "(?P<parent>.*), the father of (?P<name>.*), is not male",
        gettext_lazy("“%(parent)s” is the father of “%(name)s” and must be male."),
    ),
    (
        "(?P<parent>.*), the mother of (?P<name>.*), is not female",
        gettext_lazy("“%(parent)s” is the mother of “%(name)s” and must be female."),
    ),
    (
        "(?P<name>.*) is among their own ancestors",
        gettext_lazy("“%(name)s” is among their own ancestors: follow the fathers and mothers round."),
    ),
    ("members is not a list .*", gettext_lazy("Fill in the family’s table, one row for each person.")),
    ("record is missing", gettext_lazy("Paste the record.")),
    (
        "record is not one data line|record has .* columns and needs .*",
        gettext_lazy("The record must be one line whose columns are separated by tabs."),
    ),
    ("asks is not a list of 1 to (?P<most>.*) parts", gettext_lazy("Ask for 1 to %(most)s things.")),
    (
        "options of part .* is not a list of 2 to (?P<most>.*) texts",
        gettext_lazy("Give 2 to %(most)s options, or none if a number is asked for."),
    ),
    ("the key of part .* is not among its options", gettext_lazy("The right answer is none of the options.")),
    (
        "part .* is numeric, and what it asks for is no number",
        gettext_lazy("This is no number: give options to choose from."),
    ),
    (
        "the key of part .* contradicts the record: (?P<key>.*)",
        gettext_lazy("By the record, “%(key)s” is not right."),
    ),
    ("by the record, 0 options of part .* are right, and not one", gettext_lazy("By the record, no option is right.")),
    (
        "by the record, (?P<number>.*) options of part .* are right, and not one",
        gettext_lazy("By the record, %(number)s options are right. Leave one of them."),
    ),
    (
        "FORMAT gives no (?P<key>.*) for this sample",
        gettext_lazy("The record does not tell it: there is no %(key)s for this sample."),
    ),
    (
        "the record has no sample|the record gives neither DP nor AD for this sample",
        gettext_lazy("The record does not tell it for this sample."),
    ),
    (
        "there is no sample (?P<number>.*): the record has (?P<samples>.*), counted from 0",
        gettext_lazy("There is no sample %(number)s: they are counted from 0, and the record has %(samples)s."),
    ),
    (
        ".* alternative alleles are in question; name one of them as alt",
        gettext_lazy("Say which ALT allele is in question: the record has several."),
    ),
    (
        "alt is not the number of an ALT, from 1 to (?P<last>.*)",
        gettext_lazy("The record has no such ALT allele: they are counted from 1 to %(last)s."),
    ),
    ("approved is not a symbol .*", gettext_lazy("Write the approved symbol.")),
    ("the key (?P<term>.*) is not among the terms", gettext_lazy("The right term “%(term)s” is not in the extract.")),
    (
        "the term (?P<term>.*) is among its own ancestors",
        gettext_lazy("The term “%(term)s” is among its own ancestors: follow the parents round."),
    ),
    ("key lists no term", gettext_lazy("Give the ids of the right terms.")),
)


def refusal_told(said: str) -> str:
    """Return the sentence for what a marker said; for what has none of its own, the marker's own words in one."""
    for pattern, sentence in SENTENCES:
        if found := re.fullmatch(pattern, said):
            return str(sentence) % found.groupdict() if found.groupdict() else str(sentence)
    return _("Nobody could be marked on this: %(why)s.") % {"why": said}
