"""The media lines of one recording session: what was offered, what we answered, what turned.

A line keeps its *slot*, and with the slot its receiving port, as long as it keeps its label; a new
label gets a new slot. So no re-INVITE, whatever it carries, moves a port under a running stream.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from talteen.engine.wire import answer, sdp
from talteen.engine.wire.answer import Line, Refusal
from talteen.engine.wire.sdp import Description, Direction, Media


@dataclass(frozen=True, slots=True)
class Step:
    """What one description changed, by the names of lines (a label, or ``#`` and its number)."""

    added: tuple[str, ...] = ()
    halted: tuple[str, ...] = ()
    """Lines that sent, and send no more."""
    resumed: tuple[str, ...] = ()
    """Lines that send, and did not before."""
    unroutable: bool = False
    """Every line that is on stands at 0.0.0.0: that is how old exchanges pause."""
    routable: bool = False
    """Some line that is on stands at a real address."""
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Lines whose media changed, and how."""


@dataclass(slots=True)
class Lines:
    """All lines in their order. Written by the session only."""

    ours: tuple[Line, ...] = ()
    """As answered or offered."""
    theirs: tuple[Media, ...] = ()
    """As the client last described them; empty until it did."""
    slots: tuple[int | None, ...] = ()
    seen: set[str] = field(default_factory=set)
    """The names of all lines there ever were."""
    _next: int = 0
    _names: tuple[str | None, ...] = ()

    def names(self) -> tuple[str | None, ...]:
        """The name of each line; None for one that is refused or off."""
        return self._names

    def _become(self, lines: Sequence[Line]) -> None:
        """These are our lines from now on."""
        self.ours = tuple(lines)
        self._names = tuple(
            name(number, line) if line.needs_port else None for number, line in enumerate(lines)
        )

    def sending(self) -> bool:
        """Whether the client means to send on any line now. So it does until it says otherwise."""
        return not self.theirs or any(
            media.sends and line.needs_port
            for media, line in zip(self.theirs, self.ours, strict=False)
        )

    def offered(self, offer: Description, judged: tuple[Line, ...]) -> Step:
        """Take in an offer of the client's, as it was judged."""
        return self._take(offer.media, judged)

    def answered(self, description: Description) -> Step:
        """Take in the answer to an offer of ours. Lines that it refuses are off."""
        judged = answer.judge(description)
        labels = [line.label for line in self.ours]
        media, lines = [], []
        for number, (one, line) in enumerate(zip(description.media, judged, strict=True)):
            label = labels[number] if number < len(labels) and line.label is None else line.label
            media.append(sdp.relabelled(one, label))
            lines.append(replace(line, label=label))
        return self._take(tuple(media), tuple(lines))

    def offer(self, lines: Sequence[Line]) -> None:
        """Take in an offer of our own, which changes nothing that runs."""
        known = self.slots_by_name()
        self._become(lines)
        self.slots = self._assigned(self.ours, known)
        self.seen |= {name for name in self.names() if name is not None}

    def slots_by_name(self) -> dict[str, int]:
        """The slot of each line that has one."""
        pairs = zip(self.names(), self.slots, strict=True)
        return {name: slot for name, slot in pairs if name is not None and slot is not None}

    def _take(self, media: tuple[Media, ...], judged: tuple[Line, ...]) -> Step:
        before, known = self._by_name(), self.slots_by_name()
        self._become(judged)
        self.theirs = media
        self.slots = self._assigned(judged, known)
        after = self._by_name()
        self.seen |= set(after)
        return _step(before, after, known)

    def _by_name(self) -> dict[str, Media]:
        pairs = zip(self.names(), self.theirs, strict=False)
        return {name: media for name, media in pairs if name is not None}

    def _assigned(self, lines: Sequence[Line], known: dict[str, int]) -> tuple[int | None, ...]:
        found: list[int | None] = []
        for number, line in enumerate(lines):
            slot = known.get(name(number, line)) if line.needs_port else None
            if slot is None and line.needs_port:
                slot, self._next = self._next, self._next + 1
            found.append(slot)
        return tuple(found)


def name(number: int, line: Line) -> str:
    """What a line is called in facts and events."""
    return line.label if line.label is not None else f"#{number}"


def warnings(judged: Sequence[Line], offer: Description, *, secure: bool) -> list[str]:
    """What is odd about an offer, by the codes of docs/formats/siprec-evidence.md."""
    found: list[str] = []
    for line, media in zip(judged, offer.media, strict=True):
        if line.refused and not line.off:
            why = media.kind if line.refused is Refusal.KIND else line.refused.value
            found.append(f"media-refused:{why}")
        if line.needs_port:
            found += _oddities(line, media, secure=secure)
    return found


def _oddities(line: Line, media: Media, *, secure: bool) -> list[str]:
    found = []
    if media.label is None:
        found.append("no-label")
    # RFC 7866 7.1.1: a client offers sendonly, or inactive.
    if media.direction in (Direction.SENDRECV, Direction.RECVONLY) and media.sends:
        found.append("direction-sendrecv-offered")
    if line.crypto and not secure:
        found.append("sdes-over-cleartext")
    if line.speech and line.speech.name.lower() in answer.UNDECODABLE:
        found.append(f"undecodable-codec:{line.speech.name}")
        # The speech looks unreadable, yet the key presses beside it can be read: say so.
        if any(codec.name.lower() == "telephone-event" for codec in line.codecs):
            found.append("telephone-event-sensitive")
    return found


def _step(before: dict[str, Media], after: dict[str, Media], known: dict[str, int]) -> Step:
    stay = [name for name in after if name in before]
    changed = [(name, sdp.changes(before[name], after[name])) for name in stay]
    silent = {name for name, media in after.items() if not media.sends}
    real = [name for name, media in after.items() if media.address not in sdp.UNROUTABLE]
    return Step(
        added=tuple(name for name in after if name not in known),
        halted=tuple(name for name in silent if name not in before or before[name].sends),
        resumed=tuple(
            name
            for name in after
            if name not in silent and not (name in before and before[name].sends)
        ),
        unroutable=bool(after) and not real,
        routable=bool(real),
        changed=tuple((name, what) for name, what in changed if what),
    )
