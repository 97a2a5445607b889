"""A site that does whatever it is told, for the scanner to find; and where it would be sent to."""

import contextlib
import json
import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen


@dataclass(slots=True)
class Endpoint:
    """An address that nobody but the scanner knows: whoever asks it was told to."""

    base: str = ""
    asked: list[str] = field(default_factory=list)


class _Answering(BaseHTTPRequestHandler):
    def answer(self, body: str, kind: str = "text/html", status: int = 200) -> None:
        data = body.encode(errors="replace")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextlib.contextmanager
def _served(handler: type[_Answering]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def listening() -> Iterator[Endpoint]:
    """Stands in for the endpoint of wapiti's makers, which no house should be scanned with."""
    here = Endpoint()

    class Ear(_Answering):
        def do_GET(self) -> None:
            if "get_ssrf.php" in self.path:
                self.answer(json.dumps(_told(here.asked)), "application/json")
            else:
                here.asked.append(self.path)
                self.answer("")

    with _served(Ear) as here.base:
        yield here


def _told(asked: list[str]) -> dict[str, dict[str, list[dict[str, str]]]]:
    """As the makers' endpoint tells it: by the request and its parameter."""
    told: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for path in asked:
        match path.strip("/").split("/"):
            case ["ssrf", _, request, parameter]:
                seen = {"url": path, "date": "", "ip": "127.0.0.1", "method": "GET"}
                told[request][parameter].append(seen)
    return told


def _queried(said: str) -> str:
    try:
        return str(sqlite3.connect(":memory:").execute(f"SELECT '{said}'").fetchall())
    except sqlite3.Error as error:
        return f"sqlite3.OperationalError: {error}"


def _ran(said: str, folder: Path) -> str:
    if "env" not in said:
        return ""
    done = subprocess.run(
        ["sh", "-c", f"echo {said}".replace("\0", "")], capture_output=True, text=True, check=False,
        cwd=folder, env={"PATH": "/usr/bin:/bin", "USER": "nobody", "HOME": str(folder)},
    )  # fmt: skip
    return done.stdout


def _fetched(said: str) -> str:
    if said.startswith("http://127.0.0.1"):
        with contextlib.suppress(OSError), urlopen(said, timeout=2) as answer:
            return str(answer.status)
    return ""


def _opened(said: str) -> str:
    try:
        return Path(said).read_text(errors="replace")
    except (OSError, ValueError):
        return ""


FIELDS = ("q", "query", "open", "run", "fetch", "say", "to", "fail")


@contextlib.contextmanager
def faulty(folder: Path) -> Iterator[str]:
    """The site: each field of its form has a fault of its own."""
    kept: list[str] = []

    class Faulty(_Answering):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            said = {name: query.get(name, [""])[0] for name in FIELDS}
            if any(said[one].startswith("http") for one in ("to", "say")):
                self.send_response(302 if said["to"] else 200)
                self.send_header("Location" if said["to"] else "X-Said", said["to"] or said["say"])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            parts = [said["q"], _queried(said["query"]), _opened(said["open"])]
            parts += [_ran(said["run"], folder), _fetched(said["fetch"]), *kept]
            # A form each: what one field makes of the answer is not to hide the others.
            forms = "".join(f'<form><input name="{one}" value="x"></form>' for one in FIELDS)
            forms += '<form method="post"><input name="note" value="x"></form>'
            status = 500 if "'" in said["fail"] else 200
            shown = "</p><p>".join(parts)
            self.answer(f"<html><body>{forms}<p>{shown}</p></body></html>", status=status)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            kept.extend(parse_qs(body).get("note", []))
            self.answer("<html><body>kept</body></html>")

    with _served(Faulty) as base:
        yield base
