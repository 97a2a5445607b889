"""Answers to requests, and where they go (RFC 3261 8.2.6 and 18.2.2, RFC 3581)."""

from dataclasses import dataclass
from http import HTTPStatus

from talteen.engine.wire.flow import Flow
from talteen.engine.wire.headers import Headers, Pair
from talteen.engine.wire.malformed import Malformed
from talteen.engine.wire.sip import Request, Response

_PHRASES = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    406: "Not Acceptable",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    421: "Extension Required",
    422: "Session Interval Too Small",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    504: "Server Time-out",
    505: "Version Not Supported",
    513: "Message Too Large",
    603: "Decline",
}


def phrase(status: int) -> str:
    """The reason phrase of RFC 3261 21; for the rest HTTP's, on which SIP was modelled."""
    known = _PHRASES.get(status)
    if known:
        return known
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer, before it is tied to a request."""

    status: int
    headers: tuple[Pair, ...] = ()
    body: bytes = b""
    reason: str = ""
    """Empty: the usual phrase."""


def answer(request: Request, reply: Reply, *, tag: str, flow: Flow) -> Response:
    """The response to ``request``: its Via, From, To, Call-ID and CSeq, then those of ``reply``.

    ``tag`` is added to To where it has none; 100 goes without (8.2.6.2). ``flow`` is the one that
    brought the request: the first Via learns from it what the sender may not know of itself.
    """
    to = request.headers.get("To") or ""
    if tag and reply.status > 100 and not has_tag(request):
        to = f"{to};tag={tag}"
    pairs: list[Pair] = [
        *(("Via", value) for value in _stamped(request, flow)),
        ("From", request.headers.get("From") or ""),
        ("To", to),
        ("Call-ID", request.call_id),
        ("CSeq", request.headers.get("CSeq") or ""),
        *reply.headers,
    ]
    reason = reply.reason or phrase(reply.status)
    return Response(Headers(pairs), reply.body, (), reply.status, reason)


def has_tag(request: Request) -> bool:
    """Whether To has a tag, which says that the request belongs to a dialog."""
    try:
        return bool(request.to.tag)
    except Malformed:
        return ";tag=" in (request.headers.get("To") or "").lower()


def _stamped(request: Request, flow: Flow) -> tuple[str, ...]:
    """The Via values with ``received`` and ``rport`` at the first (18.2.1, RFC 3581 4)."""
    lines = request.headers.values("Via")
    try:
        via = request.via
    except Malformed:
        return lines
    first, address = lines[0], flow.remote
    if "rport" in via.params and not via.params["rport"]:
        first = _filled(first, address[1])
    if "received" not in via.params and ("rport" in via.params or not _is(via.host, address[0])):
        first = f"{first};received={address[0]}"
    return (first, *lines[1:])


def _filled(via: str, port: int) -> str:
    """``;rport`` becomes ``;rport=5060``; nothing else is touched."""
    head, *params = via.split(";")
    stamped = [
        f"rport={port}" if param.strip().lower() in ("rport", "rport=") else param
        for param in params
    ]
    return ";".join([head, *stamped])


def _is(host: str, address: str) -> bool:
    return host.strip("[]").lower() == address.lower()


def way_back(request: Request, flow: Flow) -> Flow:
    """Where answers go. Over UDP the source where it asked for that, else the port that it names
    (18.2.2); ``maddr`` is not followed, since it lets a peer aim us at others."""
    if flow.transport.reliable:
        return flow
    try:
        via = request.via
    except Malformed:
        return flow
    if "rport" in via.params:
        return flow
    return flow.to((flow.remote[0], via.port or flow.transport.default_port))


def new_way_back(request: Request, flow: Flow) -> Flow:
    """Where answers go when the connection that brought the request is gone (18.2.2)."""
    try:
        port = request.via.port
    except Malformed:
        port = None
    return flow.to((flow.remote[0], port or flow.transport.default_port))
