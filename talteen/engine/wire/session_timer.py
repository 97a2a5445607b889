"""Session timers (RFC 4028): a dialog that nobody refreshes ends, on both sides, by itself.

Talteen starts none of its own accord: an SRC that says ``timer`` and then forgets to refresh would
lose its calls by it. It takes part in every one that a peer asks for, in either role.
"""

from dataclasses import dataclass, replace

from talteen.engine.wire.fields import parse_with_params
from talteen.engine.wire.headers import Headers, Pair
from talteen.engine.wire.malformed import Malformed
from talteen.engine.wire.sip import Request

MIN_SE_S = 90
"""The least that RFC 4028 5 allows anybody to ask for."""
LONGEST_S = 2**31
_MARGIN_S = 32.0


@dataclass(frozen=True, slots=True)
class Session:
    """How long a dialog lives unless it is refreshed, and by whom that is done."""

    interval_s: int
    we_refresh: bool
    refreshed_at: float
    """Monotonic seconds."""

    @property
    def refresh_at(self) -> float | None:
        """When we refresh (RFC 4028 7.4: at half time); None where the peer does."""
        return self.refreshed_at + self.interval_s / 2 if self.we_refresh else None

    @property
    def gives_up_at(self) -> float:
        """When we hang up: so early before the end that our BYE still arrives (RFC 4028 10)."""
        return self.refreshed_at + self.interval_s - min(_MARGIN_S, self.interval_s / 3)


@dataclass(frozen=True, slots=True)
class TooShort:
    """Refuse with 422 and ``Min-SE: least_s`` (RFC 4028 9)."""

    least_s: int


def asked(request: Request, now: float, *, least_s: int = MIN_SE_S) -> Session | TooShort | None:
    """What an INVITE or UPDATE wants (RFC 4028 9, table 2); None where it wants no timer.

    Malformed where Session-Expires or Min-SE is no number.
    """
    stated = request.headers.get("Session-Expires")
    if stated is None:
        return None
    interval_s, refresher = _read(stated)
    knows = "timer" in request.headers.tokens("Supported")
    if interval_s < least_s:
        if knows:
            return TooShort(least_s)
        # A proxy asked for it, and the peer behind it could make nothing of a 422.
        interval_s = max(least_s, _least(request.headers))
    return Session(interval_s, we_refresh=not knows or refresher == "uas", refreshed_at=now)


def answered(headers: Headers, now: float) -> Session | None:
    """What a 2xx to a refresh of ours agreed to (RFC 4028 7.2); None: no timer any more."""
    stated = headers.get("Session-Expires")
    if stated is None:
        return None
    try:
        interval_s, refresher = _read(stated)
    except Malformed:
        return None
    return Session(interval_s, we_refresh=refresher != "uas", refreshed_at=now)


def answer_headers(session: Session | None, request: Request) -> tuple[Pair, ...]:
    """What goes into our 2xx."""
    if session is None:
        return ()
    refresher = "uas" if session.we_refresh else "uac"
    told: tuple[Pair, ...] = (("Session-Expires", f"{session.interval_s};refresher={refresher}"),)
    if "timer" in request.headers.tokens("Supported"):
        return (*told, ("Require", "timer"))
    return told


def refresh_headers(session: Session, *, least_s: int = MIN_SE_S) -> tuple[Pair, ...]:
    """What goes into a request of ours that refreshes: the roles stay as they are (7.4)."""
    refresher = "uac" if session.we_refresh else "uas"
    return (
        ("Session-Expires", f"{session.interval_s};refresher={refresher}"),
        ("Min-SE", str(least_s)),
    )


def lengthened(session: Session, headers: Headers) -> Session:
    """The session after a 422 to our refresh (7.4): as long as the peer wants it at least."""
    try:
        return replace(session, interval_s=max(session.interval_s, _least(headers)))
    except Malformed:
        return session


def _least(headers: Headers) -> int:
    """Min-SE, or its default (RFC 4028 5)."""
    stated = headers.get("Min-SE")
    return MIN_SE_S if stated is None else max(MIN_SE_S, _read(stated)[0])


def _read(stated: str) -> tuple[int, str]:
    value, params = parse_with_params(stated)
    if not (value.isascii() and value.isdecimal() and len(value) <= 10 and int(value) < LONGEST_S):
        raise Malformed(400, "Bad Session Timer")
    return int(value), (params.get("refresher") or "").lower()
