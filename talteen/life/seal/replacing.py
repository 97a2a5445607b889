"""The sound of a recording is replaced: new key, new blobs, in one roll; the old ones die as by an
erasure.

A replacement is decided by a roll file and by nothing else. Before it the new blobs lie in the
store, named by no page: whoever is killed there has done nothing, and the call is taken in again.
With it the pages name the new key, and the key that opened the old sound dies with its generation.
After it ``finish`` takes away what was replaced, from the file's own leaf: killed anywhere, it is
called again, and so is a house that is restored from an older dump.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen.engine.vault.changes import Changes, Resealed
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.engine.vault.rollfile import Leaf, RollFile
from talteen.errors import Conflict, KeyGone, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.capture import acts as capture
from talteen.life.capture.rules import Capture, Mark, MarkKind, Span
from talteen.life.seal import door, relist, rolling, stored
from talteen.life.seal import models as rows
from talteen.life.seal.acts import Progressed, Then, seal_sound
from talteen.life.seal.audio import Source
from talteen.life.seal.door import Opened, Step
from talteen.life.seal.vault import Vault
from talteen.register.log import ledger, ledger_bytes, ledger_kinds
from talteen.register.log.ledger_kinds import Sha256
from talteen.register.models import Recording

READY = 0
"""``Blob.attached_n`` of new sound whose roll has not come."""
Forget = Callable[[Collection[UUID]], None]
"""Lets go of what later stages made of the old sound, in the caller's transaction."""


_FAR_MS = 1 << 40
WIDER_MS = 250
"""By so much on either side sound is cut wider than words: their times err a little."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How the new sound of a recording lies to the old: in milliseconds of recording time."""

    by_ms: int
    """What stood at 0 stands here now."""
    news: tuple[Span, ...]
    """Stretches of the new sound that the old one lacked, by start."""
    unkept: tuple[Span, ...] = ()
    """Stretches of the new time line in which nothing may be kept: pauses, and all outside it."""
    redacted: tuple[Span, ...] = ()
    """Of those, what was cut out of the sound after sealing, WIDER_MS more on either side."""
    silenced: bool = False
    """Whether something that was heard before is silent now."""

    @property
    def only_adds(self) -> bool:
        """Whether every moment of the old sound stands where it stood, with nothing taken out."""
        return self.by_ms == 0 and not self.silenced

    def to(self, at_ms: int) -> int:
        """Where in the new sound an instant of the old one lies; never before its beginning."""
        return max(at_ms + self.by_ms, 0)

    def keeps(self, start_ms: int, end_ms: int) -> bool:
        """Whether what stood between two instants of the old sound may stand beside the new one."""
        middle_ms = (start_ms + end_ms) / 2 + self.by_ms
        if any(one.start_ms <= middle_ms < one.end_ms for one in self.unkept):
            return False
        # A long "word" of many digits may only begin or end in what was cut: it goes whole.
        start_ms, end_ms = start_ms + self.by_ms, end_ms + self.by_ms
        return not any(
            one.start_ms + WIDER_MS < end_ms and start_ms < one.end_ms - WIDER_MS
            for one in self.redacted
        )

    def touches(self, start_ms: int, end_ms: int) -> bool:
        """Whether something that nobody had heard lies between two instants of the new sound."""
        return any(one.start_ms < end_ms and start_ms < one.end_ms for one in self.news)


Decided = Callable[[Opened, Moved], Mapping[Kind, bytes]]
"""What people decided on the old sound, as it is to stand beside the new one: it is sealed under
the new key and named by the pages, so that the roll decides on it too."""


def undecided(_opened: Opened, _moved: Moved) -> Mapping[Kind, bytes]:
    """Nobody decided anything."""
    return {}


def replace_sound(
    vault: Vault,
    recording: RecordingId,
    kept: Capture,
    source: Source,
    now: datetime,
    *,
    decided: Decided,
    progress: Progressed,
    told: Collection[ledger_kinds.Entry] = (),
) -> None:
    """Give a living recording the sound that ``kept`` allows of ``source``, and roll. The ledger
    hears ``told`` besides.

    Its id, its start, its due and its holds stay as they are (I3), and so does what people
    ``decided`` on it. Raises NoLongerOpens where it is let go meanwhile, Conflict where somebody
    decides at this very moment. Not inside a transaction.
    """
    row = Recording.objects.select_related("agent").get(pk=recording)
    opened = door.open_for_step(vault, recording, Step.HEAL, now)
    moved = _moved(row, kept)
    _clear(vault, recording, opened.entry)
    dek = vault.new_dek()
    same = replace(kept, started_at=row.started_at)
    blobs = seal_sound(vault, recording, same, source, dek)
    blobs.append(_facts(vault, row, same, dek))
    carried = decided(opened, moved)
    for kind, text in carried.items():
        blobs.append(vault.write_blob(recording, kind, [text], dek=dek, start=row.started_at))
    progress("new sound sealed")
    with transaction.atomic():
        rows.Blob.objects.bulk_create(
            stored.blob_row(blob, recording, row.day, attached_n=READY) for blob in blobs
        )
    progress("new sound ready")

    def leaves(_: object) -> list[Leaf]:
        # Within the turn of the roll nobody decides: what was carried over must be all there is.
        if decided(opened, moved) != carried:
            raise Conflict("somebody decided on this call meanwhile", remedy="take it in again")
        sealed = _sealed(recording, row.day, blobs)
        return [Leaf(one.tag, ledger.entry_bytes(one, now)) for one in (sealed, *told)]

    changes = Changes(reseal={recording: Resealed(dek, tuple(blobs))}, leaves=leaves)
    rolling.roll(vault, changes, now, progress)


def _moved(row: Recording, kept: Capture) -> Moved:
    """How what ``kept`` allows lies to the sound that ``row`` has now."""
    opened_ms = (row.announced_until - row.started_at) // timedelta(milliseconds=1)
    by_ms = opened_ms - (kept.announced_until - kept.started_at) // timedelta(milliseconds=1)
    lost = (one for one in row.marks if one["kind"] == MarkKind.LOST.value)
    inside = ((one["start_ms"] + by_ms, one["end_ms"] + by_ms) for one in lost)
    outside = ((0, by_ms), (row.length_ms + by_ms, kept.length_ms))
    paused = [Span(one.start_ms, one.end_ms) for one in kept.gaps if one.kind is not MarkKind.LOST]
    unkept = (Span(-_FAR_MS, 0), *paused, Span(kept.length_ms, _FAR_MS))
    redacted = [one for one in kept.gaps if one.kind is MarkKind.REDACTED]
    return Moved(
        by_ms,
        tuple(_spans([*inside, *outside], kept.length_ms)),
        unkept,
        tuple(Span(one.start_ms, one.end_ms) for one in redacted),
        silenced=any(_as_now(one, by_ms) not in row.marks for one in kept.gaps),
    )


def _as_now(gap: Mark, by_ms: int) -> dict[str, object]:
    """A gap as the row writes it, on its present time line."""
    return {
        "kind": gap.kind.value,
        "start_ms": gap.start_ms - by_ms,
        "end_ms": gap.end_ms - by_ms,
    }


def _spans(stretches: Iterable[tuple[int, int]], length_ms: int) -> list[Span]:
    clipped = ((max(start, 0), min(end, length_ms)) for start, end in stretches)
    return [Span(start, end) for start, end in sorted(clipped) if start < end]


def _clear(vault: Vault, recording: RecordingId, entry: Entry) -> None:
    """Let go of new sound that an earlier try left without a roll."""
    named = [blob.id for blob in entry.blobs]
    left = rows.Blob.objects.filter(recording=recording, attached_n=READY).exclude(pk__in=named)
    vault.blobs.delete(stored.blob_key(one.day, one.pk) for one in left)
    left.delete()


def _facts(vault: Vault, row: Recording, kept: Capture, dek: bytes) -> BlobRef:
    """What the row is to say, sealed beside the new sound; the row itself follows in ``finish``."""
    row.length_ms = kept.length_ms
    row.announced_until, row.announcement_id = kept.announced_until, kept.announcement
    row.marks, row.incomplete = capture.marks(kept), kept.incomplete
    told = [relist.facts(row)]
    return vault.write_blob(RecordingId(row.pk), Kind.FACTS, told, dek=dek, start=row.started_at)


def _sealed(recording: RecordingId, day: date, blobs: Collection[BlobRef]) -> ledger_kinds.Sealed:
    """The ledger hears of the new ciphertext as it heard of the old; it stands in the roll file."""
    ciphertext = tuple(Sha256(blob.sha256) for blob in blobs)
    return ledger_kinds.Sealed(recording=recording, day=day, ciphertext=ciphertext)


def applied(file: RollFile) -> None:
    """Note which recordings ``file`` gave new sound, in the transaction that applies it."""
    for leaf in file.leaves:
        if leaf.kind == ledger_kinds.Sealed.tag:
            entry = ledger_bytes.read(leaf.data).entry
            if isinstance(entry, ledger_kinds.Sealed):
                rows.Replaced.objects.get_or_create(recording=entry.recording, n=file.n)


def finish(
    vault: Vault,
    now: datetime,
    *,
    forget: Forget,
    rebuild: Callable[[date], None],
    then: Then,
) -> int:
    """Take away what settled rolls have replaced; gives how many recordings that were.

    ``forget`` lets go of the rows that later stages made of the old sound, ``rebuild`` of their
    words of a day, ``then`` begins those stages anew.
    """
    done = 0
    for one in list(rows.Replaced.objects.order_by("pk")):
        roll = rows.RollRecord.objects.filter(n=one.n).first()
        if roll is not None and roll.failed:
            one.delete()  # it never was: the generation before is read again
        elif vault.row().settled_n >= one.n:
            done += _finish(vault, one, now, forget, rebuild, then)
    return done


def _finish(
    vault: Vault,
    one: rows.Replaced,
    now: datetime,
    forget: Forget,
    rebuild: Callable[[date], None],
    then: Then,
) -> int:
    recording = RecordingId(one.recording)
    try:
        entry = vault.entry(recording, now)
    except (NoLongerOpens, KeyGone):
        one.delete()  # all of it is let go with the recording, old sound and new
        return 0
    with transaction.atomic():
        row = Recording.objects.select_for_update().get(pk=recording)
        relist.refresh(vault, row, entry)
        forget([recording])
    # Rows that wait for a roll were sealed under the new key (``Vault.attach``).
    old = rows.Blob.objects.filter(recording=recording).exclude(attached_n=None)
    old = old.exclude(pk__in=[blob.id for blob in entry.blobs])
    vault.blobs.delete(stored.blob_key(blob.day, blob.pk) for blob in old)
    rebuild(row.day)
    with transaction.atomic():
        old.delete()
        rows.Blob.objects.filter(recording=recording, attached_n=READY).update(attached_n=one.n)
        one.delete()
        then(recording)
    return 1
