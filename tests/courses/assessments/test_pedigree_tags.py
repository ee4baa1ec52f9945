import re

from django.template import Context, Template
from django.utils.translation import override

from tests.courses.assessments.rules.test_pedigree import person, trio

ITEM = trio(False, None, True, "U")


def rendered(item):
    html = Template("{% load pedigree_tags %}{% pedigree item %}").render(Context({"item": item}))
    return re.sub(r"\s*\n\s*", "", html)


def test_the_drawing_has_a_name_a_description_and_a_symbol_for_each_person():
    html = rendered(ITEM)
    assert 'role="img"' in html
    assert "<title>Pedigree of 3 people</title>" in html
    assert "<desc>" in html
    assert (html.count("<rect "), html.count("<circle "), html.count("M0-13 13 0")) == (1, 1, 1)
    assert html.count('<g fill="currentColor">') == 1  # the affected one
    assert html.count(">?</text>") == 1  # the one of whom it is not known


def test_everything_drawn_stands_in_the_table_too():
    html = rendered(ITEM)
    rows = [
        [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", html)
    ]
    assert rows == [
        ["Person", "Sex", "Affected", "Father", "Mother"],
        ["I-1", "Male", "No", "–", "–"],
        ["I-2", "Female", "Not known", "–", "–"],
        ["II-1", "Not stated", "Yes", "I-1", "I-2"],
    ]


def test_who_is_deceased_or_came_first_is_marked_in_both():
    html = rendered({"members": [person("I-1", "M", True, deceased=True, proband=True)]})
    assert "M-17 17 17-17" in html
    assert "M-31 19-16 8" in html
    assert "Deceased" in html
    assert "Proband" in html


def test_neither_styles_nor_scripts_nor_the_key_are_in_the_page():
    html = rendered(ITEM | {"modes": ["AR"], "answer": ["AR"], "penetrance": "complete"})
    assert not re.search(r"style=|<style|<script|\bon\w+=", html)
    assert "AR" not in html.replace("ARIA", "")


def test_names_are_escaped():
    html = rendered({"members": [person("<b>&", "M")]})
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html


def test_numbers_are_written_for_svg_in_every_language():
    wide = {"members": [person(f"p{number}", "M") for number in range(60)]}
    with override("de"):
        html = rendered(wide)
    [(width, height)] = re.findall(r'viewBox="0 0 (\d+) (\d+)"', html)
    assert int(width) > 1000
    assert f'width="{width}"' in html
    assert f'height="{height}"' in html


def test_a_family_that_cannot_be_draws_nothing():
    assert rendered({"members": [person("a", "M", None, "a")]}).strip() == ""
    assert rendered({}).strip() == ""
