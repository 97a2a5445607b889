"""Which duties somebody may hand to a colleague for a time, and to whom (REGISTER D). Pure.

A delegation never widens table D: it goes to somebody in the same role, who could do the same for
matters of their own, and it carries no more than whose matters they are.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType

from talteen.notice.purposes import Role

LONGEST = timedelta(days=60)
"""From the first day to the last: longer is no absence but another person's work."""


class Duty(Enum):
    """What can be handed over."""

    CASES = "cases"
    """One's cases and holds: the deputy opens their calls as the one who is away would."""
    RIGHTS_REVIEW = "rights_review"
    """The quarter's look at the rights of those whom one answers for."""


ROLES: Mapping[Duty, frozenset[Role]] = MappingProxyType(
    {
        Duty.CASES: frozenset({Role.COMPLAINT_HANDLER, Role.REGISTER_CONTACT}),
        Duty.RIGHTS_REVIEW: frozenset({Role.TEAM_LEADER, Role.OWNER, Role.DPO}),
    }
)
GIVERS = frozenset().union(*ROLES.values())
"""Who has something to hand over."""


def duties_of(role: Role) -> tuple[Duty, ...]:
    """What somebody in ``role`` can hand over."""
    return tuple(duty for duty in Duty if role in ROLES[duty])


def may_take(duty: Duty, giver: Role, taker: Role) -> bool:
    """Whether somebody in ``taker`` may stand in for ``giver``: the same role, and one with it."""
    return giver is taker and giver in ROLES[duty]


def lasts_too_long(begins: date, last: date) -> bool:
    """Whether the days, both counted, are more than may be handed over at once."""
    return last - begins >= LONGEST
