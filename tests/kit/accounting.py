"""Every packet that was sent is kept or told of: what a recording's account may never lack."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journal_bodies import MEANT, Gap, Why


@dataclass(frozen=True, slots=True)
class Sent:
    """A packet as its sender knows it."""

    at_ns: int
    """When it was sent, or a little before; on loopback it arrives at once."""
    data: bytes
    wanted: bool
    """Whether it was spoken outside every pause."""


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the packets of one stream."""

    kept: int
    told: int
    silent: tuple[Sent, ...]
    """Wanted, and neither kept nor told of."""
    unwanted: int
    """Kept, though nobody spoke it, or in a pause."""
    doubled: int
    torn: bool
    """Whether records are missing, as its reader alone can say."""


def account(heard: Heard, stream: int, spoken: Sequence[Sent]) -> Account:
    """The account of ``stream``, into which this was ``spoken``. A gap of the kernel tells of as
    many packets as it counts, every other one of all that were sent within it."""
    kept = Counter(data for _, data in heard.packets(stream))
    wanted = {one.data for one in spoken if one.wanted}
    missing = [one for one in spoken if one.wanted and one.data not in kept]
    losses = [gap for gap in heard.gaps(stream) if gap.why not in MEANT]
    silent = [one for one in missing if not any(_covers(gap, one) for gap in losses)]
    counted = sum(gap.packets for gap in losses if gap.why is Why.DROPPED)
    return Account(
        kept.total(),
        len(missing) - len(silent) + min(counted, len(silent)),
        tuple(silent[counted:]),
        sum(1 for data in kept if data not in wanted),
        kept.total() - len(kept),
        any(gap.why is Why.TORN for gap in losses),
    )


def _covers(gap: Gap, one: Sent) -> bool:
    return gap.why is not Why.DROPPED and gap.covers(one.at_ns)
