"""A dialog (RFC 3261 12): what both ends know of a call, as a value that can be written and read.

Whoever restarts reads its dialogs back and answers the BYE of a call that it never saw begin. What
is written names callers, so it goes to memory only (decision 080).
"""

import json
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any, NamedTuple

from talteen.engine.wire.fields import NameAddr, Uri
from talteen.engine.wire.flow import Flow, Transport
from talteen.engine.wire.headers import Headers, Pair
from talteen.engine.wire.malformed import Malformed
from talteen.engine.wire.session_timer import Session
from talteen.engine.wire.sip import Request
from talteen.errors import Tampered

_FORMAT = 2
_JSON = json.JSONEncoder(separators=(",", ":"))


class DialogId(NamedTuple):
    """RFC 3261 12: compared byte by byte."""

    call_id: str
    local_tag: str
    remote_tag: str


@dataclass(frozen=True, slots=True)
class Dialog:
    """One call, seen from the end that was called."""

    call_id: str
    local_tag: str
    remote_tag: str
    local: str
    """Our address with our tag, as To names us: From in what we send."""
    remote: str
    """The peer's address with its tag: To in what we send."""
    remote_target: str
    """The URI of the peer's Contact."""
    route_set: tuple[str, ...]
    """Route values of what we send, in order."""
    contact: str
    """Our Contact value."""
    local_cseq: int
    """Of our last request; 0 before the first."""
    remote_cseq: int
    """Of the peer's last request."""
    allow: frozenset[str]
    """Methods that the peer says it takes; empty where it says nothing."""
    flow: Flow
    """The way of the peer's last request."""
    session: Session | None = None
    unacknowledged: bytes = b""
    """Our 2xx to the INVITE, until its ACK: a restarted server goes on repeating it."""
    invite_cseq: int = 0
    """Of the INVITE that ``unacknowledged`` answers."""

    @property
    def id(self) -> DialogId:
        return DialogId(self.call_id, self.local_tag, self.remote_tag)

    def seen(self, request: Request, flow: Flow) -> "Dialog":
        """After a request of the peer: its number, and the way that it took."""
        return replace(self, remote_cseq=max(self.remote_cseq, request.cseq.number), flow=flow)

    def retargeted(self, request: Request) -> "Dialog":
        """After a re-INVITE or UPDATE was accepted (12.2.2): Contact may have moved."""
        target = contact_of(request.headers)
        allow = request.headers.values("Allow")
        return replace(
            self,
            remote_target=target or self.remote_target,
            allow=frozenset(allow) if allow else self.allow,
        )

    def next_request(
        self, method: str, headers: tuple[Pair, ...] = (), body: bytes = b""
    ) -> tuple["Dialog", Request]:
        """A request of ours within the dialog (12.2.1.1), without its Via, and the dialog after
        it."""
        after = replace(self, local_cseq=self.local_cseq + 1)
        pairs = [
            ("Max-Forwards", "70"),
            *(("Route", route) for route in self._routes()),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{after.local_cseq} {method}"),
            ("Contact", self.contact),
            *headers,
        ]
        return after, Request(Headers(pairs), body, (), method, self._request_uri())

    def _loose(self) -> bool:
        return not self.route_set or "lr" in _uri_params(self.route_set[0])

    def _request_uri(self) -> str:
        return self.remote_target if self._loose() else NameAddr.parse(self.route_set[0]).uri

    def _routes(self) -> tuple[str, ...]:
        """12.2.1.1: a strict router gets itself as Request-URI and the target as last route."""
        if self._loose():
            return self.route_set
        return (*self.route_set[1:], f"<{self.remote_target}>")

    def way(self) -> Flow:
        """The flow for our requests. On a connection that is still there it is ``flow`` itself.

        Without one: the address of the first route or of Contact if it is an IP address, else that
        of the last request. Over UDP an address that differs from the source is the far side of a
        NAT, and the source is the door in it (as RFC 5626 and every SBC have it).
        """
        next_hop = self.route_set[0] if self.route_set else f"<{self.remote_target}>"
        address = _ip_address_of(next_hop, self.flow.transport)
        if address is None:
            return self.flow if self.flow.transport is Transport.UDP else self.flow.to(self._source)
        if self.flow.transport is Transport.UDP and address[0] != self.flow.remote[0]:
            return self.flow
        return self.flow.to(address)

    @property
    def _source(self) -> tuple[str, int]:
        """Where the peer may listen, for want of better: not the port of a connection it made."""
        return self.flow.remote[0], self.flow.transport.default_port

    def to_bytes(self) -> bytes:
        """All of it, for ``from_bytes`` of this or a later version."""
        fields = {name: getattr(self, name) for name in _PLAIN}
        flow, session = self.flow, self.session
        told = _JSON.encode(
            fields
            | {
                "format": _FORMAT,
                "route_set": self.route_set,
                "allow": sorted(self.allow),
                "flow": [flow.transport.value, *flow.local, *flow.remote, flow.connection],
                "session": session
                and [session.interval_s, session.we_refresh, session.refreshed_at],
                "unacknowledged": len(self.unacknowledged),
            }
        )
        return told.encode() + b"\n" + self.unacknowledged

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Dialog":
        """The dialog that ``to_bytes`` wrote. Tampered where it wrote none."""
        try:
            told, _, answer = raw.partition(b"\n")
            fields = json.loads(told)
            if (fields.pop("format"), fields.pop("unacknowledged")) != (_FORMAT, len(answer)):
                raise ValueError
            return cls(**_typed(fields), unacknowledged=answer)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise Tampered(
                "this is no dialog that we wrote", remedy="drop it; the peer will end the call"
            ) from None


_PLAIN = (
    "call_id local_tag remote_tag local remote remote_target contact local_cseq remote_cseq "
    "invite_cseq"
).split()


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    transport, local, local_port, remote, remote_port, connection = fields["flow"]
    session = fields["session"]
    return fields | {
        "route_set": tuple(fields["route_set"]),
        "allow": frozenset(fields["allow"]),
        "flow": Flow(Transport(transport), (local, local_port), (remote, remote_port), connection),
        "session": Session(*session) if session else None,
    }


def begun(request: Request, flow: Flow, local_tag: str, contact: str) -> Dialog:
    """The dialog that a 2xx to ``request`` begins (12.1.1).

    A peer without Contact is reached where it came from. Malformed where From or To is no address.
    """
    remote = request.from_
    NameAddr.parse(request.headers.get("To") or "")
    source = f"sip:{_bracketed(flow)};transport={flow.transport.value.lower()}"
    cseq = request.cseq.number
    return Dialog(
        call_id=request.call_id,
        local_tag=local_tag,
        remote_tag=remote.tag,
        local=f"{request.headers.get('To')};tag={local_tag}",
        remote=request.headers.get("From") or "",
        remote_target=contact_of(request.headers) or source,
        route_set=request.headers.values("Record-Route"),
        contact=contact,
        local_cseq=0,
        remote_cseq=cseq,
        allow=frozenset(request.headers.values("Allow")),
        flow=flow,
        invite_cseq=cseq,
    )


def contact_of(headers: Headers) -> str:
    """The URI of the first Contact that can be dialled; empty without one."""
    for value in headers.values("Contact"):
        try:
            uri = NameAddr.parse(value).uri
        except Malformed:
            continue
        if uri.lower().startswith(("sip:", "sips:")):
            return uri
    return ""


def _bracketed(flow: Flow) -> str:
    address, port = flow.remote
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _uri_params(route: str) -> frozenset[str]:
    try:
        return frozenset(Uri.parse(NameAddr.parse(route).uri).params)
    except Malformed:
        return frozenset({"lr"})  # what cannot be read is passed on as it came


def _ip_address_of(route: str, transport: Transport) -> tuple[str, int] | None:
    """Host and port if the host is an IP address: no name is looked up here."""
    try:
        uri = Uri.parse(NameAddr.parse(route).uri)
        address = str(ip_address(uri.host.strip("[]")))
    except (Malformed, ValueError):
        return None
    return address, uri.port or transport.default_port
