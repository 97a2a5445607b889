"""What a roll file does to the rows: each destroyed recording becomes a bare ``Destruction``.

Driven by the file alone, so that a late standby or a restored dump is brought to the present by
the same lines (``catch_up``, keys-review rule 1). Idempotent: a file that was applied changes
nothing again.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection

from talteen.engine.vault.changes import Draft
from talteen.engine.vault.dead import Destroyed
from talteen.engine.vault.rollfile import Leaf, RollFile
from talteen.ids import RecordingId
from talteen.life.hold import acts as hold
from talteen.life.seal import acts as seal
from talteen.life.seal import binary, replacing
from talteen.life.seal.binary import listed
from talteen.life.seal.models import Blob
from talteen.life.seal.stored import blob_key
from talteen.life.transcribe import acts as transcribe
from talteen.life.use import giving
from talteen.life.use.coach import ending
from talteen.life.use.quality import calibrating, drafts, evaluating
from talteen.life.use.study import following
from talteen.notice import retention
from talteen.register import emergencies, investigations, personnel_openings
from talteen.register.database.among import among
from talteen.register.log import ledger, ledger_bytes, ledger_kinds
from talteen.register.log.ledger_kinds import Sha256
from talteen.register.models import Hold, Recording

AT_ONCE = 1000
"""Rows that are written, and let go, at a time."""
FORGET: tuple[Callable[[Collection[UUID]], None], ...] = (
    emergencies.forget,
    investigations.forget,
    personnel_openings.forget,
    hold.forget,
    evaluating.forget,
    calibrating.forget,
    drafts.forget,
    following.forget,
    ending.forget,
    giving.forget,
    transcribe.forget,
    seal.forget,
)
"""What each earlier stage must let go of in the transaction that makes a death final. A test lists
all foreign keys to a recording and fails until their table stands here."""


def leaves(draft: Draft, at: datetime) -> Iterable[Leaf]:
    """The ledger entries of a roll: itself, and each recording that dies in it."""
    dying = [gone.recording for gone in draft.destroyed]
    cutoffs = dict(Recording.objects.filter(pk__in=dying).values_list("pk", "cutoff_at"))
    for gone in draft.destroyed:
        entry = draft.entry(gone.recording)
        had_to = cutoffs.get(gone.recording, at) if gone.reason == "expired" else at
        yield _leaf(
            ledger_kinds.Destroyed(
                recording=gone.recording,
                day=gone.day,
                reason=ledger_kinds.Reason(gone.reason),
                live_dead_at=at,
                generation_before=draft.base_n,
                generation_after=draft.n,
                ciphertext=tuple(Sha256(blob.sha256) for blob in entry.blobs),
                backup_dead_at=draft.backup_dead_at,
                lateness_s=max(0, round((at - had_to).total_seconds())),
                unbacked=draft.backup_dead_at is None,
            ),
            at,
        )


def rolled_leaf(draft: Draft, at: datetime) -> Leaf:
    """The ledger entry of the roll itself."""
    return _leaf(
        ledger_kinds.Rolled(
            generation_before=draft.base_n,
            generation_after=draft.n,
            folded=len(draft.folded),
            dropped=len(draft.destroyed),
            backup_dead_at=draft.backup_dead_at,
            unbacked=draft.backup_dead_at is None,
        ),
        at,
    )


def apply(file: RollFile, *, margin_days: int) -> None:
    """Bring register, holds and ledger to what ``file`` decided, inside the caller's
    transaction."""
    ledger.enter_all([leaf.data for leaf in file.leaves])
    replacing.applied(file)
    hold.applied(file.holds_placed, file.holds_released, file.at)
    told = {entry.recording: entry for entry in _destroyed(file)}
    for some in _batches(file.destroyed):
        _replace(some, told, file, margin_days=margin_days)
        forget([gone.recording for gone in some])


def forget(recordings: Collection[UUID]) -> None:
    """Every row of every stage that names these recordings, and the recordings themselves.

    The database refuses the commit where a row still names one. Django would ask each table for
    them first, and read every recording that it deletes: half of what a day's death took.
    """
    for let_go in FORGET:
        let_go(recordings)
    let_go_of = "DELETE FROM recording WHERE id = ANY((SELECT %s::uuid[])::uuid[])"
    binary.write(connection, [(let_go_of, listed(recordings))])


def _batches(dead: Iterable[Destroyed]) -> Iterator[list[Destroyed]]:
    upcoming = iter(dead)
    while some := list(islice(upcoming, AT_ONCE)):
        yield some


def _replace(
    some: list[Destroyed],
    told: Mapping[RecordingId, ledger_kinds.Destroyed],
    file: RollFile,
    *,
    margin_days: int,
) -> None:
    """A bare ``Destruction`` for each that has none yet, from its row, if there is one."""
    these = among([gone.recording for gone in some])
    rows = Recording.objects.only("line_id", "cutoff_at", "due_at").filter(pk__in=these)
    known = {row.pk: row for row in rows}
    held = Counter(Hold.objects.filter(recording__in=these).values_list("recording", flat=True))
    doomed = defaultdict[UUID, list[str]](list)
    for blob, day, recording in Blob.objects.filter(recording__in=these).values_list(
        "pk", "day", "recording"
    ):
        doomed[recording].append(blob_key(day, blob))

    def bare(gone: Destroyed) -> tuple[object, ...]:
        row, entry = known.get(gone.recording), told.get(gone.recording)
        return (
            gone.recording,
            gone.day,
            row.line_id if row else None,
            gone.reason,
            row.cutoff_at if row else retention.cutoff(gone.due, margin_days),
            min(gone.due, row.due_at) if row else gone.due,
            held[gone.recording],
            json.dumps([digest.hex() for digest in entry.ciphertext] if entry else []),
            json.dumps(doomed[gone.recording]),
            entry.lateness_s if entry else 0,
        )

    of_all = file.base_n, file.n, file.backup is None
    columns = zip(*map(bare, some), strict=True)
    binary.write(connection, [(_BARE_ROWS, *of_all, *map(list, columns))])


# All at once, as columns: ``bulk_create`` makes an object and a dozen parameters of each.
_BARE_ROWS = """
    INSERT INTO destruction (delivered, source_fate, generation_before, generation_after, unbacked,
        recording, day, line_id, reason, cutoff_at, due_at, held, blobs, doomed, lateness_s)
    SELECT 0, 'owner_deletes', %s, %s, %s,
        recording, day, line, reason, cutoff, due, held, blobs::jsonb, doomed::jsonb, lateness
    FROM unnest(%s::uuid[], %s::date[], %s::varchar[], %s::varchar[], %s::timestamptz[],
        %s::timestamptz[], %s::int[], %s::text[], %s::text[], %s::int[])
        AS gone (recording, day, line, reason, cutoff, due, held, blobs, doomed, lateness)
    ON CONFLICT (recording) DO NOTHING
"""


def _destroyed(file: RollFile) -> Iterable[ledger_kinds.Destroyed]:
    for leaf in file.leaves:
        if leaf.kind == ledger_kinds.Destroyed.tag:
            entry = ledger_bytes.read(leaf.data).entry
            if isinstance(entry, ledger_kinds.Destroyed):
                yield entry


def _leaf(entry: ledger_kinds.Entry, at: datetime) -> Leaf:
    return Leaf(entry.tag, ledger.entry_bytes(entry, at))
