"""Short messages of one SRC, for tests that need a word changed here and there."""

from typing import Any

from talteen.engine.wire.sip import Request, Response, parse

HEAD = {
    "Via": "SIP/2.0/{transport} 192.0.2.1:5060;branch=z9hG4bK-{branch}",
    "Max-Forwards": "70",
    "From": "<sip:src@operaattori.example>;tag=src",
    "To": "<sip:srs@198.51.100.20>",
    "Call-ID": "call-1@192.0.2.1",
    "CSeq": "{cseq} {method}",
    "Contact": "<sip:src@192.0.2.1:5060>;+sip.src",
    "Supported": "timer",
    "Allow": "INVITE, ACK, BYE, UPDATE",
}
SDP = b"v=0\r\n"


def message(
    method: str,
    cseq: int = 1,
    *,
    branch: str = "",
    tag: str = "",
    body: bytes = b"",
    transport: str = "UDP",
    **changed: Any,
) -> bytes:
    """A request; ``changed`` replaces, adds or (None) drops header fields, _ for -."""
    fields = HEAD | {name.replace("_", "-"): value for name, value in changed.items()}
    if body and "Content-Type" not in fields:
        fields["Content-Type"] = "application/sdp"
    if tag and "To" not in changed:
        fields["To"] = f"{HEAD['To']};tag={tag}"
    branch = branch or f"{method}{cseq}"
    lines = [f"{method} sip:srs@198.51.100.20 SIP/2.0"]
    for name, value in fields.items():
        if value is not None:
            said = value.format(transport=transport, branch=branch, cseq=cseq, method=method)
            lines.append(f"{name}: {said}")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def invite(cseq: int = 1, *, tag: str = "", body: bytes = SDP, **changed: Any) -> bytes:
    """An INVITE with an offer."""
    return message("INVITE", cseq, tag=tag, body=body, **changed)


def answer_to(request: Request, status: int, **added: str) -> bytes:
    """What the SRC answers to a request of ours."""
    names = ("Via", "From", "To", "Call-ID", "CSeq")
    pairs = [(name, value) for name in names for value in request.headers.all(name)]
    pairs += [(name.replace("_", "-"), value) for name, value in added.items()]
    return Response(type(request.headers)(pairs), b"", (), status, "X").to_bytes()


def read(raw: bytes) -> Request | Response:
    """The message."""
    return parse(raw)
