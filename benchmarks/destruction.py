"""Destruction in a full register: what a roll, a search, an index and a purge cost (group
``vault``).

92 days of 3,500 calls (322,000), four blobs each, filled once for all rows.
"""

import os
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from benchmarks import Judged, Row, knobs, median, seconds
from talteen import ids
from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.desk.ground import database
from talteen.engine.postgres.cluster import APP, DATABASE, OWNER
from talteen.engine.vault import roll as order
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.changes import Changes, Setting, Waiting
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.file import FileBackupHolder, open_live
from talteen.engine.vault.plan import plan
from talteen.ids import BlobId, HouseId, IntakeKeyId, RecordingId
from talteen.life.seal import models as rows_of
from talteen.life.seal import numbers, purge, rolling
from talteen.life.seal.stored import blob_key
from talteen.life.seal.vault import Vault
from talteen.notice import retention
from talteen.notice.retention import RetentionPolicy

DAYS, CALLS_A_DAY = knobs.whole("DAYS", 92), 3500
"""Rolls let 24 days expire, and the newest two have words: at least 26."""
LIVE = f"{DAYS * CALLS_A_DAY // 1000} k live"
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
row = partial(Row, "vault")


def rows(config: Config) -> Iterator[Row]:
    """Rolls, the number search and the purge, all over one full register."""
    from benchmarks import rolls, shards  # they need what stands here

    register = fill(config)
    found = median(lambda: seconds(lambda: numbers.find(register.vault, "+358401234567", NOW)))
    yield row(f"number search over 93 days, {LIVE} (s)", found, None, "<=1", Judged.OURS)
    # Before the indexes of days: what these have left to be written to the disk is nobody's roll.
    yield from rolls.rows(register)
    yield from shards.rows(register, config)
    yield from rolls.rows_elsewhere(register)
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
    from benchmarks import shards

    shards.speak(config.home / "bench-blobs", calls, entries)
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


def doom(recordings: list[RecordingId]) -> None:
    """Step 1 of a roll; it is not measured, for it is the act's."""
    with connection.cursor() as cursor:
        query = "UPDATE recording SET progress = 'destroying' WHERE id = ANY(%s)"
        cursor.execute(query, [recordings])


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
