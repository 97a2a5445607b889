"""``talteen drill --try``: does this backup open that recording, with all that is left?

With the newest live key: the backup's roll files and the house's own, as a restore through
``catch_up`` would have them. With the ring, as an act of two persons: every generation that any
backup key still opens. What a key opens is then really read, from the backup's own bytes. A living
control must open each time, or the drill is red (keys-review rule 14).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.engine.backup.folder import Backup
from talteen.engine.backup.manifest import DUMP, STORE, Blobs
from talteen.engine.postgres import dump
from talteen.engine.postgres.binaries import Binaries
from talteen.engine.vault.entries import Entry, Kind
from talteen.engine.vault.holders import RestoreHolder
from talteen.errors import InputError, Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.destroy import attempt
from talteen.life.destroy.attempt import KeyPlane
from talteen.life.seal import stored
from talteen.life.seal.models import Envelope
from talteen.life.seal.vault import Vault
from talteen.oversight.drills import Drill
from talteen.register.log.ledger_recovery import DrillKind
from talteen.register.models import Hold, Recording
from talteen.register.states import Progress

_BLOCK = 1 << 20


class Opening(Enum):
    """How far somebody comes with a backup and one recording."""

    OPENS = "opens"
    NO_KEY = "no_key"
    """No key that is left opens it."""
    NO_SOUND = "no_sound"
    """A key does, but its sealed sound is not in this backup."""
    DAMAGED = "damaged"
    """A key does, but its bytes are not what was sealed."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one try."""

    opening: Opening
    control: RecordingId
    control_opening: Opening
    drill: Drill

    @property
    def ok(self) -> bool:
        """The drill is whole: its control opened. What it says of the other is its answer."""
        return self.control_opening is Opening.OPENS


@dataclass(frozen=True, slots=True)
class Trying:
    """A backup, and the house whose backup it is."""

    vault: Vault
    backup: Backup
    binaries: Binaries
    """Those that read the dump."""

    def attempt(
        self, recording: RecordingId, now: datetime, *, ring: RestoreHolder | None = None
    ) -> Tried:
        """Try ``recording`` and a control. Raises InputError where the backup holds no control."""
        control = self._control(recording, now)
        entries, files = self._entries({recording, control}, ring)
        opening = self._opening(recording, entries)
        heard = self._opening(control, entries)
        dead = not Recording.objects.filter(pk=recording).exists()
        opens = opening in (Opening.OPENS, Opening.NO_SOUND, Opening.DAMAGED)
        return Tried(
            opening,
            control,
            heard,
            Drill(
                DrillKind.BACKUP if ring is None else DrillKind.RING,
                dead=int(dead),
                revived=frozenset({recording} if dead and opens else ()),
                controls=1,
                played=int(heard is Opening.OPENS),
                files=files,
            ),
        )

    def _entries(
        self, wanted: set[RecordingId], ring: RestoreHolder | None
    ) -> tuple[dict[RecordingId, Entry], int]:
        """What opens the wanted ones: from pages, or from envelopes that the dump still holds."""
        waiting = list(self._envelopes(wanted))
        found: dict[RecordingId, Entry] = {}
        files = 0
        for _, book in attempt.generations(self.vault, restore=ring, beside=self.backup):
            files += 1
            if book is None:
                continue
            found |= attempt.entries_of(book, frozenset(wanted))
            for envelope in waiting:
                entry = stored.open_envelope(envelope, book.root)
                if entry is not None:
                    found.setdefault(RecordingId(envelope.recording_id), entry)
        return found, files

    def _envelopes(self, wanted: set[RecordingId]) -> Iterator[Envelope]:
        ids = {str(one) for one in wanted}
        for row in dump.table(self.binaries, self.backup.path(DUMP), "envelope"):
            if row["recording_id"] in ids:
                yield _envelope(row)

    def _opening(self, recording: RecordingId, entries: dict[RecordingId, Entry]) -> Opening:
        entry = entries.get(recording)
        if entry is None:
            return Opening.NO_KEY
        sound = [b for b in entry.blobs if b.kind in (Kind.AGENT_SOUND, Kind.CALLER_SOUND)]
        try:
            for blob in sound:
                sealed = stored.open_blob(self._plane().read, recording, blob, entry)
                for at in range(0, sealed.plain_size, _BLOCK):
                    sealed.read(at, _BLOCK)
                sealed.verify_end()
        except Tampered:
            return Opening.DAMAGED
        except Unavailable:
            return Opening.NO_SOUND
        return Opening.OPENS if sound else Opening.NO_SOUND

    def _plane(self) -> KeyPlane:
        """Whose bytes are read: the backup's, or the store's where it left them there."""
        copied = self.backup.head.blobs is Blobs.COPIED
        return self.backup if copied else self.vault.blobs

    def _control(self, but: RecordingId, now: datetime) -> RecordingId:
        """A living recording that this backup holds: a held one first, else the newest of them."""
        held = Hold.objects.filter(state="active").order_by("recording__started_at")
        living = Recording.objects.filter(
            progress=Progress.SEALED.value,
            cutoff_at__gt=now,
            arrived_at__lte=self.backup.head.taken_at,
        ).order_by("-arrived_at")
        for pk in (
            *held.values_list("recording_id", flat=True),
            *living.values_list("pk", flat=True)[:100],
        ):
            if pk != but and self._holds(RecordingId(pk)):
                return RecordingId(pk)
        raise InputError(
            "no living recording is in this backup that could serve as a control",
            remedy="try a younger backup: without a control a drill proves nothing",
        )

    def _holds(self, recording: RecordingId) -> bool:
        """Whether its sound is among the backup's bytes, or these stayed in the bucket."""
        row = Recording.objects.only("started_at").get(pk=recording)
        day = helsinki_date(row.started_at).isoformat()
        folder = self.backup.path(f"{STORE}blobs")
        if self.backup.head.blobs is Blobs.REFERENCED:
            return True
        blobs = row.blobs.filter(kind=Kind.CALLER_SOUND.value).values_list("pk", flat=True)
        return any((folder / day / str(blob)).is_file() for blob in blobs)


def _envelope(row: dict[str, str | None]) -> Envelope:
    """A row of the dump, as it was."""

    def told(name: str) -> str:
        return row[name] or ""

    return Envelope(
        recording_id=UUID(told("recording_id")),
        intake_key_id=UUID(told("intake_key_id")),
        node=told("node"),
        segment=int(told("segment")),
        start=datetime.fromisoformat(told("start")).astimezone(UTC),
        sealed=bytes.fromhex(told("sealed").removeprefix("\\x")),
        signature=bytes.fromhex(told("signature").removeprefix("\\x")),
    )
