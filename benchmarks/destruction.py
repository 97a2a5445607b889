"""Destruction in a full register: what a roll, a search and a purge cost (group ``vault``).

92 days of 3,500 calls (322,000), four blobs each. The peer of a roll does the same fsyncs, the
same two commits and the same read-back on a new connection, with the same bytes, and nothing else:
no key, no page, no proof.
"""

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from benchmarks import Judged, Row, median, seconds
from talteen import ids
from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.desk import database
from talteen.engine.postgres.cluster import APP, DATABASE, OWNER
from talteen.engine.vault import roll as order
from talteen.engine.vault import rollfile
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.changes import Changes, Setting, Waiting
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.file import FileBackupHolder, open_live
from talteen.engine.vault.plan import plan
from talteen.ids import BlobId, HouseId, IntakeKeyId, RecordingId
from talteen.life.seal import models as rows_of
from talteen.life.seal import numbers, purge, rolling
from talteen.life.seal.binary import listed
from talteen.life.seal.stored import blob_key
from talteen.life.seal.vault import Vault
from talteen.notice import retention
from talteen.notice.retention import RetentionPolicy

DAYS, CALLS_A_DAY = 92, 3500
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
row = partial(Row, "vault")


def rows(config: Config) -> Iterator[Row]:
    """Rolls, the number search and the purge, all over one full register."""
    register = fill(config)
    yield from roll_rows(register)
    found = median(lambda: seconds(lambda: numbers.find(register.vault, "+358401234567", NOW)))
    yield row("number search over 93 days, 322 k live (s)", found, None, "<=1", Judged.OURS)
    yield purge_row(register)


# --- a full register -------------------------------------------------------------------------


@dataclass(slots=True)
class Register:
    """A vault with 322,000 recordings, and a bare connection for the peer."""

    vault: Vault
    folder: Path
    calls: dict[date, list[RecordingId]]
    bare: "psycopg.Connection[object]"
    where: str


def fill(config: Config) -> Register:
    """Fill the house's database and key plane. Pages are planned at once instead of 322,000
    deposits; what a roll meets afterwards is the same.
    """
    vault = make_vault(config.home)
    rolling.found(vault, NOW)
    starts = [NOW - timedelta(days=days, hours=1) for days in range(DAYS)]
    calls = {
        helsinki_date(at): [RecordingId(ids.new()) for _ in range(CALLS_A_DAY)] for at in starts
    }
    entries = {
        recording: entry(start) for start in starts for recording in calls[helsinki_date(start)]
    }
    write_rows(config, {recording: made.start for recording, made in entries.items()})
    fold(vault, entries, NOW)
    assert vault.root().count == len(entries)
    cluster = database.cluster(config)
    with psycopg.connect(cluster.dsn(OWNER, database=DATABASE)) as owner:
        owner.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, a bytea, b bytea)")
        owner.execute("GRANT ALL ON bare, bare_id_seq TO " + APP)
    where = cluster.dsn(APP, database=DATABASE)
    return Register(vault, config.home, calls, psycopg.connect(where), where)


def make_vault(folder: Path) -> Vault:
    for name in ("bench-blobs", "bench-ring"):
        (folder / name).mkdir()
    return Vault(
        house=HouseId(ids.new()),
        signer=Ed25519PrivateKey.generate(),
        node="import",
        node_signer=Ed25519PrivateKey.generate(),
        live=open_live(folder / "bench-live", os.urandom(32)),
        backup=FileBackupHolder(folder / "bench-ring", credential.make_restore_credential().public),
        blobs=FolderStore(folder / "bench-blobs"),
        ring=timedelta(days=6),
        margin_days=7,
    )


def entry(start: datetime) -> Entry:
    kinds = (Kind.AGENT_SOUND, Kind.CALLER_SOUND, Kind.WAVEFORM, Kind.TRANSCRIPT)
    blobs = tuple(BlobRef(BlobId(uuid4()), kind, os.urandom(32), 500_000) for kind in kinds)
    due = retention.due(start, RetentionPolicy())
    number = f"+35840{int.from_bytes(os.urandom(3)):08d}"
    return Entry(os.urandom(32), start, due, os.urandom(32), number, blobs)


def write_rows(config: Config, starts: dict[RecordingId, datetime]) -> None:
    """The rows of the register's own table, so that a roll meets it in its full size."""
    cluster = database.cluster(config)
    with psycopg.connect(cluster.dsn(OWNER, database=DATABASE)) as owner:
        owner.execute(BASE_ROWS)
        owner.execute("CREATE TEMP TABLE given (id uuid, at timestamptz)")
        with owner.cursor().copy("COPY given FROM STDIN") as copy:
            for recording, start in starts.items():
                copy.write_row((recording, start))
        owner.execute(RECORDING_ROWS)
        owner.execute("ANALYZE recording")


BASE_ROWS = """
    INSERT INTO unit VALUES ('sales', 's', 's', 's');
    INSERT INTO line (slug, unit_id, language, recorded, name_fi, name_sv, name_en)
        VALUES ('rooms', 'sales', 'fi', true, 'r', 'r', 'r');
    INSERT INTO staff (id, code, name, role, language, is_active, password, team, unit_id)
        VALUES (gen_random_uuid(), 'aino', 'Aino', 'agent', 'fi', true, '', '', 'sales');
    INSERT INTO notice_version (number, legacy, valid_from, retention_months, margin_days,
        purposes, sha256, text, findings)
        VALUES ('2026-1', false, '2026-01-01', 3, 7, '[]', '', '{}', '[]');
    INSERT INTO announcement_version (key, language, direction, valid_from, text)
        VALUES ('announce.fi@1', 'fi', 'inbound', '2026-01-01', 't');
"""
RECORDING_ROWS = """
    INSERT INTO recording (id, progress, started_at, day, cutoff_at, due_at, zone_rules, arrived_at,
        length_ms, direction, source, language, line_id, agent_id, notice_id, announcement_id,
        announced_until, marks, incomplete, special_category, reviewed, third_parties, restricted,
        origin, lot, destroy_reason)
    SELECT given.id, 'sealed', at, (at AT TIME ZONE 'Europe/Helsinki')::date,
        at + interval '83 days', at + interval '90 days', '2026a', at, 300000, 'inbound', 'direct',
        'fi', 'rooms', staff.id, '2026-1', 'announce.fi@1', at, '[]', false, false, true, false,
        false, 'import', '', ''
    FROM given, staff WHERE staff.code = 'aino';
"""


def fold(vault: Vault, entries: dict[RecordingId, Entry], now: datetime) -> None:
    """One roll that folds everything, carried out as every roll is."""
    with rolling.turn(vault):
        with transaction.atomic():
            standing = vault.row()
            book = vault.open_generation(standing.open_n)
            via = IntakeKeyId(book.root.intake[0].id)
            made = plan(
                book,
                Changes(),
                waiting={recording: Waiting(one, via) for recording, one in entries.items()},
                late={},
                hints={},
                setting=Setting(
                    n=standing.n + 1,
                    at=now,
                    ring=vault.ring,
                    backups={},
                    is_over=lambda due: False,
                    due_of=lambda start: retention.due(start, RetentionPolicy()),
                    random=os.urandom,
                    entries_a_page=vault.entries_a_page,
                ),
            )
            steps = order.decide(
                made, previous=standing.file_sha256, mark="fill", signer=vault.signer
            )
            order.drive(steps, rolling.Shell(vault, now, rolling.silent).perform)
        rolling.settle(vault, now)


# --- rolls -------------------------------------------------------------------------------------


def roll_rows(register: Register) -> Iterator[Row]:
    """Erase one, expire a day: each against what it writes and commits, done bare.

    A day's roll also reads the state of each of its dead, by its id: nothing dies that could still
    be opened a moment ago. Bare writes without that reading are not the same work, so the bar is
    about both (decision 247).
    """
    ours, peer, _ = beside(register, partial(erase_one, register), 15)
    name = "erase one, 322 k live: roll with file holder and folder, against its bare writes"
    yield row(f"{name} (ms)", ours, peer, "<=2")
    ours, peer, states = beside(register, partial(expire_a_day, register), 9)
    name = "expire a day of 3,500, 322 k live, against its bare writes"
    yield row(f"{name} (ms)", ours, peer)
    yield row(f"{name} and the states of its dead (ms)", ours, peer + states, "<=2")


def beside(
    register: Register, act: Callable[[], tuple[Changes, datetime]], repeats: int
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
        times.append((mine, bare_writes(register), states_of(register, dead)))
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
    day = sorted(register.calls)[len(register.calls) // 2]
    recording = register.calls[day].pop()
    doom([recording])
    return Changes(drop={recording: "request"}), NOW


def expire_a_day(register: Register) -> tuple[Changes, datetime]:
    day = min(register.calls)
    gone = register.calls.pop(day)
    doom(gone)
    start = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    over = retention.cutoff(retention.due(start, RetentionPolicy()), 7)
    return Changes(expire_days=frozenset({day})), over


def doom(recordings: list[RecordingId]) -> None:
    """Step 1 of a roll; it is not measured, for it is the act's."""
    with connection.cursor() as cursor:
        query = "UPDATE recording SET progress = 'destroying' WHERE id = ANY(%s)"
        cursor.execute(query, [recordings])


def bare_writes(register: Register) -> float:
    """The writes of the newest roll once more, with its sizes, and nothing around them."""
    newest = rows_of.RollRecord.objects.latest("n")
    file = os.urandom(register.vault.blobs.size(rollfile.key_of(newest.n)))
    pages = rows_of.KeyPage.objects.filter(n=newest.n).values_list("sealed", flat=True)
    written = b"".join(bytes(page) for page in pages)
    place = register.folder / "bare"
    place.mkdir(exist_ok=True)

    def write() -> None:
        durable(place / "live", os.urandom(60))
        durable(place / "ring", os.urandom(2448))
        durable(place / "roll", file)
        with register.bare.transaction():
            query = "INSERT INTO bare (a, b) VALUES (%s, %s)"
            register.bare.execute(query, [bytes(newest.root), written])
        with psycopg.connect(register.where) as fresh:
            fresh.execute("SELECT a, b FROM bare ORDER BY id DESC LIMIT 1", binary=True).fetchone()
        overwrite(place / "live")
        durable(place / "dies", b"1795593600000")
        with register.bare.transaction():
            register.bare.execute("UPDATE bare SET a = '' WHERE id = (SELECT max(id) FROM bare)")

    took = seconds(write)
    shutil.rmtree(place)
    return took


def durable(path: Path, data: bytes) -> None:
    """A new file, flushed, and its name."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(file, data)
    os.fsync(file)
    os.close(file)
    flush(path.parent)


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


# --- bytes ----------------------------------------------------------------------------------------

PURGED, BLOBS_EACH = 20_000, 2


def purge_row(register: Register) -> Row:
    """20,000 recordings of two blobs: rows and files, against ``find -delete`` over the files."""
    day = min(register.calls)
    some = [recording for calls in register.calls.values() for recording in calls][:PURGED]
    doom(some)
    times = []
    for _ in range(5):
        put_blobs(register, some, day)
        copy = register.folder / "copy"
        folder = register.folder / "bench-blobs" / "blobs" / day.isoformat()
        shutil.copytree(folder, copy)
        os.sync()
        mine = seconds(partial(purge.purge, register.vault, some))
        bare = seconds(partial(subprocess.run, ["find", str(copy), "-delete"], check=True))
        times.append((mine, bare))
    ours, peer = (statistics.median(column) for column in zip(*times, strict=True))
    return row("purge of 20 k recordings, against find -delete (s)", ours, peer, "<=1.25")


def put_blobs(register: Register, recordings: list[RecordingId], day: date) -> None:
    """Rows as the vault writes them, files of a few bytes: a name costs more than its blocks."""
    folder = register.folder / "bench-blobs" / "blobs" / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    made: list[tuple[UUID, RecordingId]] = [
        (uuid4(), recording) for recording in recordings for _ in range(BLOBS_EACH)
    ]
    for blob, _ in made:
        (register.folder / "bench-blobs" / blob_key(day, blob)).write_bytes(b"x" * 4096)
    rows_of.Blob.objects.bulk_create(
        (
            rows_of.Blob(
                id=blob,
                recording_id=recording,
                kind=1,
                sha256=bytes(32),
                size_bytes=4096,
                day=day,
                attached_n=1,
            )
            for blob, recording in made
        ),
        batch_size=5000,
    )
