"""The way in: what a browser asks for, and what it gets. Whatever somebody does is on the disk before they are answered."""

from __future__ import annotations

import contextlib
import gzip
import mimetypes
import re
import shutil
import socket
import sqlite3
import sys
import traceback
from datetime import datetime, timezone
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .actions import Actions
from .answers import MOST_BYTES, Unreadable, fields_in
from .course import Course
from .pages import Pages
from .returning import file_name, return_files
from .store import HOST, Full, Store

COOKIE = "class"
SECONDS = 30  # for a phone that goes silent in the middle
SMALL = 1_000  # bytes, below which nothing is won by compressing
HTML = "text/html; charset=utf-8"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")


class Server(ThreadingHTTPServer):
    """Serves a course to as many phones as come."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = sys.platform != "win32"  # there it would let two of us listen at once

    def __init__(self, address: tuple[str, int], course: Course, store: Store):
        self.course, self.store, self.pages = course, store, Pages(course, store)
        super().__init__(address, Handler)

    def handle_error(self, request, client_address) -> None:
        if not isinstance(sys.exc_info()[1], (ConnectionError, socket.timeout)):  # phones come and go
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "Classroom", ""
    timeout = SECONDS

    def do_GET(self) -> None:
        self._answer(self._get)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, *args: object) -> None:
        pass  # who opened what is nobody's business

    # -- Answering ----------------------------------------------------------------------------------------------------

    def _answer(self, act) -> None:
        self.token, self.person, self.is_host = self._cookie(), None, False
        try:
            number = self.server.store.session(self.token) if self.token else None
            self.is_host = number == HOST
            self.person = self.server.store.person(number) if number else None
            act(unquote(urlsplit(self.path).path).strip("/"))
        except Unreadable as problem:
            self.problem(400, problem.word)
        except (sqlite3.Error, OSError) as problem:
            if isinstance(problem, (ConnectionError, socket.timeout)):
                raise
            traceback.print_exc()
            self.problem(503, "not_kept")
        except Exception:
            traceback.print_exc()
            self.problem(500, "fault")

    def _get(self, path: str) -> None:
        course = self.server.course
        name = path[:-5] if path.endswith(".html") else path
        if not path or path == "index.html":
            return self.page(self.server.pages.of_course("index", self.person))
        if path == "return":
            return self._send_return()
        if path in ACTIONS.gets:
            return ACTIONS.gets[path](self)
        if path.endswith(".html") and name in course.steps:
            if self.person and course.steps[name]["kind"] == "lesson":
                self._note_seen(self.person["id"], course.steps[name])
            return self.page(self.server.pages.of_course(name, self.person))
        if path in course.files and not path.endswith(".html"):
            return self._send_file(course.files[path])
        return self.problem(404, "not_found")

    def _note_seen(self, person: int, step: dict) -> None:
        what = f"seen/{step['name']}/{datetime.now(timezone.utc).date()}"
        with contextlib.suppress(Full, sqlite3.Error):  # it can be read all the same
            self.server.store.record(person, what, "seen", lesson=step["page"])

    def _post(self, path: str) -> None:
        if self._is_from_elsewhere():
            return self.problem(403, "from_elsewhere")
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 10:
            return self.problem(411, "unreadable")
        if int(length) > MOST_BYTES:
            return self.problem(413, "too_long")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return self.problem(400, "unreadable")
        fields = fields_in(body)
        if path in ACTIONS.posts:
            return ACTIONS.posts[path](self, fields)
        name, _, what = path.partition("/")
        step = self.server.course.steps.get(name)
        if step is None or what not in ACTIONS.steps:
            return self.problem(404, "not_found")
        if self.person is None:
            return self.problem(403, "nobody_here")
        return ACTIONS.steps[what](self, self.person["id"], step, fields)

    # -- What is sent -------------------------------------------------------------------------------------------------

    def page(self, html: str, status: int = 200) -> None:
        self.send(html.encode(), HTML, status=status, headers={"Cache-Control": "no-store"})

    def problem(self, status: int, word: str) -> None:
        words = self.server.course.words
        self.page(
            self.server.pages.whole("problem", self.person, {"title": words["problem"], "text": words[word]}), status
        )

    def lead_to(self, address: str, token: str | None = None) -> None:
        """Lead the browser on. token: what it is known by from now on, "" for nothing any more."""
        headers = {"Location": address, "Cache-Control": "no-store"}
        if token is not None:
            headers["Set-Cookie"] = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax" + (
                "" if token else "; Max-Age=0"
            )
        self.send(b"", HTML, status=303, headers=headers)

    def send(self, body: bytes, kind: str, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        headers = dict(headers or {})
        if len(body) > SMALL and kind.startswith("text/") and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 6)
            headers["Content-Encoding"] = "gzip"
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _send_file(self, path: Path) -> None:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        headers = {"Cache-Control": "max-age=3600"}
        if kind.startswith("text/") or path.suffix == ".svg":
            return self.send(path.read_bytes(), KINDS.get(path.suffix, kind), headers=headers)
        size = path.stat().st_size
        first, last, status = 0, size - 1, 200
        asked = _RANGE.match(self.headers.get("Range", ""))
        if asked and asked[0] != "bytes=-":
            first, last = _bounds(asked[1], asked[2], size)
            if first > last:
                return self.send(b"", kind, status=416, headers={"Content-Range": f"bytes */{size}"})
            status, headers["Content-Range"] = 206, f"bytes {first}-{last}/{size}"
        self.send_response(status)
        sent = {
            "Content-Type": KINDS.get(path.suffix, kind),
            "Content-Length": str(last - first + 1),
            "Accept-Ranges": "bytes",
        }
        for name, value in {**HEADERS, **sent, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            with path.open("rb") as file:
                file.seek(first)
                if status == 200:
                    shutil.copyfileobj(file, self.wfile)
                else:
                    self._copy(file, last - first + 1)
        return None

    def _copy(self, file, length: int) -> None:
        while length > 0:
            chunk = file.read(min(length, 65_536))
            if not chunk:
                return
            self.wfile.write(chunk)
            length -= len(chunk)

    def _send_return(self) -> None:
        if not self.is_host:
            return self.lead_to("/host")
        files = return_files(self.server.course, self.server.store)
        if not files:
            return self.problem(404, "nothing_yet")
        asked = urlsplit(self.path).query
        number = int(asked[5:]) if re.match(r"^part=\d{1,3}$", asked) else 1
        if not 1 <= number <= len(files):
            return self.problem(404, "not_found")
        named = f'attachment; filename="{file_name(number, len(files))}"'
        headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
        return self.send(files[number - 1], "application/octet-stream", headers=headers)

    # -- Who asks -----------------------------------------------------------------------------------------------------

    def _cookie(self) -> str:
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            return ""
        return found.value if found else ""

    def _is_from_elsewhere(self) -> bool:
        """Say whether a form was sent by a page that is not one of ours."""
        origin = self.headers.get("Origin")
        return origin is not None and urlsplit(origin).netloc != self.headers.get("Host", "")


KINDS = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".m4a": "audio/mp4",
    ".webp": "image/webp",
    ".avif": "image/avif",
}
ACTIONS = Actions()


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and last byte that are asked for; the first lies after the last if there is nothing to send."""
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
