"""A witness as a small web server: ``POST /add-checkpoint`` (C2SP tlog-witness).

Requests are judged one after another, so that no two of them meet between the check and the
keeping. ``GET /`` shows, as plain text, the public keys of the witness and the newest head that it
signed of each log, for whoever compares. It speaks HTTP; across a network a TLS proxy stands before
it. What it is asked holds no personal data, and it writes no log of who asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from talteen.engine.tlog import cosign, note
from talteen.engine.tlog.cosign import Agreed, Cosigner, Logs, Refusal, Refused
from talteen.engine.tlog.note import Checkpoint, Note
from talteen.engine.witness.folder import WitnessFolder

BODY_BYTES_AT_MOST = 1 << 18
"""Room for 64 signatures of ML-DSA-44 and the proof."""
CALLER_SECONDS = 15
"""How long one caller may take to say what it wants."""
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: an HTTP status, a media type, a body."""

    status: int
    body: bytes
    media_type: str = _TEXT


@dataclass(slots=True)
class Witness:
    """One witness at work. Make it with ``opened``; the folder must be held ``alone``."""

    folder: WitnessFolder
    cosigners: tuple[Cosigner, ...]
    logs: Logs
    heads: dict[str, Note]
    now_s: Callable[[], int]
    """The POSIX time."""
    refused: Callable[[Refused], None]
    """Told of every request that a known log signed and that does not continue it."""
    _seen: dict[str, Checkpoint] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._seen = {
            origin: note.parse_checkpoint(head.text) for origin, head in self.heads.items()
        }

    def add_checkpoint(self, body: bytes) -> Answer:
        """Judge one request; the head stands on the disk before its signature is given."""
        with self._one_at_a_time:
            judged = cosign.judge(body, self.logs, self._seen)
            if isinstance(judged, Refused):
                return self._refuse(judged)
            return Answer(200, self._sign(judged).encode())

    def shown(self) -> Answer:
        """Keys and newest heads, for people and for those who compare."""
        keys = "".join(f"{one.key}\n" for one in self.cosigners)
        heads = [head.to_bytes().decode() for head in dict(self.heads).values()]
        return Answer(200, "\n".join([keys, *heads]).encode())

    def _sign(self, agreed: Agreed) -> str:
        lines = cosign.cosigned(agreed, self.cosigners, self.now_s())
        head = Note(agreed.asked.text, (*self._of_log(agreed), *lines))
        self.folder.keep(agreed.checkpoint, head)
        self._seen[agreed.checkpoint.origin] = agreed.checkpoint
        self.heads[agreed.checkpoint.origin] = head
        return "".join(map(str, lines))

    def _of_log(self, agreed: Agreed) -> list[note.Signature]:
        """The log's own signatures on the head: kept as evidence of what it said."""
        own = {(key.name, key.key_id) for key in self.logs[agreed.checkpoint.origin]}
        return [one for one in agreed.asked.signatures if (one.name, one.key_id) in own]

    def _refuse(self, judged: Refused) -> Answer:
        if judged.origin:
            self.refused(judged)
        if judged.why is Refusal.ANOTHER_SIZE:
            return Answer(judged.why.value, f"{judged.seen}\n".encode(), cosign.SIZE_TYPE)
        return Answer(judged.why.value, judged.why.name.lower().encode() + b"\n")


def opened(
    folder: WitnessFolder, *, now_s: Callable[[], int], refused: Callable[[Refused], None]
) -> Witness:
    """The witness of ``folder`` as it stands; errors as those of the folder."""
    return Witness(
        folder, folder.cosigners(), cosign.logs_of(folder.logs()), folder.heads(), now_s, refused
    )


def bound(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server at this address (port 0: any free one); ``serve_forever`` runs it."""

    class Handler(_Handler):
        asked = witness

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    """One caller. Connections stay open, as the protocol asks for."""

    asked: Witness
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "talteen-witness", ""
    timeout = CALLER_SECONDS

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > BODY_BYTES_AT_MOST:
            self.close_connection = True
            self._answer(Answer(413, b"too long, or of no stated length\n"))
            return
        body = self.rfile.read(int(length))
        if self.path.rstrip("/").endswith("/add-checkpoint") and len(body) == int(length):
            self._answer(self.asked.add_checkpoint(body))
        else:
            self._answer(Answer(404, b"post to /add-checkpoint\n"))

    def do_GET(self) -> None:
        self._answer(self.asked.shown() if self.path == "/" else Answer(404, b"see /\n"))

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Who asked is nobody's business, and an address is personal data."""
