"""Pages as somebody sees them: what the academy packed, with what is theirs put in."""

from __future__ import annotations

import re
from html import escape, unescape

from .course import Course
from .store import Store

NUMBER, TOTAL = "\ue000", "\ue001"  # where a question says which of how many it is
_FILLED = re.compile(r"\[\[#(\w+)\]\]([\s\S]*?)\[\[/\1\]\]|\[\[\[(\w+)\]\]\]|\[\[(\w+)\]\]")
_PLACE = re.compile(r"<!--here ([\w-]+)-->")
_FROM_DISK = re.compile(r"<!--stick-->[\s\S]*?<!--/stick-->")
_INPUT = re.compile(r"<(input|select|option)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def fill(text: str, facts: dict) -> str:
    """Return a part with facts in its places: [[name]], [[[html]]], [[#part]]...[[/part]], once for each of several."""

    def filled(found: re.Match) -> str:
        part, inner, html, name = found.groups()
        if part is None:
            return str(facts.get(html, "")) if html else escape(str(facts.get(name, "")))
        value = facts.get(part)
        several = value if isinstance(value, list) else [{}] if value else []
        return "".join(fill(inner, {**facts, **one}) for one in several)

    return _FILLED.sub(filled, text)


def refilled(html: str, given: dict) -> str:
    """Return a form with what was given in its inputs. given: name -> values; nobody had filled in anything before."""
    select = [""]

    def put(found: re.Match) -> str:
        tag, told = found.groups()
        attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(told)}
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if tag == "select":
            select[0] = name
            return found[0]
        if tag == "option":
            bare = told.replace(" selected", "")
            return f"<option{bare} selected>" if value in given.get(select[0], [""]) else f"<option{bare}>"
        if name not in given:
            return found[0]
        if attributes.get("type") in ("radio", "checkbox"):
            return f"<input{told} checked>" if value in given[name] else found[0]
        return f'<input{told} value="{escape(given[name][0])}">'

    return _INPUT.sub(put, html)


class Pages:
    def __init__(self, course: Course, store: Store):
        self.course, self.store = course, store

    def of_course(self, name: str, person: dict | None, problem: str = "", given: dict | None = None) -> str:
        """Return a page of the course for somebody, or for nobody in particular."""
        step = self.course.steps.get(name)
        done = self.store.doings(person["id"]) if person else {}
        parts = self.course.parts

        def put(found: re.Match) -> str:
            place, _, rest = found[1].partition("-")
            if place == "who":
                return fill(parts["who"], {"person": bool(person), "nobody": not person, **(person or {})})
            if place == "tick":
                return parts["tick"] if self.is_done(self.course.steps[rest], done) else ""
            if not person or step is None:
                return parts["nobody"] if place in ("done", "quiz") else ""
            if place == "done":
                return self._done(step, done)
            if place == "reply":
                text = self.store.reflection(person["id"], rest)
                return fill(parts["reply"], {"name": name, "block": rest, "short": rest[:8], "text": text})
            return self._quiz(step, person, done, problem, given)

        return _PLACE.sub(put, _FROM_DISK.sub("", self.course.page(name)))

    def whole(self, part: str, person: dict | None = None, facts: dict | None = None) -> str:
        """Return a page that is no page of the course, such as the one that asks who somebody is."""
        who = fill(self.course.parts["who"], {"person": bool(person), "nobody": False, **(person or {})})
        return fill(self.course.parts[part], {"who": who, **(facts or {})})

    @staticmethod
    def is_done(step: dict, done: dict) -> bool:
        return f"{'answers' if step['kind'] == 'quiz' else 'done'}/{step['name']}" in done

    def _done(self, step: dict, done: dict) -> str:
        recordings = [
            {"recording": str(one["id"]), "recording_title": one["title"]}
            for one in step["recordings"]
            if f"read/{step['name']}/{one['id']}" not in done
        ]
        is_done = self.is_done(step, done)
        facts = {
            "done": is_done,
            "open": not is_done and step["by_hand"],
            "attended": not is_done and not step["by_hand"],
        }
        return fill(self.course.parts["done"], {**facts, "name": step["name"], "recordings": recordings})

    def _quiz(self, step: dict, person: dict, done: dict, problem: str, given: dict | None) -> str:
        if self.is_done(step, done):
            return self.course.parts["handed_in"]
        drawn = self.store.drawn(person["id"], step)
        questions = {question["id"]: question["html"] for question in step["questions"]}
        draft = self.store.draft(person["id"], step["name"])
        asked = "".join(
            questions[pk].replace(NUMBER, str(number)).replace(TOTAL, str(len(drawn)))
            for number, pk in enumerate(drawn, start=1)
        )
        facts = {
            "name": step["name"],
            "problem": problem,
            "saved": bool(draft) and given is None,
            "questions": refilled(asked, draft if given is None else given),
        }
        return fill(self.course.parts["quiz"], facts)
