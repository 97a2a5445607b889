"""What a request outside or inside a dialog must satisfy before anybody is asked (RFC 3261 8.2).

Pure questions: None, or the refusal that RFC 3261 wants. Recording comes first, so whatever a
recorder can do without is let through.
"""

from talteen.engine.wire import fields, session_timer
from talteen.engine.wire.answers import Reply
from talteen.engine.wire.malformed import Malformed
from talteen.engine.wire.session_timer import TooShort
from talteen.engine.wire.sip import Request

ALLOW = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "UPDATE", "INFO", "PRACK")
KNOWN_BUT_NOT_OURS = frozenset("REGISTER SUBSCRIBE NOTIFY MESSAGE REFER PUBLISH".split())
SUPPORTED = ("siprec", "timer", "100rel")
ACCEPT = (
    "application/sdp",
    "application/rs-metadata+xml",
    "application/rs-metadata",  # before RFC 7866 had it changed
    "multipart/mixed",
)
_MULTIPART = "multipart/"
_BODY_IS_OURS = frozenset({"INVITE", "UPDATE"})
_NEVER_REFUSED = frozenset({"ACK", "CANCEL", "BYE"})


def refusal(request: Request, *, least_s: int) -> Reply | None:
    """Why this request is refused, in the order of RFC 3261 8.2; None: go on."""
    return (
        _method(request)
        or _scheme(request)
        or _require(request)
        or _content(request)
        or _session(request, least_s)
    )


def unknown_extensions(request: Request) -> tuple[str, ...]:
    """Option tags that the peer requires and we do not know."""
    wanted = request.headers.values("Require")
    return tuple(tag for tag in wanted if tag.lower() not in SUPPORTED)


def _method(request: Request) -> Reply | None:
    if request.method in ALLOW:
        return None
    allow = (("Allow", ", ".join(ALLOW)),)
    return Reply(405 if request.method in KNOWN_BUT_NOT_OURS else 501, allow)


def _scheme(request: Request) -> Reply | None:
    scheme = request.uri.partition(":")[0].lower()
    return None if scheme in ("sip", "sips") else Reply(416)


def _require(request: Request) -> Reply | None:
    """8.2.2.3. A BYE that requires what we do not know still ends its call."""
    unknown = unknown_extensions(request)
    if request.method in _NEVER_REFUSED or not unknown:
        return None
    return Reply(420, (("Unsupported", ", ".join(unknown)),))


def _content(request: Request) -> Reply | None:
    """8.2.3. Who does not name a type, or calls the body optional, is let through."""
    if request.method not in _BODY_IS_OURS or not request.body:
        return None
    coding = (request.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding != "identity":
        return Reply(415, (("Accept-Encoding", "identity"),))
    kind, _ = fields.media_type(request.headers.get("Content-Type"))
    if not kind or kind in ACCEPT or kind.startswith(_MULTIPART):
        return None
    _, disposition = fields.parse_with_params(request.headers.get("Content-Disposition") or "")
    if (disposition.get("handling") or "").lower() == "optional":
        return None
    return Reply(415, (("Accept", ", ".join(ACCEPT)),))


def _session(request: Request, least_s: int) -> Reply | None:
    if request.method not in _BODY_IS_OURS:
        return None
    try:
        wanted = session_timer.asked(request, 0.0, least_s=least_s)
    except Malformed as bad:
        return Reply(bad.status, reason=bad.reason)
    if isinstance(wanted, TooShort):
        return Reply(422, (("Min-SE", str(wanted.least_s)),))
    return None
