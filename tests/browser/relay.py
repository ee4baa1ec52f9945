"""A bad line: a relay between a browser and a server that cuts, stalls and loses replies when it is told to."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from enum import Enum

CHUNK = 65_536
SLOW_SECONDS = 1.0
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset


class Line(Enum):
    """How the line is. CUT: connections are reset. STALLED: they stand, and nothing comes back. LOSING: all arrives, no reply does.

    SLOW: each piece of a reply takes a second.
    """

    OPEN = "open"
    CUT = "cut"
    STALLED = "stalled"
    LOSING = "losing"
    SLOW = "slow"


class Relay:
    """Listens at `port` for a server on another. Changing the line resets the connections that stand, but for stalled ones."""

    def __init__(self, server_port: int):
        self.server_port = server_port
        self.replies_lost = 0
        self.bytes_back = 0  # of replies that were passed on, with their headers
        self._line = Line.OPEN
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def line(self) -> Line:
        return self._line

    @line.setter
    def line(self, line: Line) -> None:
        with self._lock:
            was, self._line = self._line, line
            if was is Line.STALLED:
                return  # what stalled stays so: nobody tells a phone that its line is better, it loses patience
            standing, self._sockets = self._sockets, set()
        for one in standing:
            _reset(one)

    def close(self) -> None:
        self._listener.close()
        with self._lock:
            self._line = Line.CUT
            standing, self._sockets = self._sockets, set()
        for one in standing:
            _reset(one)

    def _listen(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self._line is Line.CUT:
            return _reset(client)
        with self._lock:
            self._sockets.add(client)
        if self._line is Line.STALLED:
            return None  # it stands until the line changes
        try:
            server = socket.create_connection(("127.0.0.1", self.server_port), timeout=10)
            server.settimeout(None)
        except OSError:
            return _reset(client)
        with self._lock:
            self._sockets.add(server)
        threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
        return self._carry(server, client, False)

    def _carry(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        """Carry one direction of a connection until it ends, or a reply is to be lost."""
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if not is_request and self._line is Line.LOSING:
                    self.replies_lost += 1
                    break
                if not is_request and self._line is Line.SLOW:
                    time.sleep(SLOW_SECONDS)
                target.sendall(data)
                if not is_request:
                    with self._lock:
                        self.bytes_back += len(data)
        _reset(source)
        _reset(target)


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextlib.contextmanager
def relay_to(server_port: int) -> Iterator[Relay]:
    relay = Relay(server_port)
    try:
        yield relay
    finally:
        relay.close()
