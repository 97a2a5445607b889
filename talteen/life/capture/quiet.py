"""Streams that bring nothing while their call is recorded (capture checklist 32). Pure.

A line that was never patched through, a firewall, a codec that the client pauses: the call goes on,
and half of it is missing. So it is said while somebody can still mend it: once when a stream has
brought nothing for so long, and once when it brings something again. On hold and in a pause nothing
is expected, and nothing is said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from talteen.life.capture import shown
from talteen.life.capture.console import State
from talteen.life.capture.ears import flows
from talteen.life.capture.ears.flows import Address
from talteen.life.capture.facts import Happening
from talteen.life.capture.live import LiveCall
from talteen.life.capture.note import About, Note
from talteen.life.capture.shown import Flowing

AFTER = timedelta(seconds=15)
_SOUNDING = frozenset({State.RECORDING, State.ANNOUNCING})
_STOPS = frozenset({Happening.PAUSE, Happening.HOLD, Happening.CONSULT})
_GOES_ON = frozenset({Happening.RESUME, Happening.RETRIEVE})


@dataclass(slots=True)
class Quiet:
    """The silent streams of one node."""

    after: timedelta = AFTER
    silent: set[Address] = field(default_factory=set)
    """Those that were told of."""
    _since: dict[Address, datetime] = field(default_factory=dict)
    """From when on a stream could have brought something."""

    def looked(
        self, calls: Iterable[LiveCall], at_ears: Mapping[int, Flowing], now: datetime
    ) -> list[Note]:
        """What is to be told at ``now``, by what the ears counted (``shown.flowing``)."""
        notes, there = list[Note](), set[Address]()
        for live in calls:
            at_ear = at_ears.get(live.ear, {})
            ones = {one: flows.address(live.recording, one) for one in live.streams.values()}
            # An ear tells of all that it hears, but not of all at once.
            lasts = {one: at_ear[at][1] for one, at in ones.items() if at in at_ear}
            newest = max((last for last in lasts.values() if last), default=None)
            for stream, last in lasts.items():
                there.add(ones[stream])
                notes += self._told(live, stream, ones[stream], _Heard(last, newest), now)
        self._since = {one: at for one, at in self._since.items() if one in there}
        self.silent &= there
        return notes

    def _told(
        self, live: LiveCall, stream: int, one: Address, heard: "_Heard", now: datetime
    ) -> Iterator[Note]:
        since = self._since.setdefault(one, now)
        if now - max(heard.last_at or since, since) < self.after:
            silent = False
        else:
            silent = self._expected(live, heard.newest_at, now)
            if not silent:
                self._since[one] = now
        if silent == (one in self.silent):
            return
        (self.silent.add if silent else self.silent.discard)(one)
        about = About.SILENT if silent else About.SPEAKS
        yield Note(about, now, live.recording, live.line, reason=_side(live, stream))

    def _expected(self, live: LiveCall, newest_at: datetime | None, now: datetime) -> bool:
        """Whether sound has been expected for as long. Asked of few: it costs more than a look.

        While it is announced, one party listens and the other is not there yet: then only a call
        that brings nothing at all is amiss.
        """
        state, _, since = shown.standing(live, now)
        if state is State.ANNOUNCING:
            since = max(_running_since(live) or now, newest_at or live.gate.started_at)
        return live.fate is None and state in _SOUNDING and now - since >= self.after


@dataclass(frozen=True, slots=True)
class _Heard:
    """When a stream, and when any stream of its call, brought something last."""

    last_at: datetime | None
    newest_at: datetime | None


def _running_since(live: LiveCall) -> datetime | None:
    """Since when a call without evidence is neither on hold nor in a pause: the law says nothing of
    gaps in what is not kept yet. None while it is."""
    start, events = live.gate.started_at, live.gate.facts.events
    last = next((one for one in reversed(events) if one.kind in _STOPS | _GOES_ON), None)
    if last is None:
        return start
    return start + timedelta(milliseconds=last.at_ms) if last.kind in _GOES_ON else None


def _side(live: LiveCall, stream: int) -> str:
    """Whose voice is missing: ``caller``, ``agent`` or ``unknown``."""
    told = (one.side for one in live.told().streams if one.stream == stream)
    side = next(told, None)
    return side.value if side else "unknown"
