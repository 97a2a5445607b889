"""What a SIP message and a whole call cost in signalling: one core, no sockets."""

from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_network
from itertools import count
from typing import TypeVar

import sipmessage

from benchmarks import Judged, Row, least_us, median, seconds, side_by_side
from talteen.engine.wire.agent import UserAgentServer
from talteen.engine.wire.core import Config
from talteen.engine.wire.effects import Asked, Effect, Send
from talteen.engine.wire.flow import Flow, Transport
from talteen.engine.wire.framing import Framer
from talteen.engine.wire.sip import parse

GROUP = "capture_sip"
CALLS = 500
SEGMENT_BYTES = 1460
MICROSECONDS = 1e6
row = partial(Row, GROUP)
E = TypeVar("E")

SDP = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + b"".join(
    b"m=audio %d RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=sendonly\r\na=label:%d\r\n" % pair
    for pair in ((40000, 1), (40002, 2))
)
METADATA = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n'
    b'<recording xmlns="urn:ietf:params:xml:ns:recording:1">\r\n'
    + b"".join(
        b'  <participant participant_id="participant-%04d-of-a-call">\r\n'
        b'    <nameID aor="sip:%04d@example.org"/>\r\n  </participant>\r\n' % (n, n)
        for n in range(10)
    )
    + b"</recording>\r\n"
)
BODY = (
    b"--part\r\nContent-Type: application/sdp\r\n\r\n" + SDP + b"\r\n--part\r\n"
    b"Content-Type: application/rs-metadata+xml\r\nContent-Disposition: recording-session\r\n\r\n"
    + METADATA
    + b"\r\n--part--\r\n"
)
HEAD = """{method} sip:srs@198.51.100.20 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-{branch}
Max-Forwards: 70
From: <sip:+358505550101@example.org>;tag=src-{call}
To: <sip:srs@198.51.100.20>{to}
Call-ID: {call}@192.0.2.1
CSeq: {cseq} {cseq_method}
Contact: <sip:src@192.0.2.1:5060>;+sip.src
Require: siprec
Accept: application/sdp, application/rs-metadata+xml
Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO
Supported: timer
Content-Type: multipart/mixed;boundary=part
Content-Length: {length}

"""


def rows() -> Iterator[Row]:
    """Reading, cutting out of a stream, and whole calls."""
    invite = message("INVITE", call=0, body=BODY)
    size = f"{len(invite) / 1000:.1f} kB"
    both = partial(read, invite), peers(invite)
    ours, peer = side_by_side(*(partial(least_us, one) for one in both))
    yield row(f"parse a SIPREC INVITE of {size}, against sipmessage (us)", ours, peer, "<=0.7")
    yield row("the same, by itself (us)", ours, None, "<=15", Judged.OURS)
    stream = [invite[at : at + SEGMENT_BYTES] for at in range(0, len(invite), SEGMENT_BYTES)]
    yield row("cut the INVITE out of TCP segments (us)", median(partial(least_us, cutting(stream))))
    yield row("signalling of a whole call (us)", median(whole_calls))


def read(raw: bytes) -> None:
    """As the server does: the fields that it needs, and where the body is."""
    message = parse(raw)
    assert message.call_id
    assert message.body


def peers(raw: bytes) -> Callable[[], object]:
    """The same by the parser of another author."""
    return partial(sipmessage.Request.parse, raw)


def cutting(stream: list[bytes]) -> Callable[[], object]:
    """One connection that brings the same message again and again."""
    framer = Framer()

    def cut() -> None:
        pieces = [piece for segment in stream for piece in framer.feed(segment)]
        assert len(pieces) == 1

    return cut


def whole_calls() -> float:
    """Microseconds a call: INVITE, 200, ACK, BYE, 200, and the timers between them."""
    numbers = count(1)
    agent = UserAgentServer(
        Config((ip_network("192.0.2.0/24"),), lambda: f"token-{next(numbers):012x}")
    )
    invites = [message("INVITE", call=call, body=BODY) for call in range(CALLS)]

    def run() -> None:
        for call, invite in enumerate(invites):
            one_call(agent, call, invite, now=call * 0.01)

    taken = seconds(run)
    assert not agent.dialogs()
    return taken * MICROSECONDS / CALLS


def one_call(agent: UserAgentServer, call: int, invite: bytes, *, now: float) -> None:
    """A call from its first message to its last."""
    flow = Flow(Transport.UDP, ("198.51.100.20", 5060), ("192.0.2.1", 5060))
    (asked,) = told(agent.received(flow, invite, now), Asked)
    (sent,) = told(agent.respond(asked.transaction, 200, now, body=SDP), Send)
    tag = parse(sent.data).to.tag
    agent.received(flow, message("ACK", call=call, tag=tag), now)
    (sent,) = told(agent.received(flow, message("BYE", call=call, tag=tag, cseq=2), now), Send)
    agent.tick(now)


def told(effects: list[Effect], kind: type[E]) -> list[E]:
    """The effects of one kind."""
    return [effect for effect in effects if isinstance(effect, kind)]


def message(method: str, *, call: int, tag: str = "", cseq: int = 1, body: bytes = b"") -> bytes:
    """A request of the call of that number."""
    head = HEAD.format(
        method=method,
        branch=f"{call}-{method}",
        call=f"call-{call}",
        to=f";tag={tag}" if tag else "",
        cseq=cseq,
        cseq_method=method,
        length=len(body),
    )
    return head.replace("\n", "\r\n").encode() + body
