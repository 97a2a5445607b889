"""Which announcements count (REGISTER 6.3, 6.4): a known version, in the caller's language, whole.

Whoever reports one, the house compares it with what it knows: its own prompts in force, their
lengths, and the direction of the call. What is in doubt does not count.
"""

from dataclasses import dataclass

from talteen.life.capture.facts import Announced, CallFacts, Overheard, Played, Told

PLAYED_TOLERANCE_MS = 200
"""How much too early a PBX may report the end of a prompt: clocks and event queues jitter."""


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """An announcement that counts: from when to when it was heard, and its version."""

    end_ms: int
    start_ms: int
    version: str


def that_count(facts: CallFacts) -> list[Counted]:
    """The announcements that count, in order of their ends (6.3, 6.4)."""
    return sorted(one for a in facts.announcements if (one := counted(a, facts)) is not None)


def counted(announced: Announced, facts: CallFacts) -> Counted | None:
    """``announced`` if it counts in a call of these facts."""
    known = facts.known.get(announced.version)
    if known is None or facts.direction not in known.directions:
        return None
    if announced.language != known.language or facts.language not in (None, known.language):
        return None
    match announced:
        case Played(version, _, start_ms, end_ms):
            if known.length_ms is None or end_ms - start_ms < known.length_ms - PLAYED_TOLERANCE_MS:
                return None
            return Counted(end_ms, start_ms, version)
        case Told(version, _, at_ms):
            return Counted(at_ms, at_ms, version) if known.length_ms is None else None
        case Overheard(version, _, start_ms, end_ms, whole):
            return Counted(end_ms, start_ms, version) if whole else None
