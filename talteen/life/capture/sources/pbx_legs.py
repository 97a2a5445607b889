"""Which channels of the exchange belong to which call, and what was said of calls not found yet.

Asterisk gives all channels of a call one ``Linkedid``; its recording session may begin later than
the prompt is played. So evidence waits for its call, as long as the exchange has the call. Pure.
"""

import re
from dataclasses import dataclass, field

from talteen.life.capture.facts import Evidence
from talteen.life.capture.sources.ami import Message

MOST_CHANNELS = 20_000
MOST_WAITING = 100
"""Of one call."""
_EXTENSION = re.compile(r"[A-Za-z0-9]+/([^@;/]+?)(?:-[0-9a-f]+)?(?:[@;].*)?", re.ASCII)


@dataclass(slots=True)
class _Leg:
    linked: str
    bridged: bool = False


@dataclass(slots=True)
class Legs:
    """What is known of the exchange's channels."""

    _legs: dict[str, _Leg] = field(default_factory=dict)
    _calls: dict[str, str] = field(default_factory=dict)
    """Linked id -> recording id, once that is sure."""
    _waiting: dict[str, list[Evidence]] = field(default_factory=dict)
    _spoke: dict[str, str] = field(default_factory=dict)
    """Linked id -> the channel of which something was said last."""

    def follow(self, message: Message) -> str:
        """What an event says of a channel; gives the linked id, where it names one."""
        channel, linked = message.get("Channel"), message.get("Linkedid")
        if not channel or not linked:
            return ""
        event = message.get("Event")
        if event == "Hangup":
            self._gone(channel)
            return ""
        if channel not in self._legs and len(self._legs) >= MOST_CHANNELS:
            return ""
        leg = self._legs.setdefault(channel, _Leg(linked))
        leg.linked = linked
        match event:
            case "BridgeEnter":
                leg.bridged = True
                self._legs[channel] = self._legs.pop(channel)  # the last to join stands last
            case "BridgeLeave":
                leg.bridged = False
            case "CoreShowChannel":
                leg.bridged = bool(message.get("BridgeId"))
        return linked

    def said(self, linked: str, channel: str, evidence: Evidence) -> None:
        """Evidence that waits until ``take``."""
        waiting = self._waiting.setdefault(linked, [])
        if len(waiting) < MOST_WAITING:
            waiting.append(evidence)
        self._spoke[linked] = channel

    def waiting(self) -> list[str]:
        """Linked ids of which something was said that nobody has taken."""
        return [linked for linked, said in self._waiting.items() if said]

    def take(self, linked: str) -> Evidence | None:
        """The first thing that waits; it stays until ``done``."""
        said = self._waiting.get(linked)
        return said[0] if said else None

    def done(self, linked: str) -> None:
        """The first thing that waited was told, or never will be."""
        said = self._waiting.get(linked)
        if said:
            said.pop(0)

    def unbound(self) -> list[str]:
        """Linked ids whose recording is not known yet."""
        return sorted({leg.linked for leg in self._legs.values()} - set(self._calls))

    def call_of(self, linked: str) -> str:
        """The recording id; empty where it is not known."""
        return self._calls.get(linked, "")

    def bind(self, linked: str, call: str) -> bool:
        """That is the recording of this call. False where another call has it already."""
        if call in self._calls.values():
            return False
        self._calls[linked] = call
        return True

    def ids(self, linked: str) -> list[str]:
        """All that the exchange calls this call by."""
        return [linked, *(name for name, leg in self._legs.items() if leg.linked == linked)]

    def extensions(self, linked: str) -> list[str]:
        """Extensions that talk in this call and in no other one."""
        here, elsewhere = set[str](), set[str]()
        for name, leg in self._legs.items():
            found = _EXTENSION.fullmatch(name)
            if found and leg.bridged:
                (here if leg.linked == linked else elsewhere).add(found[1])
        return sorted(here - elsewhere)

    def channels(self, call: str) -> list[str]:
        """The channels that talk in the call of this recording, who joined last first."""
        of = [linked for linked, bound in self._calls.items() if bound == call]
        bridged = [n for n, leg in self._legs.items() if leg.bridged and leg.linked in of]
        return bridged[::-1]

    def joined(self, call: str) -> str:
        """The channel of who is to be told: of which something was said last, else who joined
        last; empty where there is none."""
        of = [linked for linked, bound in self._calls.items() if bound == call]
        spoke = [self._spoke[linked] for linked in of if self._spoke.get(linked) in self._legs]
        return next(iter([*spoke, *self.channels(call)]), "")

    def _gone(self, channel: str) -> None:
        leg = self._legs.pop(channel, None)
        if leg is not None and all(other.linked != leg.linked for other in self._legs.values()):
            for of in (self._calls, self._waiting, self._spoke):
                of.pop(leg.linked, None)
