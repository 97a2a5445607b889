"""A whole capture node on loopback, in processes of its own, for one house of the tests.

What speaks to it is foreign: SIPp, sipral, baresip. It is enrolled in the house's vault, and what
it hands over is taken in by the house's own acts.
"""

import contextlib
import itertools
import json
import random
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import bundle
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.journals import Journals
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import node_files, notes
from talteen.life.capture.ears.intake import Intake
from talteen.life.capture.house_file import HouseFile, Prompt
from talteen.life.capture.listening import waves
from talteen.life.capture.node_files import Folder
from talteen.life.capture.note import About, Note
from talteen.life.seal import handover, rolling, uplink
from talteen.life.seal import models as rows
from talteen.life.seal.vault import Vault
from talteen.register import versions
from tests.kit import certificates, warm
from tests.kit.houses import Built
from tests.kit.processes import Process, kill_9, until

NAME = "north"


@dataclass(slots=True)
class Reception:
    """A node at work."""

    vault: Vault
    folder: Folder
    port: int
    """Of SIP, UDP and TCP, on 127.0.0.1."""
    tls_port: int
    pin: str
    """SHA-256 of its certificate, which nobody signed."""
    holder: Process
    name: str = NAME

    def notes(self) -> list[Note]:
        """All that it has noted for the register."""
        return [note for _, note in notes.read(self.folder.notes)]

    def ended(self, count: int = 1) -> list[Note]:
        """Wait until so many calls have come to an end; their last notes."""
        found: list[Note] = []

        def happens() -> bool:
            found[:] = [note for note in self.notes() if note.about is About.ENDED]
            return len(found) >= count

        until(happens, within_s=60)
        return found

    def offer(self, recording: RecordingId) -> str:
        """Put the bundle of a call that ended into the house's store; gives the key."""
        key = handover.key_of(self.name, recording)
        self.vault.blobs.put(key, bundle.bundle(Journals(self.folder.journals), recording))
        return key

    def children(self) -> dict[str, int]:
        """Process ids of the holder's children, by name."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError):
                if path.read_text().rpartition(")")[2].split()[1] == str(self.holder.pid):
                    found[_called(path.parent)] = int(path.parent.name)
        return found


def _called(process: Path) -> str:
    """The last name of the module that it runs: forked ones bear it, others were told it."""
    if not (borne := (process / "comm").read_text().strip()).startswith("python"):
        return borne
    words = (process / "cmdline").read_bytes().split(b"\0")
    return words[2].decode().rpartition(".")[2]


@contextlib.contextmanager
def reception(
    vault: Vault,
    folder: Path,
    *,
    prompts: tuple[Prompt, ...],
    pairs: int = 16,
    name: str = NAME,
    sounds: Mapping[str, Path] | None = None,
    exchange: Mapping[str, str] | None = None,
    silent_after_s: float = 15.0,
    cold: bool = False,
) -> Iterator[Reception]:
    """A node of the house of ``vault``, stopped at the end. ``sounds``: of its prompts, by key;
    ``exchange``: the words of that process of its own; ``cold``: its processes load their code."""
    signer = Ed25519PrivateKey.generate()
    public = signer.public_key().public_bytes_raw()
    now = vault.row().rolled_at
    rows.Node.objects.create(name=name, public=public, seen_at=now)
    rolling.roll(vault, Changes(enrol={name: public}), now)
    key = rows.IntakeKey.objects.filter(node=name, closed_n=None).get()
    at = Folder(folder)
    for spoken, sound in (sounds or {}).items():
        waves.write(at.prompts, spoken, sound.read_bytes())
    node_files.write_intake(at, Intake(IntakeKeyId(key.id), bytes(key.public)))
    node_files.write_session_key(at, vault.session_key())
    HouseFile(prompts, "rooms", "a01", agents={"7103": "a03", "7101": "a01"}).write(at.house)
    port = _free(2 + 2 * pairs)
    tls_port, first = port + 1, port + 2
    certificate, key_file, pin = certificates.self_signed(folder)
    told = {
        "folder": str(folder),
        "house": str(vault.house),
        "name": name,
        "signing_seed": signer.private_bytes_raw().hex(),
        "do_not_record_key": vault.do_not_record_key().hex(),
        "address": "127.0.0.1",
        "sip_port": port,
        "tls_port": tls_port,
        "tls_files": [str(certificate), str(key_file)],
        "media_ports": (first, first + 2 * pairs - 1),
        "peers": ("127.0.0.0/8",),
        "own": {
            "domains": ["keskus.example"],
            "extensions": [],
            "numbers": [["+358505550170", "+358505550179"]],
        },
        "settings": {
            "reserve_bytes": str(1 << 20),
            "spare_bytes": "0",
            "period_ms": "100",
        },
        "exchange": dict(exchange or {}),
        "silent_after_s": silent_after_s,
    }
    with (folder / "node.log").open("wb") as log:
        holder = (warm.cold if cold else warm.node)(json.dumps(told), log=log)
    try:
        until(lambda: _listens(port), within_s=90)
        yield Reception(vault, at, port, tls_port, pin, holder, name)
    finally:
        holder.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            holder.wait(30)
        holder.kill()


def carried(built: Built, at: Reception) -> list[RecordingId]:
    """The register takes in what the node has noted; the calls that wait in the store then."""
    told: list[RecordingId] = []
    built.clock.at = datetime.now(UTC)
    uplink.carry(built.house.vault, at.name, at.folder, built.clock.at, captured=told.append)
    return told


def until_kept(at: Reception) -> None:
    """Wait until a call is being sealed."""
    until(lambda: any(note.about is About.KEPT for note in at.notes()), within_s=90)


def kill(at: Reception, name: str) -> None:
    """kill -9 of a child, and wait until the holder has started another."""
    old = at.children()[name]
    kill_9(old)
    until(lambda: at.children().get(name, old) != old, within_s=90)


def prompt(key: str = "announce.fi@3", length_ms: int = 8_400) -> Prompt:
    """An announcement that is played to callers."""
    return Prompt(key, key[9:11], "inbound", length_ms, date(2020, 1, 1))


def of_the_house() -> tuple[Prompt, ...]:
    """The announcements that are in force in the house of the test, Finnish inbound first."""
    today = datetime.now(UTC).date()
    found = [
        Prompt(row.key, row.language, row.direction, row.length_ms, row.valid_from)
        for row in versions.announcements(today)
    ]
    return tuple(sorted(found, key=lambda one: one.key != "announce.fi@1"))


def asked(at: Reception, method: str) -> bytes:
    """The beginning of what the node answers to a request outside any call."""
    with socket.create_connection(("127.0.0.1", at.port), 5) as line:
        line.settimeout(10)
        line.sendall(_OPTIONS.replace(b"OPTIONS", method.encode()))
        return line.recv(4096)


def _listens(port: int) -> bool:
    """OPTIONS over TCP is answered."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as line:
            line.settimeout(2)
            line.sendall(_OPTIONS)
            return line.recv(100).startswith(b"SIP/2.0 200")
    except OSError:
        return False


_OPTIONS = (
    b"OPTIONS sip:talteen@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKo\r\n"
    b"From: <sip:a@b>;tag=1\r\nTo: <sip:talteen@127.0.0.1>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\n"
    b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


def _free(count: int) -> int:
    """The first port, even, of so many that nobody uses now, by UDP or by TCP.

    Below those that the system gives to clients: between the look and the node's start no
    connection of another test takes one.
    """
    while True:
        first = random.randrange(10_000, 20_000 - count, 2)
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for kind, port in itertools.product(_KINDS, range(first, first + count)):
                probe = probes.enter_context(socket.socket(type=kind))
                probe.bind(("127.0.0.1", port))
            return first


_KINDS = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
