"""One session out of the calls of several nodes: one sound and one verdict (J23, decision 093)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from talteen.engine.wire.jitter import GapKind, Silence
from talteen.life.capture import acts as capture
from talteen.life.capture import merging
from talteen.life.capture import told as node_told
from talteen.life.capture.acts import Judged
from talteen.life.capture.rules import Capture, Mark, MarkKind, SoFar
from talteen.life.capture.sidecar import Sidecar
from talteen.life.seal import healing, received
from talteen.life.seal.healing import Count
from talteen.life.seal.opening import Call
from talteen.life.seal.received import Captured, Kept, Received
from talteen.life.seal.vault import Vault
from talteen.life.seal.witness import Witness
from talteen.register.spared import do_not_record

LEAST_NEWS_MS = 250
"""Silences and announcements that two nodes place nearer to each other are the same ones."""
_KINDS = {GapKind.PAUSE: MarkKind.PAUSE, GapKind.HOLD: MarkKind.HOLD}


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """What another node was told of the session, beside the first one's time."""

    sidecar: Sidecar
    shift_ms: int
    """Its source time 0 in the first one's."""
    silences: tuple[Mark, ...]
    """In the first one's source time."""


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One call, or several that are one. It begins as a call alone, and others join it."""

    calls: tuple[Call, ...]
    """The first one is whose recording it becomes."""
    sidecar: Sidecar
    healed: Witness | None = field(default=None, repr=False)
    """None while it is one call alone: its sound then goes the way it always went."""
    accounts: tuple[Account, ...] = ()
    count: Count = field(default_factory=Count)
    told_more: bool = False
    """Another node was told of a silence that the first was not told of."""

    @property
    def first(self) -> Call:
        """The call whose recording, start and due it has."""
        return self.calls[0]

    def joined(self, other: Call) -> "Session | None":
        """This session and ``other``; None where their packets do not show that they are one."""
        began_ns, theirs_ns = self.first.began_ns, other.began_ns
        if began_ns is None or theirs_ns is None:
            return None
        witness = self.healed or self.first.witness()
        found = healing.heal(witness, other.witness())
        if found is None:
            return None
        shift_ms = round((found.clock.at_one(theirs_ns) - began_ns) / 1e6)
        over_ns = max(witness.over_ns, found.clock.at_one(other.over_ns))
        silences = tuple(mark(one, began_ns) for one in found.told)
        return Session(
            (*self.calls, other),
            merging.both(self.sidecar, other.sidecar, shift_ms),
            Witness(found.streams, found.silences, over_ns),
            (*self.accounts, Account(other.sidecar, shift_ms, silences)),
            self.count + found.count,
            self.told_more or bool(found.unheard(LEAST_NEWS_MS * 1_000_000)),
        )

    def having(self, sidecar: Sidecar) -> "Session":
        """The same session under another account of it."""
        return replace(self, sidecar=sidecar)

    def sound(self) -> Received:
        """Both sides, on the clock of the first node."""
        # The gate let nothing earlier into the journal; the rules say it once more, to the sample.
        if self.healed is None:
            kept = Kept(0, self.first.silences)
            return received.lay(self.first.streams, kept, began_ns=self.first.began_ns)
        streams = [Captured(one.facts, one.side, [one.slots]) for one in self.healed.streams]
        return received.lay(streams, Kept(0, self.healed.silences), began_ns=self.first.began_ns)

    def judged(self, vault: Vault, sound: Received, now: datetime) -> Judged:
        """What may become of it: by the law on all accounts together, less what any forbids."""
        listed = do_not_record.listed(vault.do_not_record_key())
        judged = capture.judge(
            self.sidecar,
            name=node_told.NAME,
            agent_ms=sound.agent_ms,
            caller_ms=sound.caller_ms,
            now=now,
            do_not_record=listed,
        )
        verdict = judged.verdict
        for one in self.accounts:
            law = capture.so_far(one.sidecar, now, name=node_told.NAME, do_not_record=listed)
            verdict = merging.narrowed(verdict, law, one.shift_ms, one.silences)
        return self._with_losses(replace(judged, verdict=verdict), sound)

    def opens_later(self, vault: Vault, now: datetime) -> bool:
        """Whether another account lets the recording begin later than the first one's does."""
        listed = do_not_record.listed(vault.do_not_record_key())

        def law(of: Sidecar) -> object:
            return capture.so_far(of, now, name=node_told.NAME, do_not_record=listed)

        own = law(self.first.sidecar)
        if not isinstance(own, SoFar):
            return False
        return any(
            not isinstance(theirs, SoFar)
            or theirs.opened_ms + one.shift_ms - own.opened_ms > LEAST_NEWS_MS
            for one in self.accounts
            if (theirs := law(one.sidecar)) is not None
        )

    @property
    def cut_off(self) -> bool:
        """Whether no node has its end: the power of all of them was gone before."""
        return all(one.cut_off for one in self.calls)

    def _with_losses(self, judged: Judged, sound: Received) -> Judged:
        """``judged``, with what is missing from the sound marked in recording time."""
        kept = judged.capture
        lost = [mark for mark in sound.marks if mark.kind is MarkKind.LOST]
        if kept is None or not (lost or self.cut_off or self.count.disputed or sound.unheard):
            return judged
        marks = (*kept.marks, *_within(kept, lost))
        return judged.having(replace(kept, marks=marks, incomplete=True))


def alone(call: Call) -> Session:
    """The session of one call."""
    return Session((call,), call.sidecar)


def mark(one: Silence, began_ns: int) -> Mark:
    """``one`` in milliseconds since ``began_ns``: every one that lies in it, be it only in part."""
    start_ms = (one.start_ns - began_ns) // 1_000_000
    return Mark(_KINDS[one.kind], start_ms, -((began_ns - one.end_ns) // 1_000_000))


def _within(kept: Capture, marks: Sequence[Mark]) -> list[Mark]:
    found = []
    for mark in marks:
        start = max(mark.start_ms, kept.kept.start_ms) - kept.kept.start_ms
        end = min(mark.end_ms, kept.kept.end_ms) - kept.kept.start_ms
        if start < end:
            found.append(Mark(mark.kind, start, end))
    return found
