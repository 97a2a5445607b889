"""What group commit saves the log, and how fast its certificates are checked."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from benchmarks import Judged, Row, house, median, seconds, side_by_side, times
from talteen.engine.tlog import merkle, note, verify
from talteen.engine.tlog.note import Ed25519Signer
from talteen.engine.tlog.proof import Certificate
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.ids import RecordingId
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_kinds import Destroyed, Reason, Sha256
from talteen.register.log.ledger_store import Log

GROUP = "log"
SINGLES = 100
GROUPS, GROUP_SIZE = 8, 256
CHECKS = 200
WRITERS = 16
AT = datetime(2026, 11, 24, 22, tzinfo=UTC)
row = partial(Row, GROUP)


def rows() -> Iterator[Row]:
    """All in one throw-away house with its log on the same disk."""
    with house.standing() as config:
        signer = Ed25519Signer("log.example/calls", Ed25519PrivateKey.generate())
        log = Log("log.example/calls", signer, FolderStore(config.paths.state / "second"))
        groups, singles = side_by_side(appended_in_groups, appended_singly)
        yield row("durable append in groups, against single commits (1/s)", groups, singles, ">=15")
        groups, singles = side_by_side(
            partial(published_in_groups, log), partial(published_singly, log)
        )
        yield row(
            "append, publish and sign in groups, against one at a time (1/s)", groups, singles
        )
        yield from together()
        yield from checked(log)


def together() -> Iterator[Row]:
    """Acts that commit at once: each in a transaction of its own, as pages and jobs do.

    PostgreSQL lets commits that wait for the disk go there together, so that many writers are
    faster than one, and none waits longer for it than for a few flushes.
    """
    waits: list[float] = []
    many, one = side_by_side(partial(appended_at_once, waits), appended_singly)
    yield row(f"{WRITERS} writers at once, a commit each, against one writer (1/s)", many, one)
    waits.sort()
    for name, part, bar in (("median", 0.5, "<=10"), ("99th of 100", 0.99, None)):
        wait = waits[int(part * len(waits))] * 1000
        what = f"wait of an act for its entry among {WRITERS}, {name} (ms)"
        yield row(what, wait, None, bar, Judged.OURS)


def appended_at_once(waits: list[float]) -> float:
    """Entries a second of WRITERS threads; how long each entry took goes to ``waits``."""
    ready = threading.Barrier(WRITERS + 1)
    threads = [threading.Thread(target=writer, args=(ready, waits)) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    ready.wait()
    return WRITERS * SINGLES / seconds(partial(wait_for, threads))


def wait_for(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def writer(ready: threading.Barrier, waits: list[float]) -> None:
    """Commits SINGLES entries one after another, on a connection of its own."""
    entries = [made(1) for _ in range(SINGLES)]
    connection.ensure_connection()
    ready.wait()
    mine = [seconds(partial(append, entry)) for entry in entries]
    waits.extend(mine)
    connection.close()


def appended_in_groups() -> float:
    """Entries a second, committed by the hundred, as a roll file brings them."""
    groups = [made(GROUP_SIZE) for _ in range(GROUPS)]
    return GROUPS * GROUP_SIZE / seconds(partial(each, append, groups))


def appended_singly() -> float:
    """Entries of the same kind, each in a transaction of its own."""
    return SINGLES / seconds(partial(each, append, [made(1) for _ in range(SINGLES)]))


def published_in_groups(log: Log) -> float:
    """Entries a second until each stands in the second store under a signed head."""
    publish(log)
    groups = [made(GROUP_SIZE) for _ in range(GROUPS)]
    return GROUPS * GROUP_SIZE / seconds(partial(each, partial(append_and_publish, log), groups))


def published_singly(log: Log) -> float:
    """The same with a head for every entry."""
    publish(log)
    singles = [made(1) for _ in range(SINGLES)]
    return SINGLES / seconds(partial(each, partial(append_and_publish, log), singles))


def made(number: int) -> list[bytes]:
    """Entries that nobody has entered yet."""
    return [ledger_bytes.write(destroyed(), AT) for _ in range(number)]


def each(act: Callable[[list[bytes]], None], groups: list[list[bytes]]) -> None:
    """Do ``act`` with every group of entries."""
    for group in groups:
        act(group)


def append(raws: list[bytes]) -> None:
    """Entries of one transaction."""
    from talteen.register.log import ledger  # its tables are known once the house stands

    with transaction.atomic():
        if len(raws) == 1:
            ledger.enter_bytes(raws[0])
        else:
            ledger.enter_all(raws)


def publish(log: Log) -> None:
    """A signed head over everything so far."""
    from talteen.register.log import ledger

    ledger.publish(log, AT)


def append_and_publish(log: Log, raws: list[bytes]) -> None:
    """Entries of one transaction, and the head over them."""
    append(raws)
    publish(log)


def checked(log: Log) -> Iterator[Row]:
    """Checking one certificate, against the two bare signatures in it; and making its proof."""
    from talteen.register.log import ledger

    (raw,) = made(1)
    ledger.enter_bytes(raw)
    ledger.publish(log, AT)
    name = merkle.leaf_hash(raw)
    shown = ledger.proof(log, name)
    page = Certificate(str(log.signer.key), "en", "words\n" * 39 + "words", (shown,))
    file = note.sign(page.text(), log.signer).to_bytes()
    keys = [log.signer.key]
    assert verify.verify(file, keys).holds
    ours, bare = side_by_side(
        partial(milliseconds, partial(verify.verify, file, keys)),
        partial(milliseconds, partial(two_signatures, file, keys)),
    )
    name_ = "verify a certificate, against its two bare signatures (ms)"
    yield row(name_, ours, bare, "<=10", Judged.OURS)
    yield row(
        "certificates checked, against bare pairs of signatures (1/s)", 1e3 / ours, 1e3 / bare
    )
    yield row(
        "prove an entry from tiles (ms)",
        median(partial(milliseconds, partial(ledger.proof, log, name))),
    )


def two_signatures(file: bytes, keys: list[note.VerifierKey]) -> None:
    """What no verifier can do without."""
    signed = note.parse(file)
    note.verify(signed, keys)
    note.verify(signed, keys)


def milliseconds(act: Callable[[], object]) -> float:
    """How long ``act`` takes, over many times."""
    return seconds(partial(times, CHECKS, act)) * 1000 / CHECKS


def destroyed() -> Destroyed:
    """An entry of ordinary length."""
    return Destroyed(
        recording=RecordingId(UUID(bytes=os.urandom(16))),
        day=date(2026, 8, 24),
        reason=Reason.EXPIRED,
        live_dead_at=AT,
        generation_before=404,
        generation_after=405,
        ciphertext=(Sha256(os.urandom(32)), Sha256(os.urandom(32))),
        backup_dead_at=AT,
        lateness_s=9,
        unbacked=False,
    )
