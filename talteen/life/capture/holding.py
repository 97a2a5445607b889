"""When nothing may be kept although the call goes on: hold and pause (REGISTER 6.6, 8.1).

A hold is told by SDP, by metadata, or by both; a pause by an agent's evidence, by a vendor's
header, or by the old address 0.0.0.0. While one line holds, neither direction of the call is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class Told(Enum):
    """By which way a hold was told."""

    SDP = "sdp"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Turned:
    """Which lines turned, and which ways told it, in the words of an event."""

    labels: tuple[str, ...]
    by: str


@dataclass(slots=True)
class Holding:
    """The lines that hold now, each with the ways that told so."""

    told: dict[str, set[Told]] = field(default_factory=dict)
    paused_lines: set[str] = field(default_factory=set)
    """Lines that became inactive with a pause: the pause tells of them, not a hold."""
    pauses: set[str] = field(default_factory=set)
    """What pauses the call now."""

    def silences(self, lines: Iterable[str]) -> bool:
        """Whether nothing may be kept now of a call that has these lines."""
        return bool(self.pauses) or any(
            self.told.get(line) or line in self.paused_lines for line in lines
        )

    def update(
        self,
        held: Iterable[tuple[Told, str]],
        resumed: Iterable[tuple[Told, str]],
        *,
        lifted: Iterable[str] = (),
    ) -> tuple[Turned | None, Turned | None]:
        """Take in one message; returns who newly holds and who resumed.

        ``lifted``: lines that the SDP alone brought back; a hold that metadata told once and now do
        not mention ends with it, or the rest of the call would be lost.
        """
        before = {label for label, ways in self.told.items() if ways}
        ways_on: set[Told] = set()
        ways_off: set[Told] = set()
        for way, label in held:
            ways = self.told.setdefault(label, set())
            if way not in ways:
                ways.add(way)
                ways_on.add(way)
        for way, label in resumed:
            if way in self.told.get(label, ()):
                self.told[label].discard(way)
                ways_off.add(way)
        for label in lifted:
            self.told.get(label, set()).clear()
        after = {label for label, ways in self.told.items() if ways}
        return _turned(after - before, ways_on), _turned(before - after, ways_off)

    def call_ended(self, lines: Iterable[str]) -> None:
        """What metadata said of the lines of a call ends with the call: the next one that uses
        them must not begin in its hold. What SDP said is said of the lines themselves."""
        for line in lines:
            self.told.get(line, set()).discard(Told.METADATA)

    def idle(self, *lasting: str) -> None:
        """No call goes on: pauses end, but for those in ``lasting``."""
        self.pauses &= set(lasting)

    def pause(self, cause: str) -> bool:
        """Whether the call was running until now."""
        begins = not self.pauses
        self.pauses.add(cause)
        return begins

    def resume(self, cause: str) -> bool:
        """Whether the call runs again now."""
        was = bool(self.pauses)
        self.pauses.discard(cause)
        return was and not self.pauses


def _turned(labels: set[str], ways: set[Told]) -> Turned | None:
    if not labels:
        return None
    by = "+".join(way.value for way in Told if way in ways)
    return Turned(tuple(sorted(labels)), by)
