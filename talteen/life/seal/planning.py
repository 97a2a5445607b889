"""Gathers what a roll needs from the database, and asks for the plan of the next generation.

What waits (envelopes, derived blobs), what an earlier roll decided but could not prove, where to
look for whom: read under the lock of rolls, handed to ``engine.vault.plan``, which knows no rows.
"""

import dataclasses
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from talteen.engine.vault import intake_keys
from talteen.engine.vault.book import Book
from talteen.engine.vault.changes import Changes, Plan, Setting, Waiting
from talteen.engine.vault.dead import Destroyed
from talteen.engine.vault.entries import BlobRef, Kind
from talteen.engine.vault.intake_keys import Needs
from talteen.engine.vault.pages import KEY_BYTES, RootPage
from talteen.engine.vault.plan import plan
from talteen.engine.vault.rollfile import HoldChange, RollFile
from talteen.errors import Conflict, Tampered
from talteen.ids import BlobId, HoldId, IntakeKeyId, RecordingId
from talteen.life.seal import binary, stored
from talteen.life.seal import models as rows
from talteen.life.seal.vault import DYING, Vault
from talteen.notice import retention
from talteen.notice.retention import RetentionPolicy


def next_generation(
    vault: Vault, book: Book, changes: Changes, *, n: int, now: datetime
) -> tuple[Plan, tuple[RecordingId, ...]]:
    """The plan of generation ``n`` after ``book``, and the recordings whose envelope is refused.

    Inside the transaction that will apply it. Raises Conflict where ``changes`` cannot be, or where
    a recording that is to die was not committed as dying before (step 1 of a roll).
    """
    found = _ask(vault, book, changes)
    waiting, rejected = _waiting(vault, book) if found.envelopes else ({}, ())
    at = vault.time(now, book)
    setting = Setting(
        n=n,
        at=at,
        ring=vault.ring,
        backups=found.backups,
        is_over=lambda due: vault.is_over(due, at),
        due_of=lambda start: retention.due(start, _policy(vault)),
        random=os.urandom,
        entries_a_page=vault.entries_a_page,
    )
    draft = plan(
        book,
        _with_intake(vault, book, changes, at, found.needs),
        waiting=waiting,
        late=found.late,
        hints=found.hints,
        setting=setting,
    )
    _must_be_dying(vault, draft)
    folded = set(draft.folded)
    rejected += tuple(one for one in waiting if one not in folded and one not in draft.destroyed)
    if rejected:
        envelopes = rows.Envelope.objects.using(vault.database)
        envelopes.filter(recording__in=rejected).update(rejected=True)
    return draft, rejected


@dataclass(frozen=True, slots=True)
class _Found:
    """What the database says before a roll."""

    envelopes: bool
    """Whether any wait."""
    late: dict[RecordingId, tuple[BlobRef, ...]]
    backups: dict[int, str]
    """Generation -> the name of its backup key, while that lives."""
    needs: list[Needs]
    hints: dict[RecordingId, date]


def _ask(vault: Vault, book: Book, changes: Changes) -> _Found:
    """All of it in one round trip, the pages of days that end too: those are opened anyway."""
    over = [ref for ref in book.root.days if ref.day in changes.expire_days]
    touched = {*changes.drop, *changes.reseal}
    touched |= {recording for _, recording in changes.place_holds | changes.release_holds}
    waits, blobs, backups, nodes, days, pages = binary.ask(
        vault.connection,
        (
            (binary.ANY_WAITING,),
            (binary.WAITING_BLOBS,),
            (binary.BACKUPS,),
            (binary.NODES,),
            (binary.DAYS, binary.listed(touched)),
            (binary.READ_PAGES, [ref.page.id for ref in over], [ref.page.n for ref in over]),
        ),
    )
    sealed = dict(pages)
    for ref in over:
        book.bring(ref, sealed.get(ref.page.id) or b"")
    late = _late(blobs)
    elsewhere = late.keys() - touched
    if elsewhere:
        days += binary.rows(vault.connection, binary.DAYS, binary.listed(elsewhere))
    hints = {RecordingId(recording): day for recording, day in days}
    hints |= {gone.recording: gone.day for gone in changes.again}
    return _Found(bool(waits), late, dict(backups), [_needs(*node) for node in nodes], hints)


def _needs(name: str, knows: UUID | None, needs: Iterable[str]) -> Needs:
    keys = frozenset(IntakeKeyId(UUID(key)) for key in needs)
    return Needs(name, IntakeKeyId(knows) if knows else None, keys)


def _with_intake(
    vault: Vault, book: Book, changes: Changes, at: datetime, needs: Sequence[Needs]
) -> Changes:
    """``changes``, and the intake keys that are born and die in this roll.

    What this machine itself takes in is handed over at once: its key lives from roll to roll.
    """
    held = book.root.intake
    own = frozenset(key.id for key in held if key.node == vault.node)
    others = [key for key in held if key.node != vault.node]
    lapsed = intake_keys.lapsed(others, is_over=lambda start: _is_over(vault, start, at))
    closed = own | intake_keys.to_close(others, needs, lapsed=lapsed)
    nodes = {*book.root.nodes, *changes.enrol} - {vault.node}
    opened = {vault.node} | intake_keys.to_open(others, nodes, now=at)
    return dataclasses.replace(
        changes,
        open_intake=changes.open_intake | opened,
        close_intake=changes.close_intake | closed,
        lapsed_intake=frozenset(lapsed),
    )


def _is_over(vault: Vault, start: datetime, at: datetime) -> bool:
    return at >= retention.lifetime(start, _policy(vault)).cutoff_at


def _policy(vault: Vault) -> RetentionPolicy:
    return RetentionPolicy(vault.months, vault.margin_days)


def with_unproved(changes: Changes, files: tuple[RollFile, ...]) -> Changes:
    """``changes``, and again what ``files`` decided: rolls whose read-back failed.

    A resealed recording is not among it: its new key stood on the pages that did not come back.
    """
    again = tuple(gone for file in files for gone in file.destroyed)
    placed = {_pair(change) for file in files for change in file.holds_placed}
    released = {_pair(change) for file in files for change in file.holds_released}
    return dataclasses.replace(
        changes,
        drop={r: reason for r, reason in changes.drop.items() if r not in _recordings(again)},
        again=again,
        place_holds=changes.place_holds | (placed - released),
        release_holds=changes.release_holds | released,
    )


def _recordings(gone: tuple[Destroyed, ...]) -> set[RecordingId]:
    return {destroyed.recording for destroyed in gone}


def first_book(vault: Vault, now: datetime) -> Book:
    """Generation 0: an empty root that was never sealed."""
    root = RootPage(
        house=vault.house,
        n=0,
        at=now,
        days=(),
        holds=(),
        shards={},
        cases={},
        intake=(),
        nodes={},
        tombstone_key=os.urandom(KEY_BYTES),
    )
    return Book(root, fetch=lambda page: b"")


_Pair = tuple[HoldId, RecordingId]
_DYING = [progress.value for progress in DYING]


def _pair(change: HoldChange) -> _Pair:
    return change.hold, change.recording


def _waiting(
    vault: Vault, book: Book
) -> tuple[dict[RecordingId, Waiting], tuple[RecordingId, ...]]:
    """The envelopes that open, and the recordings of those that do not."""
    waiting: dict[RecordingId, Waiting] = {}
    rejected = []
    for row in vault.envelopes().order_by("recording"):
        recording = RecordingId(row.recording_id)
        try:
            entry = stored.open_envelope(row, book.root)
        except Tampered:
            entry = None
        if entry is None:
            rejected.append(recording)
        else:
            waiting[recording] = Waiting(entry, IntakeKeyId(row.intake_key_id))
    return waiting, tuple(rejected)


def _late(blobs: Iterable[tuple[Any, ...]]) -> dict[RecordingId, tuple[BlobRef, ...]]:
    late: dict[RecordingId, tuple[BlobRef, ...]] = {}
    for recording, blob, kind, sha256, size in blobs:
        ref = BlobRef(BlobId(blob), Kind(kind), sha256, size)
        late[recording] = (*late.get(recording, ()), ref)
    return late


def _must_be_dying(vault: Vault, draft: Plan) -> None:
    """Step 1 comes first: nothing dies that could still be opened a moment ago."""
    columns = [group.recordings for group in draft.destroyed.groups]
    if columns and binary.any_alive(vault.connection, b"".join(columns), _DYING):
        raise Conflict(
            "a recording that is to be destroyed is still open",
            remedy="commit it as destroying first",
        )
