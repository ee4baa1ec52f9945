"""What people do, in one file of SQLite: written through to the disk before anybody is told that it is kept."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
import uuid
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from .rules import draw, hashed, is_pin, name_of, name_of_token, new_code

MOST_PEOPLE = 500
MOST_EVENTS = 900  # of one person
WRONG_PINS, WAIT_SECONDS = 5, 300
SESSION_SECONDS = 12 * 3600
HOST = 0  # in place of a person's number

TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS people (
    id INTEGER PRIMARY KEY, email TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL, pin TEXT NOT NULL,
    wrong INTEGER NOT NULL DEFAULT 0, wait_until REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, person INTEGER NOT NULL, begun_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES people, what TEXT NOT NULL, told TEXT NOT NULL,
    is_out INTEGER NOT NULL DEFAULT 0, UNIQUE (person, what)
);
CREATE TABLE IF NOT EXISTS drafts (
    person INTEGER NOT NULL REFERENCES people, quiz TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (person, quiz)
);
CREATE TABLE IF NOT EXISTS draws (
    person INTEGER NOT NULL REFERENCES people, quiz TEXT NOT NULL, questions TEXT NOT NULL, PRIMARY KEY (person, quiz)
);
"""


class Full(Exception):
    """There are as many people here, or as much of one person's work, as one return can hold."""


class Taken(Exception):
    """Somebody has joined here with this address."""


class Wait(Exception):
    """There were too many wrong PINs; it is to be tried again in a few minutes."""


class Store:
    def __init__(self, path: Path):
        self.path = str(path)
        self._lock = threading.Lock()
        with self._writing() as db:
            for statement in TABLES.split(";\n"):
                db.execute(statement)
            for name, value in (("computer", str(uuid.uuid4())), ("host_code", new_code(8))):
                db.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (name, value))

    def fact(self, name: str) -> str:
        with self._reading() as db:
            return db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()[0]

    # -- People -------------------------------------------------------------------------------------------------------

    def join(self, name: str, email: str, pin: str) -> int:
        """Return the number of a new person. Raises Taken, Full."""
        with self._writing() as db:
            if db.execute("SELECT count(*) FROM people").fetchone()[0] >= MOST_PEOPLE:
                raise Full
            try:
                told = (email, email.casefold(), name, hashed(pin))
                return db.execute("INSERT INTO people (email, folded, name, pin) VALUES (?, ?, ?, ?)", told).lastrowid
            except sqlite3.IntegrityError:
                raise Taken from None

    def enter(self, email: str, pin: str) -> int | None:
        """Return the number of whoever has this address and this PIN, None for nobody. Raises Wait."""
        with self._reading() as db:
            found = db.execute(
                "SELECT id, pin, wrong, wait_until FROM people WHERE folded = ?", (email.casefold(),)
            ).fetchone()
        if found is None:
            return None
        person, kept, wrong, wait_until = found
        if 0 < wait_until - time.time() <= WAIT_SECONDS:
            raise Wait
        is_right = is_pin(pin, kept)
        wrong = 0 if is_right else wrong + 1
        until = time.time() + WAIT_SECONDS if wrong >= WRONG_PINS else 0
        with self._writing() as db:
            db.execute(
                "UPDATE people SET wrong = ?, wait_until = ? WHERE id = ?", (0 if until else wrong, until, person)
            )
        return person if is_right else None

    def change(self, person: int, name: str, email: str) -> None:
        """Correct how somebody is called. Raises Taken."""
        with self._writing() as db:
            try:
                told = (name, email, email.casefold(), person)
                db.execute("UPDATE people SET name = ?, email = ?, folded = ? WHERE id = ?", told)
            except sqlite3.IntegrityError:
                raise Taken from None

    def give_pin(self, person: int) -> str:
        """Give somebody another PIN and return it; whoever is in with the old one is out."""
        pin = f"{secrets.randbelow(10**6):06d}"
        with self._writing() as db:
            db.execute("UPDATE people SET pin = ?, wrong = 0, wait_until = 0 WHERE id = ?", (hashed(pin), person))
            db.execute("DELETE FROM sessions WHERE person = ?", (person,))
        return pin

    def person(self, number: int) -> dict | None:
        with self._reading() as db:
            found = db.execute("SELECT id, name, email FROM people WHERE id = ?", (number,)).fetchone()
        return dict(zip(("id", "name", "email"), found)) if found else None

    def everybody(self) -> list[dict]:
        """Return who is here and how much each has done, and nothing of what."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT p.id, p.name, p.email, sum(e.what LIKE 'done/%'), sum(e.what LIKE 'answers/%') FROM people p"
                " LEFT JOIN events e ON e.person = p.id GROUP BY p.id ORDER BY p.name, p.id"
            ).fetchall()
        return [
            dict(zip(("id", "name", "email", "lessons", "quizzes"), (*row[:3], row[3] or 0, row[4] or 0)))
            for row in rows
        ]

    # -- Who is at which phone ----------------------------------------------------------------------------------------

    def begin_session(self, person: int) -> str:
        """Return a token by which a browser is known from now on."""
        token = secrets.token_urlsafe(32)
        with self._writing() as db:
            db.execute("DELETE FROM sessions WHERE begun_at < ?", (time.time() - SESSION_SECONDS,))
            db.execute("INSERT INTO sessions VALUES (?, ?, ?)", (name_of_token(token), person, time.time()))
        return token

    def session(self, token: str) -> int | None:
        with self._reading() as db:
            found = db.execute(
                "SELECT person, begun_at FROM sessions WHERE token = ?", (name_of_token(token),)
            ).fetchone()
        return found[0] if found and time.time() - found[1] < SESSION_SECONDS else None

    def end_session(self, token: str) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM sessions WHERE token = ?", (name_of_token(token),))

    # -- What they do -------------------------------------------------------------------------------------------------

    def record(self, person: int, what: str, kind: str, **facts: object) -> bool:
        """Keep something that somebody did, once; say whether it is new. what: names it among all they do. Raises Full."""
        with self._writing() as db:
            return _add(db, person, what, kind, facts)

    def hand_in(self, person: int, quiz: str, page: int, drawn: list[int], fields: dict[str, list[str]]) -> bool:
        """Keep the answers to a quiz, for good; say whether they are the first."""
        with self._writing() as db:
            is_new = _add(db, person, f"answers/{quiz}", "answers", {"quiz": page, "drawn": drawn, "fields": fields})
            db.execute("DELETE FROM drafts WHERE person = ? AND quiz = ?", (person, quiz))
        return is_new

    def reflect(self, person: int, page: int, block: str, text: str) -> None:
        """Keep what somebody wrote for themselves. What has not left this computer yet, it takes the place of. Raises Full."""
        with self._writing() as db:
            last = _last_reflection(db, person, block)
            before = last["text"] if last else ""
            if text == before:
                return
            seen = name_of(before) if before else None
            if last and not last["is_out"]:
                db.execute("DELETE FROM events WHERE id = ?", (last["id"],))
                seen = last.get("seen")
                if not text and seen is None:
                    return  # it never was anywhere else
            facts = {"lesson": page, "block": block, "text": text, **({"seen": seen} if seen else {})}
            _add(db, person, f"reflection/{block}/{uuid.uuid4()}", "reflection", facts)

    def reflection(self, person: int, block: str) -> str:
        with self._reading() as db:
            last = _last_reflection(db, person, block)
        return last["text"] if last else ""

    def doings(self, person: int) -> dict[str, dict]:
        """Return what somebody has done: what -> its event."""
        with self._reading() as db:
            rows = db.execute("SELECT what, told FROM events WHERE person = ?", (person,)).fetchall()
        return {what: json.loads(told) for what, told in rows}

    def keep_draft(self, person: int, quiz: str, fields: dict[str, list[str]]) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", (person, quiz, json.dumps(fields)))

    def draft(self, person: int, quiz: str) -> dict[str, list[str]]:
        with self._reading() as db:
            found = db.execute("SELECT fields FROM drafts WHERE person = ? AND quiz = ?", (person, quiz)).fetchone()
        return json.loads(found[0]) if found else {}

    def drawn(self, person: int, quiz: dict) -> list[int]:
        """Return the questions that somebody is asked, drawn the first time and the same ever after."""
        with self._writing() as db:
            key = (person, quiz["name"])
            found = db.execute("SELECT questions FROM draws WHERE person = ? AND quiz = ?", key).fetchone()
            if found:
                return json.loads(found[0])
            questions = draw(quiz)
            db.execute("INSERT INTO draws VALUES (?, ?, ?)", (*key, json.dumps(questions)))
        return questions

    def note_as_out(self) -> None:
        """Note that all there is has left this computer: from now on nothing of it is changed, only added to."""
        with self._writing() as db:
            db.execute("UPDATE events SET is_out = 1")

    def everything(self, only_out: bool = False) -> list[dict]:
        """Return everybody who has done something, with all of it; or with that which is noted as out, and no more."""
        with self._reading() as db:
            people = db.execute("SELECT id, name, email FROM people ORDER BY id").fetchall()
            chosen = "SELECT person, told FROM events WHERE is_out >= ? ORDER BY rowid"
            rows = db.execute(chosen, (int(only_out),)).fetchall()
        events: dict[int, list[dict]] = {}
        for person, told in rows:
            events.setdefault(person, []).append(json.loads(told))
        return [{"email": email, "name": name, "events": events[pk]} for pk, name, email in people if pk in events]

    # -- The file -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self):
        db = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous = FULL")
            yield db
        finally:
            db.close()

    @contextmanager
    def _writing(self):
        with self._lock, self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")


def _add(db: sqlite3.Connection, person: int, what: str, kind: str, facts: dict) -> bool:
    if db.execute("SELECT 1 FROM events WHERE person = ? AND what = ?", (person, what)).fetchone():
        return False
    if db.execute("SELECT count(*) FROM events WHERE person = ?", (person,)).fetchone()[0] >= MOST_EVENTS:
        raise Full
    event = {"id": str(uuid.uuid4()), "kind": kind, "at": datetime.now(timezone.utc).isoformat(), **facts}
    db.execute(
        "INSERT INTO events (id, person, what, told) VALUES (?, ?, ?, ?)",
        (event["id"], person, what, json.dumps(event)),
    )
    return True


def _last_reflection(db: sqlite3.Connection, person: int, block: str) -> dict | None:
    found = db.execute(
        "SELECT told, is_out FROM events WHERE person = ? AND what LIKE ? ORDER BY rowid DESC LIMIT 1",
        (person, f"reflection/{block}/%"),
    ).fetchone()
    return {**json.loads(found[0]), "is_out": bool(found[1])} if found else None
