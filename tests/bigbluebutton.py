"""A server on this machine that answers as BigBlueButton's documentation says, or as badly as a test wants it to."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><response><returncode>&c;</returncode></response>'


class MeetingServer(ThreadingHTTPServer):
    """What it holds, whom it has in, what it was asked, and how it is to behave."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.checksum = "sha256"
        self.meetings: dict[str, dict[str, str]] = {}
        self.people: list[tuple[str, str]] = []  # userID, fullName
        self.recordings: list[tuple[str, str, str]] = []  # type, url, length
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.mood = ""
        self.pause = 2.0  # seconds, when slow
        self.made = 1_700_000_000_000

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/bigbluebutton/"

    def asked(self, call: str) -> list[dict[str, str]]:
        return [said for name, said in self.calls if name == call]

    def handle_error(self, request, client_address) -> None:
        """Whoever asked has hung up, as they may."""

    def is_signed(self, call: str, query: str) -> bool:
        said, _mark, checksum = query.rpartition("&checksum=")
        return checksum == hashlib.new(self.checksum, (call + said + SECRET).encode()).hexdigest()

    def answer(self, call: str, query: str) -> str:
        said = {name: values[0] for name, values in parse_qs(query).items()}
        self.calls.append((call, said))
        if not self.is_signed(call, query):
            return _failed("checksumError")
        if self.mood.startswith("failed "):
            return _failed(self.mood.removeprefix("failed "))
        if call == "create":
            return self._create(said)
        if call == "getRecordings":
            return _success(f"<recordings><recording><playback>{self._formats()}</playback></recording></recordings>")
        held = self.meetings.get(said["meetingID"])
        if held is None:
            return _failed("notFound")
        if call == "join":
            if said.get("createTime") not in (None, held["createTime"]):
                return _failed("mismatchCreateTimeParam")
            self.people.append((said["userID"], said["fullName"]))
            return _success("<messageKey>successfullyJoined</messageKey>")
        return _success(f"<running>true</running><attendees>{self._attendees()}</attendees>")

    def _create(self, said: dict[str, str]) -> str:
        held = self.meetings.get(said["meetingID"])
        if held and (held["attendeePW"], held["moderatorPW"]) != (said["attendeePW"], said["moderatorPW"]):
            return _failed("idNotUnique")
        if not 2 <= len(said["name"]) <= 64:
            return _failed("validationError")
        self.made += 1
        held = self.meetings.setdefault(said["meetingID"], {**said, "createTime": str(self.made)})
        return _success(f"<createTime>{held['createTime']}</createTime>")

    def _attendees(self) -> str:
        return "".join(
            f"<attendee><userID>{escape(who)}</userID><fullName>{escape(name)}</fullName></attendee>"
            for who, name in self.people
        )

    def _formats(self) -> str:
        return "".join(
            f"<format><type>{kind}</type><url>{escape(url)}</url><length>{length}</length></format>"
            for kind, url, length in self.recordings
        )


def _success(inside: str) -> str:
    return f"<response><returncode>SUCCESS</returncode>{inside}</response>"


def _failed(key: str) -> str:
    return f"<response><returncode>FAILED</returncode><messageKey>{key}</messageKey><message>No.</message></response>"


class _Handler(BaseHTTPRequestHandler):
    server: MeetingServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        mood = self.server.mood
        if mood == "elsewhere":
            self.send_response(302)
            self.send_header("Location", f"/bigbluebutton/api/stolen?{parts.query}")
            self.end_headers()
            return
        if mood == "slow":
            time.sleep(self.server.pause)
        answer = {"garbage": "<respo\x00nse", "entities": LAUGHS, "empty": ""}.get(mood)
        if answer is None:
            answer = self.server.answer(parts.path.removeprefix("/bigbluebutton/api/"), parts.query)
        body = answer.encode()
        self.send_response(503 if mood == "broken" else 200)
        self.send_header("Content-Type", "text/xml")
        if mood not in ("huge", "trickling"):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if mood == "trickling":
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        self.wfile.write(body)
        for _ in range(3000 if mood == "huge" else 0):
            self.wfile.write(b" " * 1000)

    def log_message(self, *_arguments: object) -> None:
        """Nothing is printed."""


@contextlib.contextmanager
def meeting_server() -> Iterator[MeetingServer]:
    """Run such a server on a port of its own."""
    with MeetingServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
