"""A browser without a screen, for pages that are measured: its cookies, its forms, its time."""

import gzip
import http.client
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from benchmarks import house as houses
from talteen.desk.ground import supervise

HOST = "127.0.0.1"
_BLOCK = 1 << 16


@contextmanager
def pages(port: int) -> Iterator[None]:
    """The real server of the house of this environment, from its first answer on."""
    with houses.process(*supervise.talteen("serve"), env={"TALTEEN_WEB_PORT": str(port)}):
        houses.until(lambda: houses.answers(f"http://{HOST}:{port}/healthz"))
        yield


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, and how long it took to come whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    took_s: float
    first_s: float
    """Until the first byte of its body."""

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Visitor:
    """One person at the pages, over one connection."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Answer:
        """One page, or one range of a sound."""
        return self._asked("GET", path, headers=headers)

    def stream(self, path: str, came: Callable[[int], object], **headers: str) -> Answer:
        """The same, and ``came`` is told the length of each block as soon as it is there."""
        return self._asked("GET", path, headers=headers, came=came)

    def post(self, path: str, **form: str) -> Answer:
        """A form, with the token that the pages ask for."""
        if "csrf" not in self.cookies:
            self.get("/sign-in")
        form["csrfmiddlewaretoken"] = self.cookies.get("csrf", "")
        return self._asked("POST", path, body=urlencode(form))

    def enter(self, person: object) -> None:
        """One click of a demo house."""
        self.get("/sign-in")
        answer = self.post("/demo/sign-in", person=str(person))
        if answer.status != 302:
            raise AssertionError(f"nobody was let in: {answer.status}")

    def _asked(
        self,
        method: str,
        path: str,
        *,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        came: Callable[[int], object] = lambda length: None,
    ) -> Answer:
        sent = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": "fi",
            "Accept-Encoding": "gzip",
            **({"Content-Type": "application/x-www-form-urlencoded"} if body else {}),
            **(headers or {}),
        }
        began = time.perf_counter()
        try:
            answer = self._once(method, path, body, sent)
        except (http.client.RemoteDisconnected, ConnectionError):
            # A connection that was idle was closed meanwhile: every browser opens another.
            self._connection = None
            answer = self._once(method, path, body, sent)
        blocks = [answer.read1(_BLOCK)]
        first_s = time.perf_counter() - began
        while blocks[-1]:
            came(len(blocks[-1]))
            blocks.append(answer.read1(_BLOCK))
        # read1 leaves an answer of a known length open; read finds its end and lets go of it.
        content = b"".join([*blocks, answer.read()])
        took_s = time.perf_counter() - began
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(answer.status, answer.headers, content, took_s, first_s)

    def _once(
        self, method: str, path: str, body: str, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(HOST, self.port, timeout=120)
        self._connection.request(method, path, body or None, dict(headers))
        return self._connection.getresponse()


def weight(visitor: Visitor, path: str) -> int:
    """Bytes of a page and of all that it asks for by itself, each as gzip makes it."""
    page = visitor.get(path)
    wanted = re.findall(r'(?:src|href)="([^"]+\.(?:css|js|svg|woff2))[^"]*"', page.text)
    places = {urlsplit(place).path for place in wanted}
    bodies = [page.body, *(visitor.get(place).body for place in sorted(places))]
    return sum(len(gzip.compress(body)) for body in bodies)
