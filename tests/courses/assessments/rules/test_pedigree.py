from functools import reduce
from itertools import product
from operator import or_

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.pedigree import MODES, inheritance, mark, modes_of
from courses.assessments.rules.pedigree.family import family_of
from courses.assessments.rules.pedigree.inheritance import (
    Assumptions,
    joint_contradiction,
    nearest_contradiction,
    obligate_carriers,
)
from courses.assessments.rules.pedigree.inheritance import _bit as bit

PENETRANCES = ("complete", "incomplete")


def person(name, sex="U", affected=None, father=None, mother=None, **more):
    return {"id": name, "father": father, "mother": mother, "sex": sex, "affected": affected, **more}


def trio(father, mother, child, sex):
    """A family of three, each affected, unaffected or not known."""
    return {
        "members": [
            person("I-1", "M", father),
            person("I-2", "F", mother),
            person("II-1", sex, child, "I-1", "I-2"),
        ]
    }


ITEM = trio(False, False, True, "F")  # fits AR alone


# -- The key, held against writing out every genotype ------------------------------------------------------------------


def alleles_of(mode, sex):
    """Every genotype, as a pair (from the father, from the mother), None where that parent gives no copy."""
    from_father = {"AD": "MF", "AR": "MF", "XLD": "F", "XLR": "F", "YL": "M", "MT": ""}[mode]
    from_mother = "" if mode == "YL" else "MF"
    return list(product((0, 1) if sex in from_father else (None,), (0, 1) if sex in from_mother else (None,)))


def is_diseased(mode, genotype):
    copies = [allele for allele in genotype if allele is not None]
    return bool(copies) and (all(copies) if mode in ("AR", "XLR") else any(copies))


def may_come_from(allele, parent_genotype, de_novo):
    if allele is None or parent_genotype is None:  # nothing is passed on, or the parent is not named
        return True
    return allele in parent_genotype or (allele == 1 and de_novo and 0 in parent_genotype)


def fits_by_enumeration(item, mode, *, penetrance="complete", de_novo=False, without=None):
    """Write out every sex and genotype of every member, one after the other, until all of them go together.

    without: id of somebody who shall not carry the variant.
    """
    members = item["members"]
    fathers, mothers = ({member[role] for member in members} for role in ("father", "mother"))

    def possible(member):
        sexes = "M" if member["id"] in fathers else "F" if member["id"] in mothers else member["sex"]
        for sex in "MF" if sexes == "U" else sexes:
            for genotype in alleles_of(mode, sex):
                diseased = is_diseased(mode, genotype)
                if member["id"] == without and 1 in genotype:
                    continue
                if member["affected"] is True and not diseased:
                    continue
                if member["affected"] is False and diseased and penetrance == "complete":
                    continue
                yield genotype

    for genotypes in product(*map(possible, members)):
        of = {member["id"]: genotype for member, genotype in zip(members, genotypes, strict=True)}
        if all(
            may_come_from(of[member["id"]][0], of.get(member["father"]), de_novo)
            and may_come_from(of[member["id"]][1], of.get(member["mother"]), de_novo)
            for member in members
        ):
            return True
    return False


@st.composite
def families(draw, most=6):
    """Members in order of birth: loops, half-sibs, single parents, people of unstated sex and of unknown status included."""
    members = []
    for number in range(draw(st.integers(1, most))):
        sex = draw(st.sampled_from("MFMFU"))
        males = [member["id"] for member in members if member["sex"] == "M"]
        females = [member["id"] for member in members if member["sex"] == "F"]
        members.append(
            person(
                f"P{number}",
                sex,
                draw(st.sampled_from([True, False, True, False, None])),
                draw(st.sampled_from([None, *males[-3:]])),
                draw(st.sampled_from([None, *females[-3:]])),
            )
        )
    return {"members": draw(st.permutations(members))}


@settings(max_examples=200, deadline=None)
@given(families(), st.sampled_from(PENETRANCES), st.booleans())
def test_the_key_is_what_writing_out_every_genotype_gives(family, penetrance, de_novo):
    item = family | {"penetrance": penetrance, "de_novo": de_novo}
    expected = {mode for mode in MODES if fits_by_enumeration(family, mode, penetrance=penetrance, de_novo=de_novo)}
    assert modes_of(item) == expected


def all_that_can_be_left(locus, may_be_new, stated):
    """Every (father, mother, child), as possible genotypes, that narrowing down can end with, whatever the family."""
    male, female = (sum(bit(sex, copies) for copies in range(3)) for sex in "MF")
    left = set(stated)
    while True:
        ends, men, women = set(), [one for one in left if not one & female], [one for one in left if not one & male]
        for father, mother in product(men, women):
            born = {
                (f, m): inheritance._born(locus, may_be_new, f, m)
                for f, m in product(range(3), range(3))
                if father & bit("M", f) and mother & bit("F", m)
            }
            # What the parents may have together, by what their children can have, and so by any number of children.
            couples = {child: frozenset(pair for pair in born if child & born[pair]) for child in left}
            kept = set(couples.values())
            while more := {one & other for one in kept for other in couples.values()} - kept:
                kept |= more
            for pairs in kept - {frozenset()}:
                fathers = sum({bit("M", f) for f, _m in pairs})
                mothers = sum({bit("F", m) for _f, m in pairs})
                anything = reduce(or_, (born[pair] for pair in pairs))
                ends |= {(fathers, mothers, child & anything) for child in left if pairs <= couples[child]}
        if {mask for end in ends for mask in end} <= left:
            return {
                end
                for end in ends
                if inheritance._narrowed(locus, may_be_new, *end[:2], frozenset(end[2:]))
                == (*end[:2], {end[2]: end[2]})
            }
        left |= {mask for end in ends for mask in end}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("is_complete", [True, False])
@pytest.mark.parametrize("may_be_new", [True, False])
def test_whatever_is_left_everybody_can_have_a_genotype_at_once(mode, is_complete, may_be_new):
    """The proof that narrowing down is exact with loops: a choice made for each person alone that suits every child."""
    locus = inheritance.LOCUS_OF[mode]
    stated = {
        inheritance._genotypes(mode, sex, affected, is_complete) for sex in "MFU" for affected in (True, False, None)
    }
    order = [
        (sex, copies)
        for sex in ("FM" if mode == "YL" else "MF")
        for copies in ((0, 1) if (mode, sex) == ("XLR", "M") else (1, 0, 2))
    ]

    def chosen(mask):
        return next((sex, copies) for sex, copies in order if mask & bit(sex, copies))

    ends = all_that_can_be_left(locus, may_be_new, stated - {0})
    assert ends
    for father, mother, child in ends:
        born = inheritance._born(locus, may_be_new, chosen(father)[1], chosen(mother)[1])
        assert born & bit(*chosen(child))


@given(families(most=12), st.sampled_from(MODES))
def test_less_certain_statuses_reduced_penetrance_and_new_variants_never_exclude_a_mode(family, mode):
    assume(mode in modes_of(family))
    assert mode in modes_of(family | {"penetrance": "incomplete"})
    assert mode in modes_of(family | {"de_novo": True})
    blurred = [member | {"affected": None} for member in family["members"][::2]] + family["members"][1::2]
    assert mode in modes_of({"members": blurred})


@given(families(most=12))
def test_with_incomplete_penetrance_all_that_excludes_a_mode_is_an_affected_woman_where_it_is_y_linked(family):
    fitting = modes_of(family | {"penetrance": "incomplete"})
    assert fitting >= set(MODES) - {"YL"}
    mothers = {member["mother"] for member in family["members"]}
    women = [member for member in family["members"] if member["sex"] == "F" or member["id"] in mothers]
    assert ("YL" in fitting) == (not any(woman["affected"] for woman in women))


@pytest.mark.parametrize(
    ("father", "mother", "child", "sex", "expected"),
    [
        (False, False, True, "F", {"AR"}),
        (False, False, True, "M", {"AR", "XLR"}),
        (False, False, True, "U", {"AR", "XLR"}),
        (True, False, True, "F", {"AD", "AR", "XLD", "XLR"}),
        (True, False, False, "F", {"AD", "AR", "XLR", "YL", "MT"}),
        (True, False, True, "M", {"AD", "AR", "XLR", "YL"}),
        (True, False, True, "U", {"AD", "AR", "XLD", "XLR", "YL"}),
        (False, True, True, "F", {"AD", "AR", "XLD", "MT"}),
        (False, True, False, "M", {"AD", "AR", "XLD"}),
        (True, True, False, "M", {"AD", "XLD"}),
        (True, True, False, "F", {"AD"}),
        (None, None, True, "F", {"AD", "AR", "XLD", "XLR", "MT"}),
        (None, None, None, "U", set(MODES)),
    ],
)
def test_three_people_show_what_they_can(father, mother, child, sex, expected):
    assert modes_of(trio(father, mother, child, sex)) == expected


def test_a_parent_who_is_not_named_may_have_anything():
    fatherless = {"members": [person("m", "F", False), person("c", "F", True, None, "m")]}
    assert modes_of(fatherless) == {"AD", "AR", "XLD", "XLR"}
    motherless = {"members": [person("f", "M", False), person("c", "F", True, "f")]}
    assert modes_of(motherless) == {"AD", "AR", "XLD", "MT"}


def test_half_siblings_need_not_share_the_parent_who_is_not_named():
    half = {"members": [person("f", "M"), person("c", "M", True, "f"), person("d", "M", False, "f")]}
    assert "MT" in modes_of(half)
    full = {"members": [*half["members"][:1], person("m", "F"), *(c | {"mother": "m"} for c in half["members"][1:])]}
    assert "MT" not in modes_of(full)


def test_a_person_of_unstated_sex_has_that_of_their_role():
    item = {"members": [person("p", "U", True), person("c", "M", False, None, "p")]}
    assert "MT" not in modes_of(item)
    assert "XLR" not in modes_of(item)
    assert modes_of({"members": [person("p", "U", True)]}) == set(MODES)
    assert "YL" not in modes_of(item)


def test_a_new_variant_may_be_passed_on_but_never_lost():
    assert modes_of(ITEM | {"de_novo": True}) == {"AD", "AR", "XLD", "XLR", "MT"}
    lost = trio(True, True, False, "F") | {"de_novo": True}
    assert modes_of(lost) == {"AD"}


def test_only_modes_that_are_offered_are_asked_for():
    item = trio(False, False, True, "M") | {"modes": ["AD", "AR"]}
    assert modes_of(item) == {"AR"}
    assert mark(item, ["AR"]).score == 1
    assert mark(item, ["AR", "XLR"]).reasons == (Reason("pedigree-not-offered", {"mode": "XLR"}),)


# -- Answers -----------------------------------------------------------------------------------------------------------

KEY = frozenset({"AD", "AR", "XLR", "YL"})
FOUR = trio(True, False, True, "M")


@given(st.sets(st.sampled_from(MODES), min_size=1))
def test_the_score_is_right_less_wrong_by_the_size_of_the_key(chosen):
    marked = mark(FOUR, sorted(chosen))
    assert marked.score == pytest.approx(max(0, (len(chosen & KEY) - len(chosen - KEY)) / len(KEY)))
    assert (marked.score == 1) == (chosen == KEY) == (marked.reasons == ())
    assert len(marked.reasons) == len(chosen ^ KEY)


@pytest.mark.parametrize(
    "answer",
    [
        ["AR"],
        "AR",
        "ar",
        " A\u200bR. ",
        ["AR", "AR"],
        "autosomal recessive",
        "Autosomal-recessive inheritance",
        ["Autosomal recessive (AR)"],
    ],
)
def test_a_mode_may_be_written_in_several_ways(answer):
    assert mark(ITEM, answer).score == 1


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("autosomal dominant", "AD"),
        ("X-linked dominant", "XLD"),
        ("X‑linked recessive", "XLR"),
        ("x linked recessive", "XLR"),
        ("XR", "XLR"),
        ("X-chromosomal recessive", "XLR"),
        ("Y-linked", "YL"),
        ("mitochondrial", "MT"),
        ("maternal (mitochondrial)", "MT"),
    ],
)
def test_the_usual_words_are_understood(words, mode):
    item = {"members": [person("I-1", "M", True)], "modes": [mode]}
    assert mark(item, words).score == mark(item, [words]).score == 1


@pytest.mark.parametrize(
    "answer", ["AR, XLR", "AR; XLR", "XLR and AR", "autosomal recessive, X-linked recessive", ["AR, XLR"]]
)
def test_several_modes_may_stand_in_one_text(answer):
    assert mark(trio(False, False, True, "M"), answer).score == 1


# A brother and a sister, she affected and he not, of one father: no mode of those offered explains her.
NOTHING = trio(False, False, True, "F") | {"modes": ["AD", "XLD", "YL", "MT"]}


@pytest.mark.parametrize("answer", [[], "none", ["none"]])
def test_where_no_mode_fits_an_empty_list_is_right(answer):
    assert modes_of(NOTHING) == set()
    assert mark(NOTHING, answer).score == 1
    assert mark(NOTHING, ["AD"]).score == 0
    assert mark(ITEM, answer).score == 0


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (None, ["no-answer"]),
        ([], ["no-answer"]),
        ("", ["no-answer"]),
        (5, ["answer-of-another-kind"]),
        ([5], ["answer-of-another-kind"]),
        ({"AR": True}, ["answer-of-another-kind"]),
        ([["AR"]], ["answer-of-another-kind"]),
        (["A\u0000R"], ["answer-of-another-kind"]),
        (["AR"] * 21, ["answer-too-long"]),
        ("AR," * 10_000, ["answer-too-long"]),
        (["AR" * 10_000], ["answer-too-long"]),
        ("recessive", ["pedigree-no-mode", "pedigree-missed-carriers"]),
        ("autosomal", ["pedigree-no-mode", "pedigree-missed-carriers"]),
        ("polygenic", ["pedigree-no-mode", "pedigree-missed-carriers"]),
        ("not autosomal recessive", ["pedigree-no-mode", "pedigree-missed-carriers"]),
    ],
)
def test_anything_else_scores_nothing_and_is_told_why(answer, codes):
    marked = mark(ITEM, answer)
    assert marked.score == 0
    assert [reason.code for reason in marked.reasons] == codes


def test_what_is_no_mode_counts_as_a_wrong_one():
    assert mark(FOUR, ["AD", "AR", "XLR", "polygenic"]).score == 0.5
    assert mark(ITEM, ["AR", "polygenic"]).score == 0


# -- Reasons -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "mode", "code", "people"),
    [
        (trio(False, False, True, "F"), "AD", "pedigree-ad-neither-parent", {"child", "father", "mother"}),
        (trio(True, True, False, "F"), "AR", "pedigree-ar-both-parents", {"child", "father", "mother"}),
        (trio(False, False, True, "F"), "XLD", "pedigree-xld-neither-parent", {"child", "father", "mother"}),
        (trio(True, False, True, "M"), "XLD", "pedigree-xld-mother-of-son", {"child", "mother"}),
        (trio(True, True, False, "F"), "XLD", "pedigree-xld-father-of-daughter", {"child", "father"}),
        (trio(False, True, True, "F"), "XLR", "pedigree-xlr-father-of-daughter", {"child", "father"}),
        (trio(None, True, False, "M"), "XLR", "pedigree-xlr-mother-of-son", {"child", "mother"}),
        (trio(True, True, False, "F"), "XLR", "pedigree-xlr-both-parents", {"child", "father", "mother"}),
        (trio(False, False, True, "F"), "YL", "pedigree-yl-woman", {"child"}),
        (trio(False, None, True, "M"), "YL", "pedigree-yl-affected-child", {"child", "father"}),
        (trio(True, False, False, "M"), "YL", "pedigree-yl-unaffected-son", {"child", "father"}),
        (trio(True, False, True, "M"), "MT", "pedigree-mt-affected-child", {"child", "mother"}),
        (trio(None, True, False, "M"), "MT", "pedigree-mt-unaffected-child", {"child", "mother"}),
    ],
)
def test_a_mode_wrongly_chosen_is_contradicted_by_people(family, mode, code, people):
    everyone = {"father": "I-1", "mother": "I-2", "child": "II-1"}
    reasons = mark(family, [mode]).reasons
    assert reasons[0] == Reason(code, {role: everyone[role] for role in people})


def test_people_further_apart_contradict_a_mode_together():
    siblings = {"members": [*trio(None, None, True, "F")["members"], person("II-2", "M", False, "I-1", "I-2")]}
    assert mark(siblings, "MT").reasons[0] == Reason(
        "pedigree-together", {"mode": "MT", "affected": "II-1", "unaffected": "II-2"}
    )


def test_a_mode_that_was_missed_names_who_must_carry_the_variant():
    item = trio(False, False, True, "M")
    assert mark(item, ["AR"]).reasons == (Reason("pedigree-missed-carriers", {"mode": "XLR", "carriers": "I-2"}),)
    assert mark(item, ["XLR"]).reasons == (Reason("pedigree-missed-carriers", {"mode": "AR", "carriers": "I-1, I-2"}),)
    assert mark(trio(True, False, True, "F"), ["AR", "XLD", "XLR"]).reasons == (
        Reason("pedigree-missed", {"mode": "AD"}),
    )


def fits_by(family, known, mode):
    """Say whether a mode fits where only these are known to be affected or not."""
    blurred = [one if one["id"] in known else one | {"affected": None} for one in family]
    return fits_by_enumeration({"members": blurred}, mode)


@settings(deadline=None)
@given(families())
def test_parents_and_child_who_contradict_a_mode_do_so_alone_and_none_could_be_left_out(family):
    for mode in MODES:
        near = [family["members"][place] for place in nearest_contradiction(family_of(family), mode, Assumptions())]
        if not near:
            continue
        known = {person["id"] for person in near}
        assert mode not in modes_of(family)
        alone = [
            one | {role: one[role] if one is near[0] and one[role] in known else None for role in ("father", "mother")}
            for one in near
        ]
        assert not fits_by(alone, known, mode)
        assert all(fits_by(alone, known - {one}, mode) for one in known)


@settings(deadline=None)
@given(families())
def test_people_who_contradict_a_mode_together_do_so_alone_and_none_could_be_left_out(family):
    for mode in set(MODES) - modes_of(family):
        places = joint_contradiction(family_of(family), mode, Assumptions())
        known = {family["members"][place]["id"] for place in places}
        assert not fits_by(family["members"], known, mode)
        assert all(fits_by(family["members"], known - {one}, mode) for one in known)


@given(families(most=12))
def test_what_is_said_of_parents_and_child_is_true_of_them(family):
    """The sentences speak of sons, daughters, and of who is affected: what they say has to be so."""
    of = {member["id"]: member for member in family["members"]}
    roles = {role: {member[role] for member in family["members"]} for role in ("father", "mother")}
    for reason in mark(family, MODES).reasons:
        if "child" not in reason.facts:
            continue
        child, affected = of[reason.facts["child"]], of[reason.facts["child"]]["affected"]
        is_male = child["sex"] == "M" or child["id"] in roles["father"]
        is_female = child["sex"] == "F" or child["id"] in roles["mother"]
        for role in {"father", "mother"} & set(reason.facts):
            assert child[role] == reason.facts[role]
            assert of[child[role]]["affected"] is not affected
        if reason.code.endswith("-son"):
            assert is_male
        if reason.code.endswith(("-daughter", "-woman")):
            assert is_female


@settings(deadline=None)
@given(families(), st.sampled_from(MODES), st.booleans())
def test_obligate_carriers_have_the_variant_in_every_explanation(family, mode, de_novo):
    assume(mode in modes_of(family | {"de_novo": de_novo}))
    carriers = obligate_carriers(family_of(family), mode, Assumptions(may_be_new=de_novo))
    for place, member in enumerate(family["members"]):
        if place in carriers:
            assert member["affected"] is False
            assert not fits_by_enumeration(family, mode, de_novo=de_novo, without=member["id"])


# -- Items -------------------------------------------------------------------------------------------------------------


def circle():
    return [person("a", "M", None, "b"), person("b", "M", None, "a")]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"members": None}, "members is not a list"),
        ({"members": []}, "members is not a list"),
        ({"members": "I-1"}, "members is not a list"),
        ({"members": [person(str(n)) for n in range(61)]}, "members is not a list"),
        ({"members": [5]}, "not an object"),
        ({"members": [person("")]}, "id of a member"),
        ({"members": [person(None)]}, "id of a member"),
        ({"members": [person(True)]}, "id of a member"),
        ({"members": [person("a" * 41)]}, "id of a member"),
        ({"members": [person("a\u0000")]}, "id of a member"),
        ({"members": [person("a", "M"), person("a", "F")]}, "two people called a"),
        ({"members": [person("a", "M", None, "z")]}, "a parent of a is z"),
        ({"members": [person("a", father=["z"])]}, "father of a"),
        ({"members": [person("a", "F"), person("c", father="a")]}, "father of c, is not male"),
        ({"members": [person("a", "M"), person("c", mother="a")]}, "mother of c, is not female"),
        ({"members": [person("a"), person("c", father="a"), person("d", mother="a")]}, "father and a mother"),
        ({"members": [person("a", "M", None, "a")]}, "own ancestors"),
        ({"members": circle()}, "own ancestors"),
        ({"members": [person("a", "X")]}, "sex of a"),
        ({"members": [person("a", None)]}, "sex of a"),
        ({"members": [person("a", affected="yes")]}, "a is affected"),
        ({"members": [person("a", affected=1)]}, "a is affected"),
        ({"members": [person("a", deceased="yes")]}, "deceased of a"),
        ({"members": [person("a", proband=1)]}, "proband of a"),
        ({"penetrance": "full"}, "penetrance"),
        ({"penetrance": None}, "penetrance"),
        ({"penetrance": ["complete"]}, "penetrance"),
        ({"de_novo": "no"}, "de_novo"),
        ({"modes": []}, "modes is not a list"),
        ({"modes": "AR"}, "modes is not a list"),
        ({"modes": ["AR", "polygenic"]}, "modes holds"),
        ({"modes": [["AR"]]}, "modes holds"),
    ],
)
def test_an_item_that_cannot_be_marked_is_refused(change, problem):
    for answer in (["AR"], None):
        with pytest.raises(UnusableItem, match=problem):
            mark(ITEM | change, answer)


def test_ids_may_be_numbers_and_sexes_words():
    item = {
        "members": [person(1, "male", False), person(2, "female", False), person(3, "Female", True, 1, 2)],
    }
    assert modes_of(item) == {"AR"}
