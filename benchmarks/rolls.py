"""Rolls in a full register, each against the flushes, commits and requests that it contains.

The peer does them once more with the same bytes, and nothing else: no key, no page, no proof. It
flushes what must be durable; only the roll file gets its name when all of it is on the disk, for
whoever finds that name goes by it. It reads back on a new connection, and has the live holder open
a root twice, as no roll can do without.
The register goes from holder to holder by the roll that ``talteen keys move`` makes.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg

from benchmarks import Row, key_holders, lacking, seconds
from benchmarks.destruction import LIVE, NOW, Register, doom
from benchmarks.key_holders import Bare
from talteen.engine.vault import rollfile
from talteen.engine.vault.blobs import s3
from talteen.engine.vault.blobs.s3 import S3Store
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.holders import LiveHolder, credential
from talteen.engine.vault.holders.moving import MovingHolder
from talteen.ids import RecordingId
from talteen.life.seal import models as rows_of
from talteen.life.seal import rolling
from talteen.life.seal.binary import listed
from talteen.life.seal.vault import Vault
from talteen.notice import retention
from talteen.notice.retention import RetentionPolicy
from tests.kit import s3 as servers
from tests.kit.keyrings import places
from tests.kit.keyrings.softhsm import MODULE

ERASED, EXPIRED = 15, 9
OTHERS = 7, 5
"""So many erasures and days with each of the other holders and stores."""
BAR = "<=2"
row = partial(Row, "vault")


def rows(register: Register) -> Iterator[Row]:
    """With file holders and a folder; then with a bucket in its place."""
    place = register.folder / "bare"
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        yield from _rows(register, "file holders and folder", Peer(Files(place), Folder(place)))
        yield from _with_bucket(register, running, Path(folder), Files(place))


def rows_elsewhere(register: Register) -> Iterator[Row]:
    """With a token, then with a server, in the place of file holders; the keys stay there."""
    place = register.folder / "bare"
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        for kind, name in (("pkcs11", "PKCS#11 (SoftHSM2)"), ("openbao", "OpenBao")):
            if kind == "pkcs11" and not Path(MODULE).exists():
                why = "softhsm2 is not installed (Debian: softhsm2)"
                yield from (lacking("vault", f"{one} (ms)", why, BAR) for one in _names(name))
                continue
            home = Path(folder) / kind
            home.mkdir()
            ring = running.enter_context(places(kind, home))
            made = credential.make_restore_credential()
            live, backup = ring.live()(), ring.ring(made).backup
            register.vault = replace(move(register.vault, live), backup=backup)
            rolling.roll(register.vault, Changes(), NOW)  # its first key in the new ring
            bare = key_holders.bare_calls(live, backup)
            yield from _rows(register, name, Peer(bare, Folder(place)), OTHERS)


def move(vault: Vault, live: LiveHolder) -> Vault:
    """The vault with its live keys in ``live``, after the roll that brought them there."""
    rolling.roll(replace(vault, live=MovingHolder(vault.live, live)), Changes(), NOW)
    return replace(vault, live=live)


def _with_bucket(
    register: Register, running: ExitStack, folder: Path, files: "Files"
) -> Iterator[Row]:
    """Roll files in a bucket of a real server."""
    home = folder / "s3"
    home.mkdir()
    store = s3.connect(servers.bucket(running.enter_context(servers.seaweed(home))))
    kept = register.vault
    register.vault = replace(kept, blobs=store)
    yield from _rows(register, "S3 (SeaweedFS)", Peer(files, Bucket(store)), OTHERS)
    register.vault = replace(register.vault, blobs=kept.blobs)


def _names(what: str) -> tuple[str, str]:
    erased = f"erase one, {LIVE}: roll with {what}, against its bare writes"
    return erased, f"expire a day of 3,500, {LIVE}, with {what}, against its bare writes"


def _rows(
    register: Register, what: str, peer: "Peer", repeats: tuple[int, int] = (ERASED, EXPIRED)
) -> Iterator[Row]:
    """Erase one, expire a day.

    A day's roll also reads the state of each of its dead, by its id: nothing dies that could still
    be opened a moment ago. Bare writes without that reading are not the same work, so the bar is
    about both (decision 247).
    """
    erased, expired = _names(what)
    ours, bare, _ = beside(register, peer, partial(erase_one, register), repeats[0])
    yield row(f"{erased} (ms)", ours, bare, BAR)
    ours, bare, states = beside(register, peer, partial(expire_a_day, register), repeats[1])
    yield row(f"{expired} (ms)", ours, bare)
    yield row(f"{expired} and the states of its dead (ms)", ours, bare + states, BAR)


def beside(
    register: Register, peer: "Peer", act: Callable[[], tuple[Changes, datetime]], repeats: int
) -> tuple[float, float, float]:
    """Medians (ms) of a roll, of its bare writes, and of reading the states of its dead, in
    turns."""
    times = []
    for _ in range(repeats):
        changes, at = act()
        began = time.perf_counter()
        rolled = rolling.roll(register.vault, changes, at)
        mine = time.perf_counter() - began
        dead = [gone.recording for gone in rolled.file.destroyed]
        times.append((mine, peer.writes(register), states_of(register, dead)))
    ours, writes, states = (1e3 * statistics.median(each) for each in zip(*times, strict=True))
    return ours, writes, states


def states_of(register: Register, dead: list[RecordingId]) -> float:
    """Seconds for the one bare query that finds each of ``dead`` by its id."""

    def read() -> None:
        with register.bare.transaction():
            query = "SELECT progress FROM recording WHERE id = ANY(%s::uuid[])"
            register.bare.execute(query, [listed(dead)]).fetchall()

    return seconds(read)


def erase_one(register: Register) -> tuple[Changes, datetime]:
    """A call of a day in the middle."""
    day = sorted(register.calls)[len(register.calls) // 2]
    recording = register.calls[day].pop()
    doom([recording])
    return Changes(drop={recording: "request"}), NOW


def expire_a_day(register: Register) -> tuple[Changes, datetime]:
    """The oldest day, at the instant of its cutoff."""
    day = min(register.calls)
    gone = register.calls.pop(day)
    doom(gone)
    start = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    over = retention.cutoff(retention.due(start, RetentionPolicy()), 7)
    return Changes(expire_days=frozenset({day})), over


# --- the peer --------------------------------------------------------------------------------


class Put(Protocol):
    """Where a roll file is put."""

    def put(self, data: bytes) -> None:
        """Put it, durably and all at once."""
        ...


@dataclass(frozen=True, slots=True)
class Peer:
    """The bare writes of a roll."""

    keys: Bare
    store: Put

    def writes(self, register: Register) -> float:
        """Seconds for the writes of the newest roll once more, with its sizes, and nothing around
        them."""
        newest = rows_of.RollRecord.objects.latest("n")
        vault, name = register.vault, f"bare-{uuid4().hex}"
        file = os.urandom(vault.blobs.size(rollfile.key_of(newest.n)))
        pages = rows_of.KeyPage.objects.filter(n=newest.n).values_list("sealed", flat=True)
        written = b"".join(bytes(page) for page in pages)
        root = bytes(newest.root)
        place = register.folder / "bare"
        place.mkdir(exist_ok=True)

        def all_of_it() -> None:
            self.keys.make(name)
            self.keys.open()  # the root before it, which opens by a key that was made before
            self.store.put(file)
            with register.bare.transaction():
                query = "INSERT INTO bare (a, b) VALUES (%s, %s)"
                register.bare.execute(query, [root, written])
            with psycopg.connect(register.where, autocommit=True) as fresh:
                newest_of = "SELECT a, b FROM bare ORDER BY id DESC LIMIT 1"
                fresh.execute(newest_of, binary=True).fetchone()
            self.keys.open()
            self.keys.end(name)
            with register.bare.transaction():
                query = "UPDATE bare SET a = '' WHERE id = (SELECT max(id) FROM bare)"
                register.bare.execute(query)

        took = seconds(all_of_it)
        shutil.rmtree(place)
        return took


@dataclass(frozen=True, slots=True)
class Files:
    """Keys as files of the holders' sizes; what they open is opened in memory."""

    folder: Path

    def make(self, name: str) -> None:
        durable(self.folder / "live", os.urandom(60))
        durable(self.folder / "ring", os.urandom(2448))

    def open(self) -> None:
        (self.folder / "live").read_bytes()

    def end(self, name: str) -> None:
        overwrite(self.folder / "live")
        durable(self.folder / "dies", b"1795593600000")


@dataclass(frozen=True, slots=True)
class Folder:
    """A file that is whole as soon as it has its name."""

    folder: Path

    def put(self, data: bytes) -> None:
        path = self.folder / "roll"
        unnamed = path.with_suffix(".unfinished")
        write(unnamed, data)
        os.link(unnamed, path)
        flush(self.folder)
        unnamed.unlink()


@dataclass(frozen=True, slots=True)
class Bucket:
    """One request that loses to whoever was there."""

    store: S3Store

    def put(self, data: bytes) -> None:
        self.store.client.put_object(
            Bucket=self.store.bucket, Key=f"bare/{uuid4().hex}", Body=data, IfNoneMatch="*"
        )


def durable(path: Path, data: bytes) -> None:
    """A new file, flushed, and its name."""
    write(path, data)
    flush(path.parent)


def write(path: Path, data: bytes) -> None:
    """A new file, flushed."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(file, data)
    os.fsync(file)
    os.close(file)


def overwrite(path: Path) -> None:
    """Other bytes in its place, flushed; then its name is gone, flushed."""
    file = os.open(path, os.O_WRONLY)
    os.write(file, os.urandom(60))
    os.fsync(file)
    os.close(file)
    path.unlink()
    flush(path.parent)


def flush(folder: Path) -> None:
    """The names in a folder."""
    at = os.open(folder, os.O_RDONLY)
    os.fsync(at)
    os.close(at)
