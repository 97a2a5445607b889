"""Birth and death of intake keys: one for each node and hour, and who may still need which.

A node keeps sealing to the newest key that it has heard of, also while it is cut off. A key
therefore dies in a roll only when its node needs it no more: everything under it was handed over,
open calls were sealed again to a newer key, and the node has said so. However long a node stays
silent, a key dies at the latest when the first call that may have come in through it reaches its
cutoff (DESIGN 5, keys-review rule 4). Nothing is lost by that: nobody may open such a call.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from talteen.engine.vault.pages import IntakeSecret
from talteen.ids import IntakeKeyId

EVERY = timedelta(hours=1)
"""How old the newest key of a node becomes before it gets another."""
LONGEST_CALL = timedelta(hours=24)
"""How long before a key's birth a call may have begun that was sealed to it again."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a node has said: which keys it still has something sealed to."""

    node: str
    knows: IntakeKeyId | None
    """The newest key that it has heard of: from now on it seals to none that is older."""
    keys: frozenset[IntakeKeyId] = frozenset()


def to_open(
    held: Iterable[IntakeSecret], nodes: Collection[str], *, now: datetime
) -> frozenset[str]:
    """The nodes that get another key in the next roll, at ``now``."""
    newest: dict[str, datetime] = {}
    for key in held:
        newest[key.node] = max(newest.get(key.node, key.opened_at), key.opened_at)
    return frozenset(node for node in nodes if node not in newest or now - newest[node] >= EVERY)


def to_close(
    held: Iterable[IntakeSecret], needs: Iterable[Needs], *, lapsed: Collection[IntakeKeyId] = ()
) -> frozenset[IntakeKeyId]:
    """The keys that die in the next roll: needed by nobody, or ``lapsed``."""
    said = {one.node: one for one in needs}
    held = tuple(held)
    born = {key.id: key.opened_at for key in held}
    return frozenset(
        key.id for key in held if key.id in lapsed or _is_done(key, said.get(key.node), born)
    )


def lapsed(
    held: Iterable[IntakeSecret], *, is_over: Callable[[datetime], bool]
) -> frozenset[IntakeKeyId]:
    """The keys under which a call may have come that is past its cutoff by now.

    ``is_over`` tells of a call's start whether its cutoff has passed.
    """
    return frozenset(key.id for key in held if is_over(key.opened_at - LONGEST_CALL))


def _is_done(key: IntakeSecret, said: Needs | None, born: dict[IntakeKeyId, datetime]) -> bool:
    if said is None or said.knows is None or key.id in said.keys:
        return False
    # A node that has not heard of a newer key may be sealing to this one at this moment.
    heard = born.get(said.knows)
    return heard is not None and key.opened_at < heard
