"""A disclosure: a call that leaves for an authority, for the controller's own counsel or insurer
(clause 11). Its machine and its checks. Pure.

GDPR 4(9), 5(1)(b)-(c), 6(1)(c), 15(1)(c), 48; REGISTER 11.2, 11.3 and table C. Nothing leaves that
nobody has named, and nothing by one person's word. A request that lacks what the law asks for is
refused, by two persons too: a refusal may be wrong as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType

from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import opinions
from talteen.notice.law import EEA
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Purpose


class Door(Enum):
    """Through which of the doors out: to whom (REGISTER 11.2). The third one is the subject's."""

    AUTHORITY = "authority"
    COUNSEL = "counsel"
    """The controller's own lawyer, in a named dispute."""
    INSURER = "insurer"
    """The controller's own insurer, in a named dispute."""


PURPOSE: Mapping[Door, Purpose] = MappingProxyType(
    {
        Door.AUTHORITY: Purpose.AUTHORITY,
        Door.COUNSEL: Purpose.RIGHTS_OF_PARTIES,
        Door.INSURER: Purpose.RIGHTS_OF_PARTIES,
    }
)
"""For which purpose the calls are opened on their way out."""


class DisclosureStage(Enum):
    """Where a disclosure stands."""

    RECEIVED = "received"
    VERIFIED = "verified"
    """Whoever asks is who they say: called back at a number that was known before."""
    GROUNDED = "grounded"
    SCOPED = "scoped"
    """Cut to named calls, stretches of them, and what of them."""
    PROPOSED = "proposed"
    APPROVED = "approved"
    SEALED = "sealed"
    """The package waits for whoever it is for."""
    HANDED_OVER = "handed_over"
    """It was opened with its code."""
    RECEIPTED = "receipted"
    REFUSAL = "refusal"
    """One person wants to refuse it, and a second one has not said so yet."""
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class DisclosureStep(Enum):
    """What moves it."""

    RECEIVED = "received"
    VERIFIED = "verified"
    GROUNDED = "grounded"
    SCOPED = "scoped"
    PRESERVED = "preserved"
    """Two persons hold its calls for the order."""
    OPINION = "opinion"
    PROPOSED = "proposed"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    SEALED = "sealed"
    HANDED_OVER = "handed_over"
    RECEIPTED = "receipted"
    CLOSED = "closed"
    REFUSAL_PROPOSED = "refusal_proposed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SECRECY_ENDED = "secrecy_ended"


_S, _T = DisclosureStage, DisclosureStep
ENDED = frozenset({_S.CLOSED, _S.REFUSED, _S.WITHDRAWN, _S.EXPIRED})
UNDECIDED = (_S.RECEIVED, _S.VERIFIED, _S.GROUNDED, _S.SCOPED, _S.PROPOSED)
_LEFT = (_S.HANDED_OVER, _S.RECEIPTED, _S.CLOSED)
EDGES: Mapping[tuple[DisclosureStage, DisclosureStep], DisclosureStage] = MappingProxyType(
    {
        (_S.RECEIVED, _T.VERIFIED): _S.VERIFIED,
        (_S.VERIFIED, _T.GROUNDED): _S.GROUNDED,
        (_S.GROUNDED, _T.SCOPED): _S.SCOPED,
        (_S.SCOPED, _T.SCOPED): _S.SCOPED,
        (_S.SCOPED, _T.PROPOSED): _S.PROPOSED,
        (_S.PROPOSED, _T.SENT_BACK): _S.SCOPED,
        (_S.PROPOSED, _T.APPROVED): _S.APPROVED,
        (_S.APPROVED, _T.SEALED): _S.SEALED,
        (_S.SEALED, _T.SEALED): _S.SEALED,
        (_S.SEALED, _T.HANDED_OVER): _S.HANDED_OVER,
        (_S.SEALED, _T.EXPIRED): _S.EXPIRED,
        (_S.HANDED_OVER, _T.RECEIPTED): _S.RECEIPTED,
        (_S.RECEIPTED, _T.CLOSED): _S.CLOSED,
        (_S.REFUSAL, _T.REFUSED): _S.REFUSED,
        (_S.REFUSAL, _T.SENT_BACK): _S.RECEIVED,
        **{(stage, _T.REFUSAL_PROPOSED): _S.REFUSAL for stage in UNDECIDED},
        **{(stage, _T.WITHDRAWN): _S.WITHDRAWN for stage in (*UNDECIDED, _S.REFUSAL, _S.APPROVED)},
        **{(stage, _T.PRESERVED): stage for stage in (_S.SCOPED, _S.PROPOSED)},
        **{(stage, _T.OPINION): stage for stage in (*UNDECIDED, _S.REFUSAL)},
        **{(stage, _T.SECRECY_ENDED): stage for stage in _LEFT},
    }
)
"""Every edge of REGISTER C, and no other."""


def after(stage: DisclosureStage, step: DisclosureStep) -> DisclosureStage:
    """The stage that ``step`` leads to; Conflict where there is no such edge."""
    try:
        return EDGES[stage, step]
    except KeyError:
        raise Conflict(
            f"a disclosure that is {stage.value} cannot take '{step.value}'",
            remedy="read its state again",
        ) from None


# --- what must be so before it goes on ------------------------------------------------------------


class Refusal(Enum):
    """Why a request is refused."""

    UNSIGNED = "unsigned"
    UNVERIFIED = "unverified"
    """Nobody at a known number says that it is theirs."""
    NO_STATUTE = "no_statute"
    VAGUE = "vague"
    """It names a person and any time, and no calls."""
    THIRD_COUNTRY = "third_country"
    """From outside the EEA, and no treaty carries it (Art. 48)."""
    NOT_HERE = "not_here"
    """What it names is not in the register, or opens no more."""
    DISPROPORTIONATE = "disproportionate"


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as far as its ground is concerned."""

    door: Door
    country: str
    """Of whoever asks: two letters of ISO 3166-1."""
    signed: bool
    statute: str
    """Act and section; in a dispute, which one."""
    treaty: str = ""
    """Which treaty carries it, from outside the EEA."""


def lacks(asking: Asking) -> Refusal | None:
    """What keeps the request from being granted; None where its ground carries it."""
    if not asking.statute.strip():
        return Refusal.NO_STATUTE
    if asking.door is not Door.AUTHORITY:
        return None
    if not asking.signed:
        return Refusal.UNSIGNED
    outside = asking.country not in EEA
    return Refusal.THIRD_COUNTRY if outside and not asking.treaty.strip() else None


def check_ground(asking: Asking) -> None:
    """Raise Conflict naming what the request lacks (11.3, Art. 6(1)(c), 48)."""
    if lack := lacks(asking):
        raise Conflict(
            f"this request cannot be granted: {lack.value}", remedy="ask for it, or refuse it"
        )


MOST_CALLS = 20
"""In one disclosure: what asks for more is cut into several, each looked at by itself."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is asked of one call, in milliseconds from its start."""

    start_ms: int
    end_ms: int
    length_ms: int
    """Of the whole call."""


def check_scope(stretches: Sequence[Stretch]) -> None:
    """Raise InputError unless it is named calls and stretches that lie in them (11.3)."""
    if not stretches:
        raise InputError("no call is named", remedy="name the calls, or refuse what names none")
    if len(stretches) > MOST_CALLS:
        raise InputError(
            f"more than {MOST_CALLS} calls at once", remedy="cut it into disclosures of their own"
        )
    if any(not 0 <= one.start_ms < one.end_ms <= one.length_ms for one in stretches):
        raise InputError(
            "a stretch does not lie in its call", remedy="write where it begins and ends"
        )


LONGEST_SECRECY = timedelta(days=366)
"""An end that is further away is nobody's end: it is set anew, with reasons."""


def check_secrecy(until: date | None, reasons: str, today: date) -> None:
    """Raise InputError unless what is kept from the person has a reason and a dated end."""
    if until is None:
        return
    if not today < until <= today + LONGEST_SECRECY:
        raise InputError(
            "secrecy needs an end within a year", remedy="write the day on which it ends"
        )
    if not reasons.strip():
        raise InputError("secrecy needs its reason", remedy="write which law forbids to tell")


def is_secret(until: date | None, today: date) -> bool:
    """Whether the person may not be told of it yet."""
    return until is not None and today < until


def needs_opinion(door: Door, *, refusing: bool) -> bool:
    """Whether the officer is heard first: of every authority's request, and of every refusal."""
    return door is Door.AUTHORITY or refusing


def check_deciding(
    door: Door,
    opinion: Opinion | None,
    reasons: str,
    *,
    refusing: bool,
    proposed_by: object,
    decided_by: object,
) -> None:
    """Raise unless another person decides, after the opinion, and with reasons against it (2.2)."""
    if proposed_by == decided_by:
        raise NotAllowed("nobody approves their own proposal", remedy="ask a second person")
    if opinion is None and needs_opinion(door, refusing=refusing):
        raise Conflict(
            "it waits for the data protection officer's opinion", remedy="ask for it first"
        )
    if not refusing:  # a refusal bears its reasons from its proposal on
        opinions.answered(opinion, reasons)
