import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.lessons.rules import (
    MarkedText,
    cell_html,
    citation_keys,
    isolate_latin,
    link_citations,
    mark_terms,
    number_citations,
)


def test_citations_are_numbered_in_order_of_first_citation():
    texts = ["One [@b2015].", "Two [@a; @b2015] and [@c_d-e]."]
    assert number_citations(texts) == {"b2015": 1, "a": 2, "c_d-e": 3}


def test_citations_become_links():
    html = "<p>So [@a; @b], though <code>[@a]</code> stays.</p>"
    linked = link_citations(html, {"a": 2, "b": 1})
    assert linked == ('<p>So <a href="#ref-2">[2]</a> <a href="#ref-1">[1]</a>, though <code>[@a]</code> stays.</p>')


def test_an_unknown_key_is_shown_as_written():
    assert link_citations("<p>[@gone]</p>", {"a": 1}) == "<p>[@gone]</p>"


def test_brackets_that_cite_nothing_are_left_alone():
    assert citation_keys("[1], [@], [@ a], [a@b.org], [@a, @b]") == []


def test_star_alleles_in_a_cell_are_not_italics():
    assert cell_html("*1/*2, HLA-B*57:01, *3A and *3C") == "*1/*2, HLA-B*57:01, *3A and *3C"


def test_cells_know_code_bold_and_italics():
    assert cell_html("*BRCA1* `c.1A>G` **No** <b>") == "<i>BRCA1</i> <code>c.1A&gt;G</code> <b>No</b> &lt;b&gt;"


def test_latin_names_are_isolated_outside_tags_and_entities():
    html = '<p class="x">تحمل DNA &amp; <code>c.1A&gt;G</code> وG6PD</p>'
    assert isolate_latin(html) == ('<p class="x">تحمل <bdi>DNA</bdi> &amp; <code>c.1A&gt;G</code> و<bdi>G6PD</bdi></p>')


@given(st.text())
def test_a_cell_never_lets_markup_through(text):
    html = cell_html(text)
    assert re.sub(r"</?(?:b|i|code)>", "", html).count("<") == 0


@given(st.text(alphabet="[]@;abc -&<>/pcode1"))
def test_linking_without_numbers_changes_nothing(html):
    assert link_citations(html, {}) == html


@given(st.text(alphabet="أبتDNA .c:>123()", max_size=60))
def test_isolating_adds_only_isolation(text):
    assert isolate_latin(text.replace(">", "")).replace("<bdi>", "").replace("</bdi>", "") == text.replace(">", "")


class TestTerms:
    TERMS = {"allele": "Allele", "aav": "Adeno-associated virus (AAV)", "freq": "Allele frequency"}

    def test_the_first_mention_of_a_term_opens_its_note(self):
        marked = mark_terms("<p>An allele is an allele.</p>", self.TERMS)
        button = '<button class="term" type="button" popovertarget="term-allele">allele</button>'
        assert marked.html == f"<p>An {button} is an allele.</p>"
        assert marked.keys == ("allele",)

    def test_the_longer_term_wins(self):
        assert mark_terms("<p>allele frequency, then allele</p>", self.TERMS).keys == ("freq", "allele")

    def test_either_name_of_an_abbreviated_term_is_a_mention(self):
        assert mark_terms("<p>AAV</p>", self.TERMS).keys == ("aav",)
        assert mark_terms("<p>An adeno-associated virus.</p>", self.TERMS).keys == ("aav",)

    @pytest.mark.parametrize(
        "html",
        [
            "<h2>Allele</h2>",
            "<p><code>allele</code></p>",
            '<p><a href="/allele/">allele</a></p>',
            "<aside><p>allele</p></aside>",
            "<details><summary>allele</summary><p>allele</p></details>",
            '<p class="callout__kind">allele</p>',
            "<p>alleles and triallelew</p>",
            '<p title="allele">x</p>',
        ],
    )
    def test_headings_links_code_and_boxes_are_left_alone(self, html):
        assert mark_terms(html, self.TERMS) == MarkedText(html, ())

    def test_markup_within_a_paragraph_is_kept(self):
        marked = mark_terms("<p>One <b>allele</b><br>or <i>another</i></p>", self.TERMS)
        assert marked.html.startswith("<p>One <b><button")
        assert marked.html.endswith("</button></b><br>or <i>another</i></p>")

    def test_scripts_without_spaces_are_searched_too(self):
        assert mark_terms("<p>这是等位基因的例子</p>", {"allele": "等位基因"}).keys == ("allele",)

    @given(st.text(st.sampled_from("<p>/ alelxb&;\"'"), max_size=60))
    def test_nothing_but_buttons_is_added(self, html):
        marked = mark_terms(html, {"a": "al", "b": "e"})
        assert (
            re.sub(r'<button class="term" type="button" popovertarget="term-[ab]">|</button>', "", marked.html) == html
        )
