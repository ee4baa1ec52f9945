"""One answer of a server, within a time and a size, from no other place than was asked."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

from courses.webinars.providers.base import ProviderFault

LONGEST_ANSWER = 2_000_000  # bytes; BigBlueButton lists a thousand people in about 400,000


def fetch(address: str, *, seconds: float) -> bytes:
    """Return the body of what a server answers to GET; redirects are not followed.

    Raises ProviderFault, without the address, where there is no whole answer in time, a longer one, or not of status 200.
    """
    until = time.monotonic() + seconds
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.connect()
        with _cut_off(connection.sock, until) as is_late:
            connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": "application/xml"})
            answer = connection.getresponse()
            body = answer.read(LONGEST_ANSWER + 1)
        if is_late():
            raise TimeoutError
    except TimeoutError:
        raise ProviderFault(f"The server did not answer within {seconds:g} seconds.") from None
    except ssl.SSLCertVerificationError:
        raise ProviderFault("The server’s certificate is not valid.") from None
    except (OSError, http.client.HTTPException):  # their texts can hold the address
        if time.monotonic() >= until:
            raise ProviderFault(f"The server did not answer within {seconds:g} seconds.") from None
        raise ProviderFault("The server cannot be reached.") from None
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise ProviderFault(f"The server answered with status {answer.status}.")
    if len(body) > LONGEST_ANSWER:
        raise ProviderFault("The server’s answer is longer than is read.")
    return body


@contextlib.contextmanager
def _cut_off(sock: socket.socket, until: float):
    """Shut a connection down at a moment: a time limit of a socket begins anew with every byte that trickles in."""
    late = threading.Event()

    def shut_down() -> None:
        late.set()
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(until - time.monotonic(), 0), shut_down)
    timer.daemon = True
    timer.start()
    try:
        yield late.is_set
    finally:
        timer.cancel()
