"""How long somebody waits for the first sound of a call, asked for as the player asks: over HTTP at
this machine's own address, through the door, the log row and the keys, each time.
"""

import http.client
import secrets
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from talteen.errors import Unavailable

BAR_MS = 100
"""On localhost (issue 6)."""
TIMES = 5
_HEADER_BYTES = 44
_SAMPLE_BYTES = 4
_GIVEN_S = 30


@dataclass(slots=True)
class _Listener:
    """One person at the pages, over one connection."""

    connection: http.client.HTTPConnection
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        """Its answer, whose body is not read yet."""
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies.get("csrf", "")})
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def done(self, method: str, path: str, expected: int, form: Mapping[str, str]) -> None:
        """It went as it is meant to; Unavailable if not."""
        answer = self.ask(method, path, form)
        answer.read()
        if answer.status != expected:
            raise Unavailable(
                f"{method} {path.split('/')[1]}: {answer.status}", remedy="look into the log"
            )


def wait_for(port: int) -> None:
    """Until the pages answer; Unavailable if they do not in half a minute."""
    ends = time.monotonic() + _GIVEN_S
    while time.monotonic() < ends:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_GIVEN_S)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise Unavailable("the pages do not answer", remedy="look into the log")


def measured_ms(port: int, *, person: UUID, call: UUID, purpose: str, case: str) -> float:
    """Milliseconds from asking for a place in ``call`` until its first sample is there: the median
    of five places drawn at random. ``person`` opens it by one click of a demo house.

    Raises Unavailable where the pages do not let them, or do not answer.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_GIVEN_S)
    listener = _Listener(connection)
    try:
        listener.ask("GET", "/sign-in").read()
        listener.done("POST", "/demo/sign-in", 302, {"person": str(person)})
        listener.done("POST", f"/calls/{call}/open", 302, {"purpose": purpose, "case": case})
        size = _size(listener, f"/calls/{call}/sound")
        waits = [_wait_ms(listener, f"/calls/{call}/sound", size) for _ in range(TIMES)]
    except OSError as error:
        raise Unavailable("the pages do not answer", remedy="look into the log") from error
    finally:
        connection.close()
    return round(statistics.median(waits), 1)


def _size(listener: _Listener, path: str) -> int:
    """Of the whole sound, in bytes."""
    answer = listener.ask("GET", path, Range=f"bytes=0-{_HEADER_BYTES - 1}")
    answer.read()
    return int(answer.headers.get("Content-Range", "/0").rpartition("/")[2])


def _wait_ms(listener: _Listener, path: str, size: int) -> float:
    samples = max(size - _HEADER_BYTES, _SAMPLE_BYTES) // _SAMPLE_BYTES
    at = _HEADER_BYTES + secrets.randbelow(samples) * _SAMPLE_BYTES
    began = time.perf_counter()
    answer = listener.ask("GET", path, Range=f"bytes={at}-")
    first = answer.read(_SAMPLE_BYTES)
    waited = (time.perf_counter() - began) * 1000
    answer.read()
    if answer.status != 206 or len(first) != _SAMPLE_BYTES:
        raise Unavailable(f"no sound: {answer.status}", remedy="look into the log")
    return waited
