"""What a token of the house may allow, for whom, and why: REGISTER D for programs. Pure.

No scope opens sound or words: a grant is a person's, shown by two factors, and a program has none
(decision 194).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from talteen.notice import purposes
from talteen.notice.purposes import Purpose, Role


class Scope(Enum):
    """What a token allows; the value is what the token's row and the documents say."""

    RECORDINGS_READ = "recordings:read"
    """Facts of recordings, as far as its owner may list them."""
    RECORDINGS_WRITE = "recordings:write"
    """Hand in a call: sound and sidecar."""
    CERTIFICATES_READ = "certificates:read"
    LEDGER_READ = "ledger:read"
    BALANCE_READ = "balance:read"
    """The balance of a day, and why a call was recorded or not."""
    BALANCE_WRITE = "balance:write"
    """Hand over the exchange's call records."""
    REQUESTS_READ = "requests:read"
    REQUESTS_WRITE = "requests:write"
    """Write down that somebody asked."""
    SALES_CHECK = "sales:check"
    """Ask before a sales call whether its number may be called."""
    WAYS_SEND = "ways:send"
    """Send a caller the other ways of being served (REGISTER 15.2)."""
    HOLDS_READ = "holds:read"
    WEBHOOKS = "webhooks"
    """Be told what happens."""
    HEALTH_READ = "health:read"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may own a token of a scope, and whether it reads personal data and so needs a
    purpose."""

    roles: frozenset[Role]
    purposes: frozenset[Purpose] = frozenset()

    @property
    def personal(self) -> bool:
        return bool(self.purposes)


_R, _P = Role, Purpose
_OVERSEERS = frozenset({_R.REGISTER_CONTACT, _R.DPO, _R.ADMIN, _R.AUDITOR})
_LISTERS = frozenset({_R.AGENT, _R.TEAM_LEADER, _R.COMPLAINT_HANDLER, _R.REGISTER_CONTACT})
_TAKERS = frozenset({_R.REGISTER_CONTACT, _R.AGENT, _R.COMPLAINT_HANDLER, _R.TEAM_LEADER})
_CASES = frozenset({_P.RIGHTS_OF_PARTIES, _P.DATA_SUBJECT_REQUEST})
_S = Scope
ALLOWED: Mapping[Scope, Allowed] = MappingProxyType(
    {
        _S.RECORDINGS_READ: Allowed(_LISTERS, frozenset(purposes.OPEN)),
        _S.RECORDINGS_WRITE: Allowed(frozenset({_R.ADMIN})),
        _S.CERTIFICATES_READ: Allowed(_OVERSEERS),
        _S.LEDGER_READ: Allowed(_OVERSEERS),
        _S.BALANCE_READ: Allowed(_OVERSEERS),
        _S.BALANCE_WRITE: Allowed(frozenset({_R.ADMIN, _R.REGISTER_CONTACT})),
        _S.REQUESTS_READ: Allowed(
            frozenset({_R.REGISTER_CONTACT}), frozenset({_P.DATA_SUBJECT_REQUEST})
        ),
        _S.REQUESTS_WRITE: Allowed(_TAKERS),
        _S.SALES_CHECK: Allowed(frozenset({_R.REGISTER_CONTACT})),
        _S.WAYS_SEND: Allowed(frozenset({_R.ADMIN, _R.REGISTER_CONTACT})),
        _S.HOLDS_READ: Allowed(frozenset({_R.REGISTER_CONTACT, _R.COMPLAINT_HANDLER}), _CASES),
        _S.WEBHOOKS: Allowed(_OVERSEERS | _LISTERS),
        _S.HEALTH_READ: Allowed(_OVERSEERS),
    }
)
"""A test holds these roles against those of the pages that show the same."""


def purposes_for(scope: Scope, role: str) -> tuple[Purpose, ...]:
    """The purposes under which somebody in ``role`` may have a token of ``scope``."""
    wanted = ALLOWED[scope].purposes
    return tuple(one for one in purposes.purposes_of(Role(role)) if one in wanted)
