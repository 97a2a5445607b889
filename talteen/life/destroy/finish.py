"""After the roll: bytes go, the index is rebuilt, a second look an hour later, and at last the
certificate.

A key's death is the proof and never the excuse: everything that we can reach is deleted too
(DESIGN 5). The certificate waits until the last backup key that opened the recording is dead as
well; from then on "destroyed" is true everywhere that we know of (REGISTER I8).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from talteen.engine.vault.holders import Reaper
from talteen.ids import RecordingId
from talteen.life.capture import source_files
from talteen.life.capture.models import Source
from talteen.life.destroy.models import Destruction
from talteen.life.seal.looking import Looks
from talteen.life.seal.models import Blob, RollRecord
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import indexing
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import (
    Claims,
    DestroyedEverywhere,
    Evidence,
    HolderKind,
    Reason,
    Sha256,
    SourceFate,
    TimeSource,
)

AT_ONCE = 1000
"""Destructions that are in hand at a time: memory does not grow with how many are due."""
Told = tuple[Sha256, DestroyedEverywhere]
"""A certificate that stands in the ledger, by its leaf."""
Progress = Callable[[str], None]
"""Hears the name of every step once it will last."""
AGAIN_AFTER = timedelta(hours=1)
"""Late writers are let go of a second time, this long after the roll (keys-review rule 6)."""


def _silent(_: str) -> None:
    return


def finish(
    vault: Vault,
    reaper: Reaper,
    shards: Path,
    now: datetime,
    *,
    looks: Looks | None = None,
    progress: Progress = _silent,
) -> int:
    """Bring every begun destruction as far as it can come now; returns how many were certified.

    ``looks``: of whom the ring is looked at for, so that it is not asked at every call.
    """
    _confirm_live_deaths()
    progress("deaths confirmed")
    _delete_bytes(vault, shards, now, progress)
    _look_again(vault, now, progress)
    (looks or Looks()).look(vault, reaper, now)
    progress("ring looked at")
    certified = _certify(vault, now)
    progress("certified")
    return certified


def _confirm_live_deaths() -> None:
    """A live key counts as dead when its holder was tried and failed: the roll has written when."""
    waiting = Destruction.objects.filter(live_dead_at=None)
    for n in set(waiting.values_list("generation_before", flat=True).distinct()):
        last = RollRecord.objects.filter(n__lte=n)
        if not last.filter(live_dead_at=None).exists():
            died = last.order_by("-n").values_list("live_dead_at", flat=True).first()
            waiting.filter(generation_before=n).update(live_dead_at=died)


def _delete_bytes(vault: Vault, shards: Path, now: datetime, progress: Progress) -> None:
    waiting = Destruction.objects.filter(bytes_gone_at=None).exclude(live_dead_at=None)
    days = sorted(set(waiting.values_list("day", flat=True).distinct()))
    for some in _batches(waiting.only("doomed")):
        vault.blobs.delete(key for row in some for key in row.doomed)
    progress("bytes gone")
    for day in days:
        indexing.rebuild_day(vault, shards, day, now)
    progress("index rebuilt")
    for some in _batches(waiting.only("doomed")):
        gone = [row.pk for row in some if not any(_exists(vault, key) for key in row.doomed)]
        Destruction.objects.filter(pk__in=gone).update(bytes_gone_at=now)
    progress("bytes noted")


def _batches(rows: QuerySet[Destruction]) -> Iterator[list[Destruction]]:
    """All of ``rows``, some at a time in the order of their ids, whatever is done to them."""
    after = UUID(int=0)
    while some := list(rows.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        yield some
        after = some[-1].pk


def _look_again(vault: Vault, now: datetime, progress: Progress) -> None:
    """Ciphertext that a late writer left on a day of the dead belongs to nobody: it goes too."""
    again = Destruction.objects.filter(forgotten_at=None, bytes_gone_at__lte=now - AGAIN_AFTER)
    for day in sorted(set(again.values_list("day", flat=True))):
        vault.blobs.delete(_orphans(vault, day))
        progress("strays gone")
        Destruction.objects.filter(day=day, bytes_gone_at__lte=now - AGAIN_AFTER).filter(
            forgotten_at=None
        ).update(forgotten_at=now)


def _orphans(vault: Vault, day: date) -> Iterable[str]:
    known = {str(pk) for pk in Blob.objects.filter(day=day).values_list("pk", flat=True)}
    prefix = f"blobs/{day.isoformat()}/"
    return [key for key in vault.blobs.keys(prefix) if key.removeprefix(prefix) not in known]


def _certify(vault: Vault, now: datetime) -> int:
    """Enter the certificate of everything whose last backup key is dead."""
    # A superseded generation without a backup name was never backed: nothing to wait for.
    # A key that is gone before its date may be on a disk that is away: only the date makes it dead.
    alive = RollRecord.objects.filter(Q(backup_dead_at=None) | Q(backup_dies_at__gt=now))
    alive = alive.filter(~Q(backup_name=""))
    oldest = alive.order_by("n").values_list("n", flat=True).first()
    ready = Destruction.objects.filter(certificate_leaf=None).exclude(
        Q(live_dead_at=None) | Q(bytes_gone_at=None)
    )
    if oldest is not None:
        ready = ready.filter(generation_before__lt=oldest)
    return sum(_enter_some(vault, some, now) for some in _batches(ready))


@transaction.atomic
def _enter_some(vault: Vault, some: list[Destruction], now: datetime) -> int:
    """One commit for all of them: each alone would cost a flush."""
    told = dict[UUID, Told]()
    for found in ledger.find(DestroyedEverywhere, among=[row.pk for row in some]):
        entry = found.entered.entry
        if isinstance(entry, DestroyedEverywhere):
            told[entry.recording] = (found.leaf_hash, entry)
    kinds = _live_kinds(vault, some)
    return sum(
        _enter(vault, row, told.get(row.recording), kinds[row.generation_before], now)
        for row in some
    )


def _live_kinds(vault: Vault, some: list[Destruction]) -> dict[int, HolderKind]:
    """In which kind of holder the live keys of their generations died."""
    wanted = {row.generation_before for row in some}
    died = dict(RollRecord.objects.filter(n__in=wanted).values_list("n", "live_kind"))
    return {n: HolderKind(died.get(n) or vault.live.declared.kind) for n in wanted}


def _source_fate(row: Destruction) -> str | None:
    """What became of the source; None while the house itself still has to delete it (J13)."""
    match source_files.of(row.recording):
        case Source.TO_DELETE:
            return None
        case None:
            return row.source_fate
        case source:
            return SourceFate(source.value).value


@transaction.atomic(savepoint=False)
def _enter(
    vault: Vault, waiting: Destruction, told: Told | None, live: HolderKind, now: datetime
) -> int:
    row = Destruction.objects.select_for_update().get(pk=waiting.pk)
    fate = _source_fate(row)
    # "Everywhere" is not true while a copy lies in a folder that we have promised to empty.
    if row.certificate_leaf is not None or row.live_dead_at is None or fate is None:
        return 0
    row.source_fate = fate
    if told is not None:
        # The log knew it before a restore forgot: what was entered once stands.
        row.certificate_leaf, row.backup_dead_at = told[0], told[1].backup_dead_at
    else:
        # The reaper may have been first: dead everywhere is the later of the two.
        row.backup_dead_at = max(row.live_dead_at, _backup_dead_at(row) or row.live_dead_at)
        row.certificate_leaf = ledger.enter(_everywhere(vault, row, live), now)
    row.save(update_fields=["backup_dead_at", "certificate_leaf", "source_fate"])
    return 1


def _backup_dead_at(row: Destruction) -> datetime | None:
    seen = RollRecord.objects.filter(n__lte=row.generation_before).exclude(backup_dead_at=None)
    return seen.order_by("-backup_dead_at").values_list("backup_dead_at", flat=True).first()


def _everywhere(vault: Vault, row: Destruction, live: HolderKind) -> DestroyedEverywhere:
    if row.live_dead_at is None or row.backup_dead_at is None:
        raise AssertionError("asked before both keys were dead")
    return DestroyedEverywhere(
        recording=RecordingId(row.recording),
        day=row.day,
        reason=Reason(row.reason),
        cutoff=row.cutoff_at,
        due=row.due_at,
        live_dead_at=row.live_dead_at,
        backup_dead_at=row.backup_dead_at,
        generation=row.generation_before,
        live_holder=live,
        backup_holder=HolderKind(vault.backup.declared.kind),
        ciphertext=tuple(Sha256(bytes.fromhex(digest)) for digest in row.blobs),
        claims=_claims(vault, row),
        held=row.held,
        delivered_copies=row.delivered,
        source=SourceFate(row.source_fate),
        time=TimeSource.OWN_CLOCK,
        lateness_s=row.lateness_s,
        unbacked=row.unbacked,
    )


def _claims(vault: Vault, row: Destruction) -> Claims:
    """What each claim rests on. A file holder's own copies are the operator's word (rule 14)."""
    return Claims(
        live_keys=Evidence.PROVED,
        # The live house cannot try to unwrap in the ring; it sees that the key is gone.
        backup_keys=None if row.unbacked else Evidence.RECEIPTED,
        holder_copies=Evidence.DECLARED,
        ciphertext=Evidence.PROVED,
        derived=Evidence.PROVED,
        source=Evidence.DECLARED if row.source_fate != SourceFate.NONE.value else None,
    )


def _exists(vault: Vault, key: str) -> bool:
    return any(found == key for found in vault.blobs.keys(key))
