"""The one door to sound, words and pictures (DESIGN 0.4). A person passes with a Grant, a machine
with a Step.

What comes out is read in ranges and decrypted in RAM; the key lives as long as what is opened is
held. ``range`` checks and logs stay with ``register.access``: here the vault has the last word on
time, from sealed places.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from talteen.engine.vault.cobblestone import Sealed, SealedFile
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.errors import Unavailable
from talteen.ids import RecordingId
from talteen.life.capture.rules import Span
from talteen.life.seal.vault import Vault
from talteen.register import approved, passage
from talteen.register.access import Grant
from talteen.register.policy import Rule, View
from talteen.register.refusals import Denied


class Step(Enum):
    """What the house itself opens a recording for. No person sees or hears anything by it."""

    TRANSCRIBE = "transcribe"
    INDEX = "index"
    SEARCH = "search"
    """The passages around search hits."""
    HEAL = "heal"
    """What people decided is carried over to sound that another node's packets have filled."""
    DRILL = "drill"
    """A drill proves that what must live still plays."""
    SILENCE = "silence"
    """What must not be in it is taken out (``silencing``)."""
    REMARK = "remark"
    """An agent's own evaluation: what was written about it is read, and answered."""
    GATE = "gate"
    """A text that will outlive the calls is held against what was said in them (``use.gate``)."""
    PROVE = "prove"
    """A proof of the day: its waveform is silent where nothing was to be kept."""
    STATEMENT = "statement"
    """What its person says is laid beside its words, by the decision on their request."""
    LIST = "list"
    """The small waveform of a row that a person may see."""


class NotThereYet(Unavailable):
    """The recording has no such part (yet): a transcript that the machine has not written."""

    slug = "not-there-yet"

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            f"this recording has no {kind.name.lower().replace('_', ' ')} yet",
            remedy="come back when it has been written",
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """One recording, open for one request or one job step. Let it go with it."""

    vault: Vault
    recording: RecordingId
    entry: Entry
    refs: tuple[BlobRef, ...]
    grant: int | None = None
    """The row of the access log that let a person in; None for a step of the house."""

    def rows(self) -> AbstractContextManager[None]:
        """Within it the database shows what was written about this recording (``passage``)."""
        using = self.vault.database
        if self.grant is None:
            return passage.by_step(self.recording, using)
        return passage.by_grant(self.recording, self.grant, using)

    def has(self, kind: Kind) -> bool:
        """Whether the recording has a part of this kind."""
        return any(ref.kind is kind for ref in self.refs)

    def file(self, kind: Kind) -> SealedFile:
        """The newest part of this kind as a readable, seekable file in RAM; NotThereYet without
        one."""
        return SealedFile(self._sealed(kind))

    def whole(self, kind: Kind) -> bytes:
        """The newest part of this kind, all of it; NotThereYet without one."""
        sealed = self._sealed(kind)
        return sealed.read(0, sealed.plain_size)

    def _sealed(self, kind: Kind) -> Sealed:
        found = [ref for ref in self.refs if ref.kind is kind]
        if not found:
            raise NotThereYet(kind)
        return self.vault.open_blob(self.recording, found[-1], self.entry)


def open_for(vault: Vault, grant: Grant, now: datetime) -> Opened:
    """Open what ``grant`` allows, the whole call. Denied where its view shows times and facts only
    (J22), or nothing but passages.

    Raises NoLongerOpens past the sealed cutoff or once it is being destroyed, whatever a column
    says.
    """
    if grant.view is View.FACTS:
        raise Denied(Rule.SPECIAL_CATEGORY)
    if not grant.view.whole:
        raise Denied(Rule.NOT_APPROVED)
    return _open(vault, grant.recording, now, grant.entry)


def open_part(vault: Vault, grant: Grant, part: Span, now: datetime) -> Opened:
    """Open a recording for one stretch of it. Denied unless the whole may be opened, or two people
    have approved the stretch for training (D) and nobody has taken it back."""
    if grant.view is View.PASSAGES and approved.covers(grant.recording, part.start_ms, part.end_ms):
        return _open(vault, grant.recording, now, grant.entry)
    return open_for(vault, grant, now)


def open_for_step(vault: Vault, recording: RecordingId, step: Step, now: datetime) -> Opened:
    """Open a recording for work of the house. Raises NoLongerOpens as ``open_for`` does."""
    return _open(vault, recording, now)


def _open(vault: Vault, recording: RecordingId, now: datetime, grant: int | None = None) -> Opened:
    entry = vault.entry(recording, now)
    return Opened(vault, recording, entry, vault.refs(recording, entry), grant)
