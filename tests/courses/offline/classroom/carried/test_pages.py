import re
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.forms import QuizForm
from courses.assessments.queries import live_questions
from courses.offline.classroom.carried.program.pages import fill, refilled
from tests.factories.assessments import TASKS, quiz_of_every_kind, quiz_with_questions


def test_a_part_is_filled_with_facts_once_for_each_of_several():
    text = "[[#some]]<b>[[name]]</b>[[#is_new]]![[/is_new]] [[/some]][[#none]]nobody[[/none]]"
    assert fill(text, {"some": [{"name": "A", "is_new": True}, {"name": "B"}]}) == "<b>A</b>! <b>B</b> "
    assert fill(text, {"some": [], "none": True}) == "nobody"


@given(st.text(alphabet="[]#/<>&\"'ab\ue000", max_size=30))
def test_what_people_write_is_only_ever_text(written):
    page = fill('<p title="[[told]]">[[told]]</p>[[#told]]yes[[/told]]', {"told": written, "a": "never", "b": "never"})
    seen = Seen()
    seen.feed(page)
    assert [tag for tag, _attributes in seen.tags] == ["p"]
    assert "never" not in page


class Seen(HTMLParser):
    """Which inputs hold what, as a browser reads a page."""

    def __init__(self):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.given: dict[str, list[str]] = {}
        self._select = ""

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "select":
            self._select = attributes["name"]
        elif tag == "option" and "selected" in attributes and attributes["value"]:
            self.given.setdefault(self._select, []).append(attributes["value"])
        elif tag == "input":
            is_choice = attributes.get("type") in ("radio", "checkbox")
            if "checked" in attributes or (not is_choice and attributes.get("value")):
                self.given.setdefault(attributes["name"], []).append(attributes["value"])


def inputs_in(html: str) -> dict[str, list[str]]:
    seen = Seen()
    seen.feed(html)
    return seen.given


def html_of(form: QuizForm) -> str:
    return "".join(
        render_to_string("courses/assessments/question.html", {"asked": asked, "number": 1, "total": 1})
        for asked in form.asked()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("answered", [0, 1, 2])
def test_a_form_of_every_kind_is_filled_in_again_as_it_was(answered):
    """answered: which of its options, or the other kinds' texts, are given."""
    texts = ['5 > "4" & <3>', "‮right to left", "'; DROP TABLE people; --"]
    page = quiz_of_every_kind(len(TASKS))
    questions = [*live_questions(page), *live_questions(quiz_with_questions(1))]
    empty = html_of(QuizForm(questions))
    assert inputs_in(empty) == {}
    given = {}
    for name, options in options_in(empty).items():
        given[name] = [options[min(answered, len(options) - 1)]] if options else [texts[answered]]
    draft = QuizForm(questions, MultiValueDict(given), is_draft=True)
    again = refilled(empty, given)
    assert inputs_in(again) == inputs_in(html_of(draft)) == given
    assert re.sub(r" (checked|selected)|value=\"[^\"]*\"", "", again).count("<") == empty.count("<")


def options_in(html: str) -> dict[str, list[str]]:
    """Return the names of the inputs of a form, each with the values that can be chosen."""
    seen, found, select = Seen(), {}, ""
    seen.feed(html)
    for tag, attributes in seen.tags:
        if tag == "select":
            select = attributes["name"]
            found[select] = []
        elif tag == "option" and attributes["value"]:
            found[select].append(attributes["value"])
        elif tag == "input":
            values = found.setdefault(attributes["name"], [])
            if attributes.get("type") in ("radio", "checkbox"):
                values.append(attributes["value"])
    return found


def test_several_boxes_of_one_question_are_ticked_again():
    html = "".join(f'<input type="checkbox" name="q1" value="{value}">' for value in "abc")
    assert inputs_in(refilled(html, {"q1": ["a", "c"]})) == {"q1": ["a", "c"]}
    assert refilled(html, {}) == html
