"""What can be done here: saying who one is, working through the course, and what the host does."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from .answers import LONGEST_REFLECTION, Unreadable, answers_in, one, person_in, pin_in, wrong_place
from .returning import number_of_files
from .store import HOST, Full, Taken, Wait

if TYPE_CHECKING:
    from .serving import Handler


class Actions:
    """gets, posts: address -> who answers it; steps: what is done at a lesson or quiz -> who does it."""

    def __init__(self) -> None:
        self.gets = {"who": self.show_door, "me": self.show_me, "host": self.show_host}
        self.posts = {
            "join": self.join,
            "enter": self.enter,
            "leave": self.leave,
            "me": self.change,
            "host": self.be_host,
            "host/pin": self.give_pin,
        }
        self.steps = {"done": self.done, "read": self.read, "reply": self.reply, "answers": self.answer}

    # -- Who somebody is ----------------------------------------------------------------------------------------------

    def show_door(self, handler: Handler) -> None:
        if handler.person:
            return handler.lead_to("/")
        return self._door(handler)

    def join(self, handler: Handler, fields: dict[str, list[str]]) -> None:
        """Take somebody new in, who says under which address they study, and that their work may go there."""
        store = handler.server.store
        try:
            name, email = person_in(fields)
            pin = pin_in(fields)
            if "agrees" not in fields:
                raise Unreadable("agree")
            person = store.join(name, email, pin)
        except Unreadable as problem:
            return self._door(handler, problem.word, fields)
        except Taken:
            return self._door(handler, "taken", fields)
        except Full:
            return self._door(handler, "full", fields)
        return handler.lead_to("/", store.begin_session(person))

    def enter(self, handler: Handler, fields: dict[str, list[str]]) -> None:
        store = handler.server.store
        try:
            person = store.enter(one(fields, "email"), one(fields, "pin"))
        except Wait:
            return self._door(handler, "wait", fields)
        if person is None:
            return self._door(handler, "no_such_pin", fields)
        return handler.lead_to("/", store.begin_session(person))

    def leave(self, handler: Handler, fields: dict[str, list[str]]) -> None:
        if handler.token:
            handler.server.store.end_session(handler.token)
        handler.lead_to("/", "")

    def show_me(self, handler: Handler) -> None:
        if not handler.person:
            return handler.lead_to("/who")
        return handler.page(handler.server.pages.whole("me", handler.person, handler.person))

    def change(self, handler: Handler, fields: dict[str, list[str]]) -> None:
        """Correct the name or the address that somebody gave."""
        if not handler.person:
            return handler.problem(403, "nobody_here")
        word = ""
        try:
            name, email = person_in(fields)
            handler.server.store.change(handler.person["id"], name, email)
        except Unreadable as problem:
            word = problem.word
        except Taken:
            word = "taken"
        if not word:
            return handler.lead_to("/")
        told = {
            "name": one(fields, "name"),
            "email": one(fields, "email"),
            "problem": handler.server.course.words[word],
        }
        return handler.page(handler.server.pages.whole("me", handler.person, told), 422)

    def _door(self, handler: Handler, word: str = "", fields: dict[str, list[str]] | None = None) -> None:
        told = {name: one(fields or {}, name) for name in ("name", "email")}
        problem = handler.server.course.words[word] if word else ""
        handler.page(handler.server.pages.whole("door", None, {"problem": problem, **told}), 422 if word else 200)

    # -- What they do -------------------------------------------------------------------------------------------------

    def done(self, handler: Handler, person: int, step: dict, fields: dict[str, list[str]]) -> None:
        if step["kind"] != "lesson" or not step["by_hand"]:
            return handler.problem(404, "not_found")
        self._keep(handler, person, f"done/{step['name']}", "done", lesson=step["page"])
        return handler.lead_to(f"/{handler.server.course.after(step['name'])}.html")

    def read(self, handler: Handler, person: int, step: dict, fields: dict[str, list[str]]) -> None:
        recording = next(
            (one_["id"] for one_ in step.get("recordings", []) if str(one_["id"]) == one(fields, "recording")), 0
        )
        if not recording:
            return handler.problem(404, "not_found")
        self._keep(
            handler, person, f"read/{step['name']}/{recording}", "read", lesson=step["page"], recording=recording
        )
        return handler.lead_to(f"/{step['name']}.html#done")

    def reply(self, handler: Handler, person: int, step: dict, fields: dict[str, list[str]]) -> None:
        block = one(fields, "block")
        text = fields.get("text", [""])[0].replace("\r\n", "\n").replace("\r", "\n").strip()
        if block not in step.get("blocks", []):
            return handler.problem(404, "not_found")
        if len(text) > LONGEST_REFLECTION:
            return handler.problem(413, "too_long")
        try:
            handler.server.store.reflect(person, step["page"], block, text)
        except Full:
            return handler.problem(507, "full")
        return handler.lead_to(f"/{step['name']}.html#r-{block[:8]}")

    def answer(self, handler: Handler, person: int, step: dict, fields: dict[str, list[str]]) -> None:
        """Keep the answers to a quiz for later, or for good."""
        if step["kind"] != "quiz" or not step["questions"]:
            return handler.problem(404, "not_found")
        store, name = handler.server.store, step["name"]
        if f"answers/{name}" in store.doings(person):
            return handler.lead_to(f"/{name}.html")
        drawn = store.drawn(person, step)
        answers = answers_in(fields, drawn)
        store.keep_draft(person, name, answers)
        if "save" in fields:
            return handler.lead_to(f"/{name}.html")
        wrong = wrong_place(answers, [question for question in step["questions"] if question["id"] in drawn])
        if wrong:
            problem = handler.server.course.words[wrong[0]] % wrong[1]
            return handler.page(handler.server.pages.of_course(name, handler.person, problem, answers), 422)
        try:
            store.hand_in(person, name, step["page"], drawn, answers)
        except Full:
            return handler.problem(507, "full")
        return handler.lead_to(f"/{name}.html")

    def _keep(self, handler: Handler, person: int, what: str, kind: str, **facts: object) -> None:
        try:
            handler.server.store.record(person, what, kind, **facts)
        except Full:
            raise Unreadable("full") from None

    # -- The host -----------------------------------------------------------------------------------------------------

    def show_host(self, handler: Handler, given: dict | None = None) -> None:
        """Show the host who is here and how much they have done, and where their work is to be had."""
        if not handler.is_host:
            return handler.page(handler.server.pages.whole("host_door"))
        people = handler.server.store.everybody()
        rows = [{**person, "pin": given["pin"] if given and given["id"] == person["id"] else ""} for person in people]
        rows = [{**row, "has_pin": bool(row["pin"]), "id": str(row["id"])} for row in rows]
        total = number_of_files(handler.server.store)
        files = [
            {"number": number, "total": total, "is_one": total == 1, "is_part": total > 1}
            for number in range(1, total + 1)
        ]
        facts = {"people": rows, "some": bool(rows), "none": not rows, "files": files, "no_files": not files}
        return handler.page(handler.server.pages.whole("host", None, facts))

    def be_host(self, handler: Handler, fields: dict[str, list[str]]) -> None:
        """Let in whoever has the code that stands where the program was started."""
        store = handler.server.store
        code = one(fields, "code").upper()
        if not hmac.compare_digest(code.encode(), store.fact("host_code").encode()):
            problem = handler.server.course.words["wrong_code"]
            return handler.page(handler.server.pages.whole("host_door", None, {"problem": problem}), 422)
        if handler.token:
            store.end_session(handler.token)
        return handler.lead_to("/host", store.begin_session(HOST))

    def give_pin(self, handler: Handler, fields: dict[str, list[str]]) -> None:
        if not handler.is_host:
            return handler.problem(403, "nobody_here")
        number = one(fields, "person")
        person = handler.server.store.person(int(number)) if number.isdecimal() and len(number) < 10 else None
        if person is None:
            return handler.problem(404, "not_found")
        return self.show_host(handler, {"id": person["id"], "pin": handler.server.store.give_pin(person["id"])})
