"""The messages of a recording client that places one call (RFC 7866): offer, ACK, BYE. Pure.

The house elsewhere only answers, so these few are all that it ever asks. Two streams of G.711
A-law: label 1 is the house's own side, label 2 the other's.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from talteen.engine.wire.sip import Headers, Request, Response

_BOUNDARY = "talteen-synthetic"
AGENT_LABEL, CALLER_LABEL = "1", "2"
CALLER = "sip:talteen-synthetic@talteen.invalid"
"""No number and nobody's address (RFC 2606)."""
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who calls whom."""

    host: str
    port: int
    """Where answers are awaited: UDP."""
    server: str
    """HOST:PORT of the node."""
    called: str
    """The user part of the address: a line of the house."""
    agent: str
    """The SIP address of the house's side."""
    session: UUID
    """Names the call, its recording session, and its parts."""

    @property
    def uri(self) -> str:
        return f"sip:{self.called}@{self.server}"


@dataclass(frozen=True, slots=True)
class Dialog:
    """The call once it was answered."""

    asker: Asker
    to: str
    """The To field with the node's tag."""
    target: str
    """Where requests of the call go: the node's Contact."""


def invite(asker: Asker, ports: tuple[int, int], at: datetime) -> Request:
    """The offer, with the metadata of a session that begins ``at``. ``ports``: whence each side's
    sound comes."""
    head = (
        *_common(asker, "INVITE", 1, f"<{asker.uri}>"),
        ("Contact", f"<sip:talteen@{asker.host}:{asker.port}>;+sip.src"),
        ("Require", "siprec"),
        ("Accept", "application/sdp, application/rs-metadata+xml"),
        ("Content-Type", f"multipart/mixed;boundary={_BOUNDARY}"),
    )
    return Request(Headers(head), _body(asker, ports, at), (), "INVITE", asker.uri)


def answered(asker: Asker, answer: Response, contact: str) -> Dialog:
    """The call that ``answer`` (200) has made. ``contact``: the address in its Contact field."""
    return Dialog(asker, answer.headers.get("To") or "", contact)


def ack(dialog: Dialog) -> Request:
    """That the answer came."""
    head = _common(dialog.asker, "ACK", 1, dialog.to)
    return Request(Headers(head), b"", (), "ACK", dialog.target)


def refused(asker: Asker, answer: Response) -> Request:
    """That a refusal came: it goes with the branch of the INVITE (RFC 3261 17.1.1.3)."""
    head = _common(asker, "INVITE", 1, answer.headers.get("To") or "")
    told = tuple((name, "1 ACK" if name == "CSeq" else value) for name, value in head)
    return Request(Headers(told), b"", (), "ACK", asker.uri)


def bye(dialog: Dialog) -> Request:
    """The end."""
    head = _common(dialog.asker, "BYE", 2, dialog.to)
    return Request(Headers(head), b"", (), "BYE", dialog.target)


def ok(request: Request) -> Response:
    """200 to whatever the node asks in the call."""
    names = ("Via", "From", "To", "Call-ID", "CSeq")
    pairs = [(name, value) for name in names for value in request.headers.all(name)]
    return Response(Headers(pairs), b"", (), 200, "OK")


def _common(asker: Asker, method: str, number: int, to: str) -> tuple[Pair, ...]:
    via = f"SIP/2.0/UDP {asker.host}:{asker.port}"
    return (
        ("Via", f"{via};rport;branch=z9hG4bK-{method.lower()}-{asker.session.hex}"),
        ("Max-Forwards", "70"),
        ("From", f"<{asker.agent}>;tag={asker.session.hex[:16]}"),
        ("To", to),
        ("Call-ID", f"{asker.session}@{asker.host}"),
        ("CSeq", f"{number} {method}"),
    )


def _body(asker: Asker, ports: tuple[int, int], at: datetime) -> bytes:
    parts = (
        ("application/sdp", "session", _sdp(asker.host, ports)),
        ("application/rs-metadata+xml", "recording-session", _metadata(asker, at)),
    )
    written = [
        f"--{_BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Disposition: {what}\r\n\r\n{text}\r\n"
        for kind, what, text in parts
    ]
    return f"{''.join(written)}--{_BOUNDARY}--\r\n".encode()


def _sdp(host: str, ports: tuple[int, int]) -> str:
    family = "IP6" if ":" in host else "IP4"
    lines = ["v=0", f"o=- 1 1 IN {family} {host}", "s=-", f"c=IN {family} {host}", "t=0 0"]
    for port, label in zip(ports, (AGENT_LABEL, CALLER_LABEL), strict=True):
        lines += [f"m=audio {port} RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=sendonly"]
        lines.append(f"a=label:{label}")
    return "\r\n".join([*lines, ""])


def _metadata(asker: Asker, at: datetime) -> str:
    """RFC 7865: a session, two participants, a stream each."""
    began = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    session = session_id(asker.session)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<recording xmlns="urn:ietf:params:xml:ns:recording:1"><datamode>complete</datamode>',
        f'<session session_id="{session}"><start-time>{began}</start-time></session>',
    ]
    people = ((asker.agent, AGENT_LABEL, 1), (CALLER, CALLER_LABEL, 2))
    for aor, label, n in people:
        who, stream = _id(asker.session, n), _id(asker.session, n + 2)
        other = _id(asker.session, 5 - n)
        lines += [
            f'<participant participant_id="{who}"><nameID aor="{aor}"/></participant>',
            f'<stream stream_id="{stream}" session_id="{session}"><label>{label}</label></stream>',
            f'<participantsessionassoc participant_id="{who}" session_id="{session}">'
            f"<associate-time>{began}</associate-time></participantsessionassoc>",
            f'<participantstreamassoc participant_id="{who}"><send>{stream}</send>'
            f"<recv>{other}</recv></participantstreamassoc>",
        ]
    return "\n".join([*lines, "</recording>"])


def session_id(session: UUID) -> str:
    """By what the node knows the session (RFC 7865 6.3)."""
    return _id(session, 0)


def _id(session: UUID, n: int) -> str:
    """RFC 7865 6: a UUID in base64. One of each part, from the session's own."""
    return b64encode(UUID(int=session.int ^ n).bytes).decode()
