"""What programs can be told of, and whom it may be told to. Pure.

Each event is an entry of the ledger: what was not committed is told to nobody, and what is told
stands in the signed log (decision 195). A message holds ids only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from talteen.notice.purposes import Role
from talteen.register.log import ledger_kinds as kinds
from talteen.register.log.ledger_breaches import BreachOpened, BreachStepped
from talteen.register.log.ledger_requests import RequestReceived, RequestStepped

_R = Role
_OVERSEERS = frozenset({_R.REGISTER_CONTACT, _R.DPO, _R.ADMIN, _R.AUDITOR})
_ANSWERERS = frozenset({_R.REGISTER_CONTACT, _R.DPO})
_CONTACT = frozenset({_R.REGISTER_CONTACT})


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of event."""

    name: str
    tag: str
    """Of the entry of the ledger."""
    about: tuple[str, ...]
    """Which ids of the entry the message names."""
    roles: frozenset[Role]
    """Whose tokens may be told (REGISTER D)."""


EVENTS: Mapping[str, Event] = MappingProxyType(
    {
        one.name: one
        for one in (
            Event("recording.sealed", kinds.Sealed.tag, ("recording",), _OVERSEERS),
            Event("recording.destroyed", kinds.Destroyed.tag, ("recording",), _OVERSEERS),
            Event("recording.certified", kinds.DestroyedEverywhere.tag, ("recording",), _OVERSEERS),
            Event("hold.placed", kinds.HoldPlaced.tag, ("hold", "recording"), _CONTACT),
            Event("hold.released", kinds.HoldReleased.tag, ("hold", "recording"), _CONTACT),
            Event("request.received", RequestReceived.tag, ("request",), _ANSWERERS),
            Event("request.stepped", RequestStepped.tag, ("request",), _ANSWERERS),
            Event("breach.opened", BreachOpened.tag, ("breach",), _ANSWERERS),
            Event("breach.stepped", BreachStepped.tag, ("breach",), _ANSWERERS),
        )
    }
)
BY_TAG: Mapping[str, Event] = MappingProxyType({one.tag: one for one in EVENTS.values()})
