"""The class's computer, asked as phones ask it and as nobody should."""

import gzip
import http.client
import json
import re
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import UUID

import pytest

from courses.offline.classroom.returns import read_return, unpacked
from courses.offline.classroom.rules import Packed, PackedQuiz
from tests.classes import ClassComputer, class_computer, oldest_python
from tests.factories.classroom import REFLECTION, SOUND, small_class


@pytest.fixture
def computer(tmp_path):
    with class_computer(small_class(tmp_path / "class")) as running:
        yield running


class Phone:
    """A browser with its cookie. Answers: status, headers, and the body once it is unpacked."""

    def __init__(self, computer: ClassComputer):
        self.computer, self.cookie = computer, ""

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> SimpleNamespace:
        connection = http.client.HTTPConnection(self.computer.host, self.computer.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Cookie": self.cookie, **named})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return SimpleNamespace(
            status=answer.status, headers=answer.headers, body=content, text=content.decode("utf-8", "replace")
        )

    def get(self, path: str, **headers: str) -> SimpleNamespace:
        return self.ask("GET", path, **headers)

    def post(self, path: str, **fields: object) -> SimpleNamespace:
        return self.ask("POST", path, urlencode(fields, doseq=True).encode())

    def join(self, name: str = "Ama", email: str = "ama@example.org", pin: str = "2468") -> "Phone":
        answer = self.post("/join", name=name, email=email, pin=pin, agrees="1")
        assert (answer.status, answer.headers["Location"]) == (303, "/"), answer.text
        return self


def returned_by(computer: ClassComputer) -> list[dict]:
    """Return what the host fetches: a line of the file for each person."""
    host = Phone(computer)
    host.post("/host", code=computer.host_code)
    answer = host.get("/return")
    assert answer.status == 200, answer.text
    lines = unpacked(answer.body).decode().splitlines()
    return [json.loads(line) for line in lines[1:-1]]


def test_a_pupil_works_and_the_academy_reads_it(computer):
    phone = Phone(computer).join()
    assert phone.post("/1-1/done").headers["Location"] == "/1-2.html"
    assert phone.post("/1-2/read", recording=5).status == 303
    assert phone.post("/1-1/reply", block=REFLECTION, text="I would\r\nask. ").status == 303
    assert phone.post("/1-4/answers", q8="yes", q9_0="2", q9_1="1").status == 303
    assert "handed in" in phone.get("/1-4.html").text
    host = Phone(computer)
    host.post("/host", code=computer.host_code.lower())
    data = host.get("/return").body
    told = json.loads((computer.folder / "class.json").read_text())
    packed = Packed(told["secret"], frozenset({11, 12, 13}), {14: PackedQuiz({8: "", 9: ""}, {8: 108, 9: 109}, {})})
    brought = read_return(data, lambda key: packed if key == UUID(told["key"]) else None)
    [person] = brought.people
    assert (person.email, person.name) == ("ama@example.org", "Ama")
    done = {event.kind: event for event in person.events}
    assert (done["done"].page_id, done["read"].recording_id, done["reflection"].text) == (11, 5, "I would\nask.")
    assert done["answers"].fields == {"q8": ["yes"], "q9_0": ["2"], "q9_1": ["1"]}
    assert done["answers"].drawn == {8: 108, 9: 109}


def test_killed_and_started_again_it_knows_everybody_and_everything(computer):
    phone = Phone(computer).join()
    phone.post("/1-1/done")
    code = computer.host_code
    computer.kill()
    computer.start()
    assert computer.host_code == code
    assert "tag--good" in phone.get("/").text
    assert [event["kind"] for event in returned_by(computer)[0]["events"]] == ["done"]


def test_another_file_unpacked_over_it_has_a_class_of_its_own(computer):
    phone = Phone(computer).join()
    phone.post("/1-1/done")
    told = json.loads((computer.folder / "class.json").read_text())
    computer.kill()
    (computer.folder / "class.json").write_text(json.dumps({**told, "key": "another-key"}))
    computer.start()
    assert "Ama" not in phone.get("/").text
    computer.kill()
    (computer.folder / "class.json").write_text(json.dumps(told))
    computer.start()
    assert "tag--good" in phone.get("/").text


def test_the_terminal_writes_the_same_file_and_says_where(computer):
    assert computer.export().returncode == 1
    Phone(computer).join().post("/1-1/done")
    said = computer.export()
    [path] = (computer.folder / "work" / "returns").iterdir()
    assert (said.returncode, str(path) in said.stdout) == (0, True)
    lines = unpacked(path.read_bytes()).decode().splitlines()
    assert [json.loads(line) for line in lines[1:-1]] == returned_by(computer)


def test_nobody_sees_what_another_does(computer):
    ama = Phone(computer).join()
    ama.post("/1-1/reply", block=REFLECTION, text="For me alone")
    ama.post("/1-4/answers", q8="yes", save="1")
    kofi = Phone(computer).join("Kofi", "kofi@example.org")
    for path in ("/", "/1-1.html", "/1-4.html", "/me", "/who", "/host"):
        for phone in (kofi, Phone(computer)):
            text = phone.get(path).text
            assert "For me alone" not in text
            assert "Ama" not in text
            assert "ama@example.org" not in text
            assert " checked" not in text.replace('id="join-agrees"', "")
    assert "For me alone" in ama.get("/1-1.html").text
    assert 'value="yes" checked' in ama.get("/1-4.html").text
    assert "no-store" in ama.get("/1-1.html").headers["Cache-Control"]


def test_on_a_shared_phone_whoever_leaves_is_gone(computer):
    phone = Phone(computer).join()
    left = phone.cookie
    assert phone.post("/leave").status == 303
    phone.cookie = left
    assert "Ama" not in phone.get("/").text
    assert phone.post("/1-1/done").status == 403
    assert phone.post("/enter", email="ama@example.org", pin="9999").status == 422
    assert phone.post("/enter", email="Ama@Example.org", pin="2468").status == 303
    assert "Ama" in phone.get("/").text


@pytest.mark.parametrize("path", ["/return", "/host", "/host/pin"])
def test_what_is_the_hosts_is_not_for_pupils(computer, path):
    phone = Phone(computer).join()
    assert phone.post("/host", code="AAAAAAAA").status == 422
    assert phone.post("/host/pin", person="1").status == 403
    answer = phone.get(path)
    assert "ama@example.org" not in answer.text
    assert answer.headers.get("Content-Disposition") is None


def test_the_host_sees_how_much_and_not_what_and_gives_a_new_pin(computer):
    ama = Phone(computer).join()
    ama.post("/1-1/done")
    ama.post("/1-1/reply", block=REFLECTION, text="For me alone")
    host = Phone(computer)
    assert host.post("/host", code=computer.host_code).headers["Location"] == "/host"
    page = host.get("/host").text
    assert "Lessons done: 1. Quizzes handed in: 0." in page
    assert "For me alone" not in page
    pin = re.findall(r">(\d{6})<", host.post("/host/pin", person="1").text)[0]
    assert "Ama" not in ama.get("/").text
    assert ama.post("/enter", email="ama@example.org", pin=pin).status == 303


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"name": ""}, "Enter your name"),
        ({"name": "x" * 121}, "Enter your name"),
        ({"email": "no address"}, "no e-mail address"),
        ({"email": "a@b"}, "no e-mail address"),
        ({"pin": "12"}, "A PIN has"),
        ({"pin": "12345a"}, "A PIN has"),
        ({"agrees": None}, "Tick that"),
    ],
)
def test_who_joins_wrongly_is_told_what_is_wrong(computer, changed, word):
    fields = {"name": "<b>Ama</b>", "email": "ama@example.org", "pin": "2468", "agrees": "1", **changed}
    answer = Phone(computer).post("/join", **{name: value for name, value in fields.items() if value is not None})
    assert (answer.status, word in answer.text) == (422, True)
    assert "<b>Ama</b>" not in answer.text


def test_two_with_one_address_are_not_one(computer):
    Phone(computer).join()
    answer = Phone(computer).post("/join", name="Other", email="AMA@example.org", pin="1111", agrees="1")
    assert (answer.status, "has joined here" in answer.text) == (422, True)


def test_a_wrong_address_can_be_corrected(computer):
    phone = Phone(computer).join(email="amma@example.org")
    phone.post("/1-1/done")
    assert phone.post("/me", name="Ama", email="nonsense").status == 422
    assert phone.post("/me", name="Ama", email="ama@example.org").status == 303
    assert returned_by(computer)[0]["email"] == "ama@example.org"


def test_an_order_with_one_place_twice_is_not_handed_in(computer):
    phone = Phone(computer).join()
    answer = phone.post("/1-4/answers", q8="yes", q9_0="1", q9_1="1")
    assert (answer.status, "Place 1 is given to “Sample” and to “Report”" in answer.text) == (422, True)
    assert 'value="yes" checked' in answer.text
    assert phone.post("/1-4/answers", q9_0="1").status == 422
    assert "handed in" not in phone.get("/1-4.html").text
    assert phone.post("/1-4/answers", q8="no, that", q1="of another quiz", x="y").status == 303
    assert returned_by(computer)[0]["events"][-1]["fields"] == {"q8": ["no, that"]}


def test_a_quiz_is_handed_in_once(computer):
    phone = Phone(computer).join()
    phone.post("/1-4/answers", q8="first")
    phone.post("/1-4/answers", q8="second")
    [answers] = returned_by(computer)[0]["events"]
    assert answers["fields"] == {"q8": ["first"]}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/1-3/done", 404),
        ("/1-4/done", 404),
        ("/1-1/answers", 404),
        ("/1-1/read", 404),
        ("/9-9/done", 404),
        ("/1-1/x", 404),
    ],
)
def test_what_a_step_does_not_ask_for_is_not_there(computer, path, status):
    assert Phone(computer).join().post(path).status == status


def test_a_reply_to_a_question_that_is_not_there_is_refused(computer):
    phone = Phone(computer).join()
    assert phone.post("/1-1/reply", block="%", text="x").status == 404
    assert phone.post("/1-1/reply", block=REFLECTION, text="x" * 5001).status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/class.json",
        "/../class.json",
        "/course/../class.json",
        "/%2e%2e/class.json",
        "/static/../../class.json",
        "/static/%2e%2e%2f%2e%2e%2fclass.json",
        "//etc/passwd",
        "/etc/passwd",
        "/work/class.sqlite3",
        "/../work/class.sqlite3",
        "/serve.py",
        "/program/store.py",
        "/static/",
        "/static/class.css/",
        "/..%5cclass.json",
        "/index.html/../../class.json",
        "/%00",
    ],
)
def test_nothing_but_the_course_is_served(computer, path):
    connection = socket.create_connection((computer.host, computer.port), timeout=10)
    connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    answer = b""
    while piece := connection.recv(65_536):
        answer += piece
    assert b"secret" not in answer
    assert b"SQLite" not in answer
    assert b" 404 " in answer.splitlines()[0] or b"color: red" in answer


def test_bodies_are_bounded_and_whole(computer):
    phone = Phone(computer).join()
    assert phone.ask("POST", "/1-4/answers", b"q8=" + b"x" * 200_001).status == 413
    assert phone.ask("POST", "/1-1/done", b"a" * 10, Content_Length="junk").status == 411
    assert phone.post("/1-4/answers", **{f"f{number}": "1" for number in range(2001)}).status == 400
    assert phone.ask("POST", "/1-1/done", "ä".encode()).status == 400
    connection = socket.create_connection((computer.host, computer.port), timeout=10)
    connection.sendall(f"POST /1-1/done HTTP/1.0\r\nCookie: {phone.cookie}\r\nContent-Length: 50\r\n\r\nhalf".encode())
    connection.shutdown(socket.SHUT_WR)
    assert b" 400 " in connection.recv(200)
    assert phone.post("/1-1/done").status == 303


def test_what_no_database_can_hold_is_left_out(computer):
    phone = Phone(computer).join()
    body = f"block={REFLECTION}&text=a%00b%ED%A0%80c%FF".encode()
    assert phone.ask("POST", "/1-1/reply", body).status == 303
    text = returned_by(computer)[0]["events"][0]["text"]
    assert "\x00" not in text
    assert text.startswith("ab")
    assert text.encode()


def test_a_form_from_another_page_is_refused(computer):
    phone = Phone(computer).join()
    assert phone.ask("POST", "/1-1/done", b"", Origin="http://evil.example").status == 403
    assert phone.ask("POST", "/1-1/done", b"", Origin="null").status == 403
    assert phone.ask("POST", "/1-1/done", b"", Origin=computer.url).status == 303
    assert "SameSite=Lax" in phone.post("/enter", email="ama@example.org", pin="2468").headers["Set-Cookie"]


def test_other_methods_and_strange_cookies_do_no_harm(computer):
    phone = Phone(computer)
    assert phone.ask("DELETE", "/1-1.html").status == 501
    for cookie in ("class=x", "class=" + "y" * 5000, 'class="\\', "\x01", "class=1; class=2"):
        phone.cookie = cookie
        assert phone.get("/").status == 200
    head = phone.ask("HEAD", "/1-1.html")
    assert (head.status, head.body) == (200, b"")


def test_pages_are_packed_for_thin_lines_and_loaded_from_nowhere_else(computer):
    phone = Phone(computer)
    plain, packed = phone.get("/1-1.html"), phone.get("/1-1.html", Accept_Encoding="gzip")
    assert plain.text == packed.text
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 2
    assert "default-src 'none'" in plain.headers["Content-Security-Policy"]
    assert "From a stick" not in plain.text


def test_sound_is_sought_by_ranges(computer):
    phone = Phone(computer)
    whole = phone.get("/sound/5.m4a")
    assert (whole.status, whole.body, whole.headers["Content-Type"]) == (200, SOUND, "audio/mp4")
    part = phone.get("/sound/5.m4a", Range="bytes=100-199")
    assert (part.status, part.body) == (206, SOUND[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(SOUND)}"
    assert phone.get("/sound/5.m4a", Range="bytes=-10").body == SOUND[-10:]
    assert phone.get("/sound/5.m4a", Range="bytes=10230-").body == SOUND[10230:]
    assert phone.get("/sound/5.m4a", Range="bytes=99999-").status == 416
    assert phone.get("/sound/5.m4a", Range="bytes=5-2").status == 416
    assert phone.get("/sound/5.m4a", Range="bytes=1-2,4-5").body == SOUND


def test_forty_phones_at_once_are_served_and_lose_nothing(computer):
    def pupil(number: int) -> int:
        phone = Phone(computer).join(f"Pupil {number}", f"p{number}@example.org")
        answers = [phone.get("/1-1.html"), phone.post("/1-1/done"), phone.post("/1-4/answers", q8=f"{number}")]
        return [answer.status for answer in answers] == [200, 303, 303]

    with ThreadPoolExecutor(40) as threads:
        assert all(threads.map(pupil, range(40)))
    people = returned_by(computer)
    assert sorted(person["events"][-1]["fields"]["q8"][0] for person in people) == sorted(map(str, range(40)))
    assert all([event["kind"] for event in person["events"]] == ["seen", "done", "answers"] for person in people)


def test_a_silent_phone_holds_nobody_up(computer):
    silent = [socket.create_connection((computer.host, computer.port)) for _ in range(50)]
    for one in silent:
        one.sendall(b"POST /join HTTP/1.0\r\nContent-Length: 100\r\n\r\n")
    assert Phone(computer).get("/").status == 200
    for one in silent:
        one.close()


def test_a_disk_that_takes_nothing_is_said_and_nothing_is_called_kept(computer):
    phone = Phone(computer).join()
    [kept] = (computer.folder / "work").iterdir()
    kept.rename(computer.folder / "elsewhere")
    kept.mkdir()
    answer = phone.post("/1-1/done")
    assert (answer.status, "could not be kept" in answer.text) == (503, True)


def test_a_second_start_and_a_folder_that_cannot_be_written_are_said_in_words(computer, tmp_path):
    again = [oldest_python(), str(computer.folder / "serve.py"), "--port", str(computer.port)]
    said = subprocess.run(again, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert (said.returncode, "No port is free" in said.stdout) == (1, True)
    folder = small_class(tmp_path / "other")
    (folder / "work").write_text("in the way")
    said = subprocess.run([oldest_python(), str(folder / "serve.py")], capture_output=True, text=True, check=False)
    assert (said.returncode, "Copy the whole folder" in said.stdout) == (1, True)


def test_a_terminal_without_the_letters_shows_others(computer):
    Phone(computer).join().post("/1-1/done")
    command = [oldest_python(), str(computer.folder / "serve.py"), "--export"]
    said = subprocess.run(command, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii", "PATH": ""})
    assert (said.returncode, said.stderr) == (0, b"")
