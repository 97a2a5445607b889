"""Gathers what a roll needs from the database, and asks for the plan of the next generation.

What waits (envelopes, derived blobs), what an earlier roll decided but could not prove, where to
look for whom: read under the lock of rolls, handed to ``engine.vault.plan``, which knows no rows.
"""

import dataclasses
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from talteen.engine.vault import intake_keys
from talteen.engine.vault.book import Book
from talteen.engine.vault.changes import Changes, Plan, Setting, Waiting
from talteen.engine.vault.dead import Destroyed, Group
from talteen.engine.vault.entries import BlobRef, Kind
from talteen.engine.vault.intake_keys import Needs
from talteen.engine.vault.pages import KEY_BYTES, RootPage
from talteen.engine.vault.plan import plan
from talteen.engine.vault.rollfile import HoldChange, RollFile
from talteen.errors import Conflict, Tampered
from talteen.ids import BlobId, HoldId, IntakeKeyId, RecordingId
from talteen.life.seal import binary, stored
from talteen.life.seal import models as rows
from talteen.life.seal.generations import Standing
from talteen.life.seal.vault import DYING, Vault
from talteen.notice import retention
from talteen.notice.retention import RetentionPolicy


@dataclass(frozen=True, slots=True)
class Ground:
    """What the database says before a roll, found in one way and under the lock of rolls."""

    standing: Standing
    generation: tuple[bytes, str, bytes] = field(repr=False)
    """Of the generation that is read: its root, its live key, its wrap."""
    envelopes: bool
    """Whether any wait."""
    late: dict[RecordingId, tuple[BlobRef, ...]]
    backups: dict[int, str]
    """Generation -> the name of its backup key, while that lives."""
    needs: list[Needs]
    hints: dict[RecordingId, date]
    dying: frozenset[RecordingId]
    """Those that the roll is asked about and that no door opens any more."""


def questions(vault: Vault, changes: Changes) -> tuple[binary.Statement, ...]:
    """What a roll that shall do ``changes`` asks before it plans."""
    touched = {*changes.drop, *changes.reseal}
    touched |= {recording for _, recording in changes.place_holds | changes.release_holds}
    return (
        (binary.STANDING, vault.house),
        (binary.ANY_WAITING,),
        (binary.WAITING_BLOBS,),
        (binary.BACKUPS,),
        (binary.NODES,),
        (binary.STATES, _DYING, binary.listed(touched)),
    )


def ground(vault: Vault, told: Sequence[list[tuple[Any, ...]]]) -> Ground:
    """What was answered to ``questions``. Raises Unavailable where no vault was founded."""
    standing, waits, blobs, backups, nodes, states = told
    how_far, generation = vault.standing([row[:5] for row in standing]), standing[0][5:]
    late, hints = _late(blobs)
    hints |= {RecordingId(recording): day for recording, day, _ in states}
    dying = frozenset(RecordingId(recording) for recording, _, alive in states if not alive)
    needs = [_needs(*node) for node in nodes]
    return Ground(how_far, generation, bool(waits), late, dict(backups), needs, hints, dying)


def next_generation(
    vault: Vault, book: Book, changes: Changes, found: Ground, *, n: int, now: datetime
) -> tuple[Plan, tuple[RecordingId, ...]]:
    """The plan of generation ``n`` after ``book``, and the recordings whose envelope is refused.

    Inside the transaction that will apply it. Raises Conflict where ``changes`` cannot be, or where
    a recording that is to die was not committed as dying before (step 1 of a roll).
    """
    hints = found.hints | {gone.recording: gone.day for gone in changes.again}
    _bring_pages(vault, book, changes, hints)
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
        hints=hints,
        setting=setting,
    )
    _must_be_dying(vault, draft, found.dying)
    folded = set(draft.folded)
    rejected += tuple(one for one in waiting if one not in folded and one not in draft.destroyed)
    if rejected:
        envelopes = rows.Envelope.objects.using(vault.database)
        envelopes.filter(recording__in=rejected).update(rejected=True)
    return draft, rejected


def _bring_pages(
    vault: Vault, book: Book, changes: Changes, hints: Mapping[RecordingId, date]
) -> None:
    """Open the pages that the roll will look at, many fetched in one way: those of days that end,
    and those on which a recording is said to stand."""
    places = (book.place(recording, day) for recording, day in hints.items())
    over = (ref for ref in book.root.days if ref.day in changes.expire_days)
    wanted = list({ref.page_id: ref for ref in (*over, *places) if ref}.values())
    for at in range(0, len(wanted), _PAGES_AT_ONCE):
        some = wanted[at : at + _PAGES_AT_ONCE]
        keys = [ref.page for ref in some]
        asked = (binary.READ_PAGES, [key.id for key in keys], [key.n for key in keys])
        (found,) = binary.ask(vault.connection, [asked])
        sealed = dict(found)
        for ref, key in zip(some, keys, strict=True):
            book.bring(ref, sealed.get(key.id) or b"")


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
_PAGES_AT_ONCE = 16


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


def _late(
    blobs: Iterable[tuple[Any, ...]],
) -> tuple[dict[RecordingId, tuple[BlobRef, ...]], dict[RecordingId, date]]:
    """The blobs that wait, by recording; and the days of those recordings."""
    late: dict[RecordingId, tuple[BlobRef, ...]] = {}
    days: dict[RecordingId, date] = {}
    for recording, day, blob, kind, sha256, size in blobs:
        ref = BlobRef(BlobId(blob), Kind(kind), sha256, size)
        late[recording] = (*late.get(recording, ()), ref)
        days[recording] = day
    return late, days


def _must_be_dying(vault: Vault, draft: Plan, dying: frozenset[RecordingId]) -> None:
    """Step 1 comes first: nothing dies that could still be opened a moment ago.

    Of ``dying`` it is known: no state leads back.
    """
    groups = (group for group in draft.destroyed.groups if not _all_among(group, dying))
    columns = b"".join(group.recordings for group in groups)
    if columns and binary.any_alive(vault.connection, columns, _DYING):
        raise Conflict(
            "a recording that is to be destroyed is still open",
            remedy="commit it as destroying first",
        )


def _all_among(group: Group, dying: frozenset[RecordingId]) -> bool:
    return len(group) <= len(dying) and all(gone.recording in dying for gone in group)
