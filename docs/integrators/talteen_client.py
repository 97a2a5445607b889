"""A client of Talteen's API, as an example to copy: the standard library and nothing else.

    house = Talteen("https://talteen.example.fi", token)
    for one in house.all("recordings", since="2026-11-01"):
        print(one["recording"], one["state"], one["due"])
    house.post("requests", {...}, key=str(uuid4()))
    house.hand_in(Path("call.json"), agent=Path("call.agent.wav"), caller=Path("call.caller.wav"))

A test of Talteen runs this file against a real house (tests/desk/interface/test_api_client.py).
"""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

AGAIN = ("idempotency-key-under-way", "too-many", "unavailable")
"""Ask the same once more, under the same Idempotency-Key: being answered, too often, away."""
TOLERANCE_S = 300


class Problem(Exception):
    """What Talteen says of a question that it does not answer (RFC 9457)."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(f"{told['status']} {told['title']}; {told['detail']}")
        self.type, self.status = str(told["type"]), int(told["status"])


class Talteen:
    """One house, asked with one token."""

    def __init__(self, address: str, token: str, *, tries: int = 6, timeout_s: float = 600) -> None:
        self._at, self._token = urlsplit(address), token
        self._tries, self._timeout_s = tries, timeout_s

    def get(self, path: str, **query: object) -> Any:
        """One answer."""
        return self._asked("GET", f"/api/v1/{path}{'?' if query else ''}{urlencode(query)}")[0]

    def all(self, path: str, **query: object) -> Iterator[dict[str, Any]]:
        """Every row of a long list: each answer names the next part (RFC 8288)."""
        where = f"/api/v1/{path}?{urlencode(query)}"
        while where:
            told, headers = self._asked("GET", where)
            yield from told["items"]
            where = headers.get("link", "").partition("<")[2].partition(">")[0]

    def post(self, path: str, body: object = None, *, key: str = "") -> Any:
        """Have something done, once. Keep ``key`` beside what you do, and give it again after a
        crash: then it is the same question."""
        raw = b"" if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if raw else {}
        return self._asked("POST", f"/api/v1/{path}", raw, {**kind, **_key(key)})[0]

    def delete(self, path: str) -> None:
        """Let go of something."""
        self._asked("DELETE", f"/api/v1/{path}")

    def hand_over(self, records: Path, *, key: str = "") -> Any:
        """Whole days of the exchange's call records."""
        headers = {"Content-Type": "application/octet-stream", **_key(key)}
        return self._asked("POST", "/api/v1/balance", records.read_bytes(), headers)[0]

    def hand_in(self, sidecar: Path, *, key: str = "", **sounds: Path) -> Any:
        """A call: its sidecar, and ``sound=`` or ``agent=`` and ``caller=``. It is streamed."""
        edge, paths = uuid4().hex, {"sidecar": sidecar, **sounds}
        heads = {name: _head(edge, name) for name in paths}
        end = f"--{edge}--\r\n".encode()
        size = len(end) + sum(len(heads[n]) + p.stat().st_size + 2 for n, p in paths.items())

        def pieces() -> Iterator[bytes]:
            for name, path in paths.items():
                yield heads[name]
                with path.open("rb") as file:
                    yield from iter(lambda: file.read(1 << 16), b"")
                yield b"\r\n"
            yield end

        kind = f"multipart/form-data; boundary={edge}"
        headers = {"Content-Type": kind, "Content-Length": str(size), **_key(key)}
        return self._asked("POST", "/api/v1/recordings", pieces, headers)[0]

    def _asked(
        self,
        method: str,
        where: str,
        body: bytes | Callable[[], Iterator[bytes]] = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Any, dict[str, str]]:
        for left in reversed(range(self._tries)):
            sent = body if isinstance(body, bytes) else body()
            line, answer = self._answer(method, where, sent, headers or {})
            with line:
                raw = answer.read()
                told = {name.lower(): value for name, value in answer.getheaders()}
            if answer.status < 300:
                is_json = told.get("content-type", "").startswith("application/json")
                return (json.loads(raw) if is_json else raw.decode()), told
            problem = Problem(json.loads(raw))
            if problem.type.rpartition(":")[2] not in AGAIN or not left:
                raise problem
            time.sleep(float(told.get("retry-after", 1)))
        raise AssertionError

    def _answer(
        self, method: str, where: str, body: bytes | Iterator[bytes], headers: Mapping[str, str]
    ) -> tuple["_Closing", HTTPResponse]:
        kind = HTTPSConnection if self._at.scheme == "https" else HTTPConnection
        line = kind(self._at.hostname or "", self._at.port, timeout=self._timeout_s)
        line.request(
            method, where, body or None, {"Authorization": f"Bearer {self._token}", **headers}
        )
        return _Closing(line), line.getresponse()


class _Closing:
    def __init__(self, line: HTTPConnection) -> None:
        self._line = line

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self._line.close()


def verified(headers: Mapping[str, str], body: bytes, secrets: list[str], now_s: float) -> Any:
    """What a webhook says, if one of ``secrets`` signed it near ``now_s`` (Standard Webhooks 1.0).

    Keep ``webhook-id`` for as long and take each once. ValueError where it is not from Talteen.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    name, at = by_name["webhook-id"], by_name["webhook-timestamp"]
    signed = f"{name}.{at}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    wanted = [f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in keys]
    given = by_name["webhook-signature"].split()
    fits = [hmac.compare_digest(one, other) for one in given for other in wanted]
    if not any(fits):
        raise ValueError("nobody whom I know signed this")
    if abs(now_s - int(at)) > TOLERANCE_S:
        raise ValueError("this is too old, or one of the clocks is wrong")
    return json.loads(body)


def _key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid4())}


def _head(edge: str, name: str) -> bytes:
    """Under a name of our own: what a file is called may be somebody's number."""
    told = f'Content-Disposition: form-data; name="{name}"; filename="{name}"'
    return f"--{edge}\r\n{told}\r\n\r\n".encode()
