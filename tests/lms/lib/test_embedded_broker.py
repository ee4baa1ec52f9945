"""The embedded broker between real processes: nothing half written is ever read."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue

from lms.lib.brokers import broker_options
from lms.lib.embedded_broker import Transport
from tests.services import ROOT

WRITER = """
import sys
from kombu import Connection
from lms.lib.brokers import broker_options
url, options = broker_options(sys.argv[1])
with Connection(url, transport_options=options) as connection:
    with connection.SimpleQueue("work") as queue:
        for number in range(int(sys.argv[2])):
            queue.put({"from": sys.argv[3], "number": number, "filler": "x" * 5000})
"""


@pytest.fixture
def url(tmp_path) -> str:
    Transport.global_state.clear()  # a process remembers what it has declared, and here each test is a broker of its own
    return f"filesystem://{tmp_path / 'broker'}"


def connect(url: str) -> Connection:
    address, options = broker_options(url)
    return Connection(address, transport_options=options)


def test_every_message_of_writers_in_other_processes_arrives_once(url):
    each, names = 150, ("first", "second")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, str(each), name], cwd=ROOT) for name in names]
    received = []
    with connect(url) as connection, connection.SimpleQueue("work") as queue:
        deadline = time.monotonic() + 60
        while len(received) < each * len(names) and time.monotonic() < deadline:
            try:
                message = queue.get(block=False)
            except queue.Empty:
                continue
            received.append((message.payload["from"], message.payload["number"]))
            message.ack()
    assert [writer.wait(timeout=10) for writer in writers] == [0, 0]
    assert sorted(received) == sorted((name, number) for name in names for number in range(each))


def test_a_message_that_cannot_be_read_is_dropped_and_the_next_one_comes(url, caplog):
    with connect(url) as connection, connection.SimpleQueue("work") as queue:
        queue.put("first")
        [file] = messages(url)
        file.write_text("")
        queue.put("second")
        assert queue.get(timeout=5).payload == "second"
    assert "cannot be read" in caplog.text


def test_an_exchange_table_left_empty_by_a_crash_is_made_anew(url):
    exchange = Exchange("news", type="fanout")
    with connect(url) as connection, connection.channel() as channel:
        Queue("a", exchange=exchange)(channel).declare()
        [table] = folder(url, "control").glob("news.exchange")
        table.write_text("")
        Queue("b", exchange=exchange)(channel).declare()
        assert [row.queue for row in channel.get_table("news")] == ["b"]


def test_a_deleted_queue_leaves_its_exchange_and_takes_its_messages(url):
    exchange = Exchange("news", type="fanout")
    with connect(url) as connection, connection.channel() as channel:
        for name in ("a", "b"):
            Queue(name, exchange=exchange)(channel).declare()
        connection.Producer(channel).publish("hello", exchange=exchange)
        assert len(messages(url)) == 2
        channel._delete("a", "news", "", "")
        assert [row.queue for row in channel.get_table("news")] == ["b"]
        assert len(messages(url)) == 1


def folder(url: str, name: str) -> Path:
    return Path(url.removeprefix("filesystem://")) / name


def messages(url: str) -> list[Path]:
    return sorted(folder(url, "messages").glob("[!.]*.msg"))
