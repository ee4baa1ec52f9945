"""What the markers say, as sentences in the reader's language: one whole sentence for each code, its facts put in by name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.assessments.rules import Reason

# A fact stands where its name does, such as %(canonical)s; a per cent sign is written twice.
# "feedback" has no sentence: it is the author's own text.
SENTENCES: dict[str, str | Promise] = {
    # -- Every kind --------------------------------------------------------------------------------------------------
    "no-answer": _("Nothing was answered."),
    "answer-of-another-kind": _("The answer does not have the form that this question asks for."),
    "answer-too-long": _("The answer is longer than any right answer could be."),
    # -- Choices, pairs, orders ------------------------------------------------------------------------------------------
    "choice-share": _(
        "%(right)s of the %(all)s correct options were chosen, and %(wrong)s others; others count against them."
    ),
    "matching-share": _("%(right)s of the %(all)s pairs are right."),
    "ordering-first-wrong": _("The order is not right: the first thing out of place is number %(place)s."),
    "ordering-incomplete": _("The order does not hold each of the things to be ordered exactly once."),
    # -- Numbers -------------------------------------------------------------------------------------------------------
    "numeric-not-a-number": _("“%(given)s” cannot be read as a number. Write for example 0.25, 0,25 or 1/4."),
    "numeric-unit": _("The unit asked for is %(unit)s, and the answer is in %(given)s."),
    "numeric-no-unit": _("A plain number is asked for, and the answer has the unit %(given)s."),
    "numeric-too-far": _("The number is further from the right one than the tolerance allows."),
    # -- Words ---------------------------------------------------------------------------------------------------------
    "text-not-accepted": _("This is not one of the answers that the question accepts."),
    "text-case": _("The letters are right, but here capital and small letters matter."),
    "text-in-part": _("This is right in part."),
    # -- HGVS descriptions: what is recommended -----------------------------------------------------------------------
    "hgvs-canonical": _("The recommended description of this variant is %(canonical)s."),
    "hgvs-prefix": _("A description begins with the kind of its reference sequence, here %(prefix)s."),
    "hgvs-three-prime": _(
        "The 3' rule: where a change could be placed at several positions, name the most 3' one, which has the highest number."
    ),
    "hgvs-c-terminal": _(
        "The 3' rule, for proteins: where a change could be placed at several residues, name the one nearest to the C-terminus."
    ),
    "hgvs-dup-before-ins": _(
        "Duplication goes before insertion: letters that repeat those directly before them are described with dup, not ins."
    ),
    "hgvs-inv-before-delins": _(
        "Inversion goes before deletion-insertion: these letters are those of the other strand, so write inv."
    ),
    "hgvs-simplest-type": _(
        "Use the first type that fits: substitution, deletion, inversion, duplication, insertion; delins only if none of them does."
    ),
    "hgvs-shortest": _(
        "Name only what changed: letters that stay the same at the ends are left out of the description."
    ),
    "hgvs-one-letter-sub": _("The sign > is for one letter replaced by one; longer changes are written with delins."),
    "hgvs-stated-letters": _(
        "Leave out letters and lengths that the positions tell already: no stated bases after del, dup or inv."
    ),
    "hgvs-one-position": _("A change of a single letter has one position, not a range."),
    "hgvs-one-change": _("Square brackets list two or more changes; this is a single one and needs none."),
    "hgvs-repeat": _("The number of copies in square brackets is for repeats; this change is described by its type."),
    "hgvs-inserted-stretch": _(
        "Write the inserted letters themselves, not the positions from which they could be copied."
    ),
    "hgvs-other": _("This leads to the same sequence, but the recommendations describe it in another way."),
    "hgvs-gene-beside-accession": _(
        "The accession with its version names the reference; a gene symbol beside it is left out."
    ),
    "hgvs-three-letter": _("Residues are written with three letters, such as Trp for W."),
    "hgvs-ter": _("A stop is written Ter in the three-letter style, not with another sign."),
    "hgvs-brackets": _(
        "Put brackets (parentheses) around the change: the effect on the protein is predicted, not observed."
    ),
    "hgvs-no-brackets": _(
        "Brackets (parentheses) mean that the effect is predicted; here the protein itself was examined."
    ),
    "hgvs-nonsense": _(
        "A protein that ends early is described by the residue where the new stop stands, such as Trp24Ter."
    ),
    "hgvs-short-shift": _(
        "A frame shift in full names the first changed residue and where the new stop comes, such as Arg97ProfsTer23."
    ),
    # -- HGVS descriptions: why an answer is not right -------------------------------------------------------------------
    "hgvs-other-variant": _(
        "Applied to the reference, this leads to another sequence than the variant that was asked for."
    ),
    "hgvs-not-readable": _(
        "“%(given)s” cannot be read as a change: write positions and then the type, such as 26G>A or 18_20del."
    ),
    "hgvs-control-characters": _("The answer holds characters that cannot be part of a description."),
    "hgvs-accession-missing": _("The reference must be named: begin with %(accession)s and a colon."),
    "hgvs-other-accession": _("The description is for the reference %(accession)s, and the answer names %(given)s."),
    "hgvs-other-version": _(
        "The version is part of the reference: %(accession)s is asked for, not %(given)s, whose numbering may differ."
    ),
    "hgvs-other-gene": _("The reference belongs to the gene %(gene)s, and the answer names %(given)s."),
    "hgvs-other-coordinate": _("A description with %(prefix)s is asked for, and the answer begins with %(given)s."),
    "hgvs-no-position": _("“%(given)s” does not say where the change is."),
    "hgvs-uncertain": _(
        "Uncertain positions, with question marks or brackets, cannot be compared; here the place is known."
    ),
    "hgvs-no-zero": _(
        "There is no position %(position)s: counting begins at 1, numbers have no zero in front, and -1 comes before 1."
    ),
    "hgvs-plain-numbers": _("Positions after %(prefix)s are plain numbers; %(position)s is for coding DNA."),
    "hgvs-outside": _("The reference has no position %(position)s."),
    "hgvs-intron": _(
        "%(position)s is a place in an intron, which the reference shown does not hold. A range is written with _, such as 4_6."
    ),
    "hgvs-no-stop-known": _("%(position)s counts from the stop codon, which this reference does not show."),
    "hgvs-behind-stop": _(
        "%(position)s lies behind the stop codon; there positions are counted anew, with * in front."
    ),
    "hgvs-range-backwards": _("The range from %(start)s to %(end)s runs backwards: the smaller position comes first."),
    "hgvs-ins-between": _(
        "An insertion lies between two neighbours, so “%(given)s” is not valid: name both positions, such as 6_7insA."
    ),
    "hgvs-ins-between-residues": _(
        "An insertion lies between two neighbours, so “%(given)s” is not valid: name both residues, such as Lys6_Val7insGln."
    ),
    "hgvs-inserted-letters": _("The inserted letters are missing or cannot be read: write each of them after ins."),
    "hgvs-sub-letters": _("A substitution names the old and the new letter, such as 26G>A; “%(given)s” does not."),
    "hgvs-letters": _("DNA is written with A, C, G and T, and the answer holds %(letters)s."),
    "hgvs-stated-differ": _("At position %(position)s the reference has %(found)s, and the answer says %(stated)s."),
    "hgvs-stated-residues-differ": _("The residues there are %(found)s, and the answer says %(stated)s."),
    "hgvs-stated-length": _("The answer states %(stated)s letters, and its positions cover %(length)s."),
    "hgvs-no-repeat": _("At position %(position)s the reference does not consist of whole copies of %(unit)s."),
    "hgvs-overlap": _("Two of the changes in the square brackets touch the same letters."),
    "hgvs-too-many-changes": _("The answer lists more than %(most)s changes."),
    "hgvs-too-many-copies": _("The answer has more than %(most)s copies of the repeat."),
    "hgvs-x": _("X or Xaa is any residue; a stop is written Ter."),
    "hgvs-no-residue": _("“%(given)s” is not the name of a residue."),
    "hgvs-protein-range": _("“%(given)s” gives a range one new residue: write delins between them."),
    "hgvs-stop-lost": _(
        "A change of the stop itself is an extension, such as Ter110GlnextTer17, or a frame shift before it."
    ),
    "hgvs-extension-at-ends": _("Only the first residue (as ext-5) and the stop (as extTer17) can be extended."),
    "hgvs-shift-begins-with-stop": _(
        "A frame shift begins with the first changed residue, so the new stop comes after it, from Ter2 on."
    ),
    "hgvs-shift-differs": _("The frame shift begins at this residue, but it goes on in another way."),
    "hgvs-shift-beyond-key": _(
        "The frame shift begins at this residue; what the answer says beyond that cannot be confirmed here."
    ),
    # -- Gene symbols --------------------------------------------------------------------------------------------------
    "gene-alias": _("%(given)s is an alias of this gene; its approved symbol is %(approved)s."),
    "gene-previous": _("%(given)s is a previous symbol of this gene; its approved symbol is now %(approved)s."),
    "gene-damaged": _(
        "%(given)s is what a spreadsheet makes of a gene symbol, taking it for a date; here it is %(approved)s."
    ),
    "gene-other": _("%(given)s is not a symbol of this gene; its approved symbol is %(approved)s."),
    # -- Terms of the Human Phenotype Ontology -----------------------------------------------------------------------------
    "hpo-unknown": _("“%(given)s” is not among the terms of this question."),
    "hpo-too-general": _("%(given)s is true, but more general than what is described."),
    "hpo-too-specific": _("%(given)s says more than what is described."),
    "hpo-beside": _("%(given)s is not what is described."),
    "hpo-missed": _("%(term)s is described too, and the answer does not say it."),
    # -- Classes by ACMG/AMP criteria ------------------------------------------------------------------------------------
    "acmg-no-class": _(
        "“%(given)s” is not one of the five classes. Write for example “likely pathogenic”, “VUS” or “class 3”."
    ),
    "acmg-several-classes": _("The answer names more than one class, and one is asked for."),
    "acmg-is-pathogenic": _("The evidence counts as %(counts)s, and this is enough for pathogenic."),
    "acmg-is-likely-pathogenic": _(
        "The evidence counts as %(counts)s, and this is enough for likely pathogenic, but not for pathogenic."
    ),
    "acmg-is-uncertain": _(
        "The evidence counts as %(counts)s, and this meets the rule of no other class, so the significance stays uncertain."
    ),
    "acmg-is-likely-benign": _(
        "The evidence counts as %(counts)s, and this is enough for likely benign, but not for benign."
    ),
    "acmg-is-benign": _("The evidence counts as %(counts)s, and this is enough for benign."),
    "acmg-conflict": _(
        "The evidence counts as %(counts)s: it speaks for both sides, and so, as this question reads it, the significance is uncertain."
    ),
    "acmg-points": _(
        "The points add up to %(points)s: pathogenic begins at 10, likely pathogenic at 6, uncertain at 0, and likely benign ends at -6."
    ),
    # -- Phenotypes of diplotypes ----------------------------------------------------------------------------------------
    "diplotype-no-phenotype": _(
        "“%(given)s” cannot be read as a phenotype. The phenotypes of this gene are: %(terms)s."
    ),
    "diplotype-several": _("The answer names more than one phenotype, and one is asked for."),
    "diplotype-retired": _("“%(given)s” is an old term that is no longer used: CPIC now says “%(present)s”."),
    "diplotype-other-term": _("CPIC has no “%(given)s” for %(gene)s. The phenotypes of this gene are: %(terms)s."),
    "diplotype-certainty": _(
        "CPIC says “%(right)s” here, not “%(given)s”: words such as “likely” are part of the term, for they tell how sure it is."
    ),
    "diplotype-copies-missed": _("This would be right if there were one copy of each allele, but every copy counts."),
    "diplotype-once-normal": _(
        "Until a consensus published in 2019, an activity score of 1 counted as normal for CYP2D6; it is now intermediate."
    ),
    "diplotype-function": _("CPIC lists the allele %(allele)s as “%(function)s”."),
    "diplotype-value": _("CPIC lists the allele %(allele)s as “%(function)s”, with the activity value %(value)s."),
    "diplotype-copies": _(
        "%(allele)s stands for several copies (%(copies)s) of %(base)s, each with the activity value %(each)s: together %(value)s."
    ),
    "diplotype-pair": _("For %(gene)s, these two functions together mean “%(phenotype)s”."),
    "diplotype-score": _(
        "The activity score is %(score)s, the sum of both values, and for %(gene)s the range %(range)s means “%(phenotype)s”."
    ),
    "diplotype-no-score": _(
        "An allele whose activity value is not known gives %(gene)s no activity score, so the phenotype is “%(phenotype)s”."
    ),
    "diplotype-newest-edition": _(
        "The table of %(gene)s in use is that of %(used)s, the newest one up to the edition asked for, %(asked)s."
    ),
    # -- Records in the Variant Call Format ------------------------------------------------------------------------------
    "vcf-no-type": _(
        "“%(given)s” is not a type of variant. Write for example SNV, insertion, deletion, MNV or deletion-insertion."
    ),
    "vcf-several-types": _("The answer names more types than the record has."),
    "vcf-indel-which": _("An indel is an insertion or a deletion: say which of the two."),
    "vcf-is-snv": _(
        "From REF %(ref)s to ALT %(alt)s a single letter is replaced, %(removed)s by %(added)s: this is a single nucleotide variant (SNV)."
    ),
    "vcf-is-mnv": _(
        "From REF %(ref)s to ALT %(alt)s several letters are replaced by as many, %(removed)s by %(added)s: "
        "this is a multi-nucleotide variant (MNV)."
    ),
    "vcf-is-insertion": _(
        "ALT %(alt)s holds all letters of REF %(ref)s, and %(added)s in addition: this is an insertion."
    ),
    "vcf-is-deletion": _("ALT %(alt)s lacks %(removed)s of REF %(ref)s and adds nothing: this is a deletion."),
    "vcf-is-delins": _(
        "From REF %(ref)s to ALT %(alt)s, %(removed)s is replaced by %(added)s, which is of another length: "
        "this is a deletion-insertion (delins)."
    ),
    "vcf-is-symbolic": _("ALT is %(alt)s: the name in angle brackets tells the type, without the letters."),
    "vcf-is-breakend": _("ALT is %(alt)s: written like this, a breakend tells which places are joined."),
    "vcf-is-no-variant": _("ALT is %(alt)s: the record states no variant here."),
    "vcf-no-zygosity": _(
        "“%(given)s” is not a zygosity. Write for example heterozygous, homozygous alternative, homozygous reference or hemizygous."
    ),
    "vcf-several-zygosities": _("The answer names more than one zygosity, and a sample has one."),
    "vcf-zygosity-is-a-word": _("This is the genotype; the zygosity is what it means, in a word."),
    "vcf-homozygous-for-which": _("Say for which allele the sample is homozygous."),
    "vcf-is-heterozygous": _(
        "GT is %(gt)s for this sample: it has the reference allele and an alternative one, so it is heterozygous."
    ),
    "vcf-is-heterozygous-alternatives": _(
        "GT is %(gt)s for this sample: it has different alternative alleles, so it is heterozygous."
    ),
    "vcf-is-homozygous-alternative": _(
        "GT is %(gt)s for this sample: each copy has the same alternative allele, so it is homozygous alternative."
    ),
    "vcf-is-homozygous-reference": _(
        "GT is %(gt)s for this sample: each copy has the reference allele, so it is homozygous reference."
    ),
    "vcf-is-hemizygous-alternative": _(
        "GT is %(gt)s for this sample: there is a single copy, with the alternative allele, so it is hemizygous."
    ),
    "vcf-is-hemizygous-reference": _(
        "GT is %(gt)s for this sample: there is a single copy, with the reference allele, so it is hemizygous reference."
    ),
    "vcf-is-not-called": _(
        "GT is %(gt)s for this sample: a dot is an allele that could not be called, so the zygosity is unknown."
    ),
    "vcf-no-genotype": _("“%(given)s” is not a genotype of this record. Write for example 0/1."),
    "vcf-genotype": _(
        "The genotype is the GT of this sample, %(gt)s: 0 stands for REF, 1 for the first allele in ALT, 2 for the second."
    ),
    "vcf-phase-missing": _(
        "The alleles are right. But GT is %(gt)s: the bar says that the genotype is phased, and the answer leaves this out."
    ),
    "vcf-phase-order": _(
        "The alleles are right. But GT is %(gt)s: in a phased genotype the order says which copy has which allele."
    ),
    "vcf-depth-of-sample": _("The depth is DP of this sample, as FORMAT names it: %(depth)s reads."),
    "vcf-depth-by-alleles": _(
        "This sample has no DP, so its depth is what the numbers of AD add up to: %(depth)s reads."
    ),
    "vcf-depth-of-info": _("FORMAT has no depth for this sample; DP in INFO tells it: %(depth)s reads."),
    "vcf-balance": _("By AD, %(alternative)s of %(all)s reads show the alternative allele: divide these two numbers."),
    "vcf-filter-passed": _("FILTER is PASS: the record passed all filters."),
    "vcf-filter-not-applied": _("FILTER is a dot: no filters were applied."),
    "vcf-filter-failed": _("FILTER lists what the record failed: %(filters)s."),
    "vcf-part": _("The answer to “%(prompt)s” is not right."),
    "vcf-share": _("%(right)s of the %(all)s parts are right."),
    # -- Modes of inheritance --------------------------------------------------------------------------------------------
    "pedigree-no-mode": _(
        "“%(given)s” is not a mode of inheritance asked for here. Write for example “autosomal recessive” or “AR”."
    ),
    "pedigree-not-offered": _("%(mode)s is not among the modes that this question offers."),
    "pedigree-missed": _("%(mode)s fits too: genotypes can be found for everybody in this family."),
    "pedigree-missed-carriers": _(
        "%(mode)s fits too: everybody can be explained if these carry the variant without being affected: %(carriers)s."
    ),
    "pedigree-together": _(
        "%(mode)s does not fit: no genotypes explain these people together, of whom some are affected "
        "(%(affected)s) and others are not (%(unaffected)s)."
    ),
    "pedigree-ad-neither-parent": _(
        "AD does not fit: %(child)s is affected, and neither parent is (%(father)s, %(mother)s); "
        "one copy would have affected the parent it came from."
    ),
    "pedigree-ar-both-parents": _(
        "AR does not fit: %(child)s is unaffected, and both parents are affected (%(father)s, %(mother)s); "
        "they have only copies with the variant to pass on."
    ),
    "pedigree-xld-neither-parent": _(
        "XLD does not fit: %(child)s is affected, and neither parent is (%(father)s, %(mother)s); "
        "one copy would have affected the parent it came from."
    ),
    "pedigree-xld-mother-of-son": _(
        "XLD does not fit: %(child)s is affected, and his mother %(mother)s is not; "
        "a son has his X chromosome from his mother, whom one copy would have affected."
    ),
    "pedigree-xld-father-of-daughter": _(
        "XLD does not fit: %(child)s is unaffected, and her father %(father)s is affected; "
        "he passes his only X chromosome on to every daughter."
    ),
    "pedigree-xlr-father-of-daughter": _(
        "XLR does not fit: %(child)s is affected, and her father %(father)s is not; "
        "a daughter needs two copies, and one of them comes from his only X chromosome."
    ),
    "pedigree-xlr-mother-of-son": _(
        "XLR does not fit: %(child)s is unaffected, and his mother %(mother)s is affected; "
        "both her copies have the variant, and a son has one of them."
    ),
    "pedigree-xlr-both-parents": _(
        "XLR does not fit: %(child)s is unaffected, and both parents are affected (%(father)s, %(mother)s); "
        "they have only copies with the variant to pass on."
    ),
    "pedigree-yl-woman": _("YL does not fit: %(child)s is affected and female, so without a Y chromosome."),
    "pedigree-yl-affected-child": _(
        "YL does not fit: %(child)s is affected, and the father, %(father)s, from whom a Y chromosome would come, is not."
    ),
    "pedigree-yl-unaffected-son": _(
        "YL does not fit: %(child)s is unaffected, and his father %(father)s is affected; "
        "every son has his father's Y chromosome."
    ),
    "pedigree-mt-affected-child": _(
        "MT does not fit: %(child)s is affected, and the mother, %(mother)s, from whom all mitochondria come, is not."
    ),
    "pedigree-mt-unaffected-child": _(
        "MT does not fit: %(child)s is unaffected, and the mother, %(mother)s, is affected; "
        "she passes the variant on to all her children."
    ),
}


def sentence_of(reason: Reason) -> str:
    """Return why an answer earned what it did, as a plain sentence; facts may hold what a learner typed, so escape it."""
    if reason.code == "feedback":
        return reason.facts["text"]
    return str(SENTENCES[reason.code]) % reason.facts
