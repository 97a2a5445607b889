"""What stands in structured SIP header fields: addresses, Via, CSeq, parameters (RFC 3261 20, 25).

Read when somebody asks, not before. Reading is forgiving where the meaning is plain (blanks,
parameters nobody knows, a missing bracket) and raises Malformed with status 400 where it is not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from talteen.engine.wire.malformed import Malformed

CSEQ_END = 2**31
"""RFC 3261 8.1.1.5: sequence numbers are below this."""
DEFAULT_PORT = 5060
DEFAULT_TLS_PORT = 5061

Params = Mapping[str, str | None]
"""Parameters by lower-case name; None where there is no value; quotes taken off."""

_NONE: Params = MappingProxyType({})
_PARAM = re.compile(
    r""";\s*([^\s;=,"<>]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*+)"|([^;"\s]*)))?""", re.DOTALL
)
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*+)"\s*<', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_VIA = re.compile(
    r"\s*SIP\s*/\s*2\.0\s*/\s*([^\s;/]+)\s+(\[[^\]\s]+\]|[^\s;:,\[\]]+)\s*(?::\s*(\d{1,5}))?\s*(;.*)?",
    re.IGNORECASE | re.DOTALL,
)
_CSEQ = re.compile(r"\s*(\d{1,10})\s+([^\s]+)\s*")
_URI = re.compile(
    r"(sips?):(?:([^@;?]*(?:[;?][^@]*)?)@)?(\[[^\]\s]+\]|[^\s;:?@\[\]]+)(?::(\d{1,5}))?(;[^?\s]*)?(\?\S*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CSeq:
    """The place of a request in its dialog."""

    number: int
    method: str

    @classmethod
    def parse(cls, text: str) -> "CSeq":
        match = _CSEQ.fullmatch(text)
        if match is None or (number := int(match[1])) >= CSEQ_END:
            raise Malformed(400, "Bad CSeq")
        return cls(number, match[2])

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


@dataclass(frozen=True, slots=True)
class Via:
    """One hop that a message took (RFC 3261 20.42)."""

    transport: str
    """Upper case: UDP, TCP, TLS."""
    host: str
    """Sent-by without the port; IPv6 in its brackets."""
    port: int | None
    params: Params

    @classmethod
    def parse(cls, text: str) -> "Via":
        match = _VIA.fullmatch(text)
        if match is None:
            raise Malformed(400, "Bad Via")
        port = int(match[3]) if match[3] else None
        if port is not None and port > 0xFFFF:
            raise Malformed(400, "Bad Via")
        return cls(match[1].upper(), match[2], port, parse_params(match[4] or ""))

    @property
    def branch(self) -> str:
        """Empty where there is none."""
        return self.params.get("branch") or ""

    @property
    def sent_by(self) -> str:
        """Host and port as RFC 3261 17.2.3 compares them: lower case, the default filled in."""
        default = DEFAULT_TLS_PORT if self.transport == "TLS" else DEFAULT_PORT
        return f"{self.host.lower()}:{self.port or default}"


@dataclass(frozen=True, slots=True)
class Uri:
    """A sip or sips URI (RFC 3261 19.1)."""

    scheme: str
    user: str
    """As written, escapes and user parameters kept; empty where there is none."""
    host: str
    """Lower case; IPv6 in its brackets."""
    port: int | None
    params: Params

    @classmethod
    def parse(cls, text: str) -> "Uri":
        match = _URI.fullmatch(text.strip())
        port = int(match[4]) if match and match[4] else None
        if match is None or (port is not None and port > 0xFFFF):
            raise Malformed(400, "Bad URI")
        params = parse_params(match[5] or "")
        return cls(match[1].lower(), match[2] or "", match[3].lower(), port, params)


@dataclass(frozen=True, slots=True)
class NameAddr:
    """An address with the name beside it: From, To, Contact, Route, P-Asserted-Identity."""

    uri: str
    """Of any scheme, as written, parameters of the URI kept."""
    display: str = ""
    """Without quotes and escapes."""
    params: Params = field(default_factory=lambda: _NONE)
    """Those of the header field, not of the URI."""

    @classmethod
    def parse(cls, text: str) -> "NameAddr":
        quoted = _QUOTED.match(text)
        if quoted:
            return cls._rest(_unescaped(quoted[1]), text[quoted.end() :])
        display, bracket, rest = text.partition("<")
        if bracket:
            return cls._rest(display.strip().strip('"'), rest)
        # RFC 3261 20.10: without brackets all parameters belong to the field.
        uri, semicolon, params = text.partition(";")
        return cls._made(uri, "", semicolon + params)

    @classmethod
    def _rest(cls, display: str, rest: str) -> "NameAddr":
        uri, bracket, params = rest.partition(">")
        if not bracket:
            raise Malformed(400, "Bad Address")
        return cls._made(uri, display, params)

    @classmethod
    def _made(cls, uri: str, display: str, params: str) -> "NameAddr":
        uri = uri.strip()
        if not uri or len(uri.split(None, 1)) > 1:
            raise Malformed(400, "Bad Address")
        return cls(uri, display, parse_params(params))

    @property
    def tag(self) -> str:
        """Empty where there is none."""
        return self.params.get("tag") or ""

    def __str__(self) -> str:
        name = self.display.replace("\\", "\\\\").replace('"', '\\"')
        return (f'"{name}" ' if name else "") + f"<{self.uri}>" + print_params(self.params)


def parse_params(text: str) -> Params:
    """``;a=1;b="x y";c`` by name. What is no parameter is passed over; the first of a name
    counts."""
    if not text:
        return _NONE
    found: dict[str, str | None] = {}
    for name, quoted, plain in _PARAM.findall(text):
        value = _unescaped(quoted) if quoted else plain
        found.setdefault(name.lower(), value or None)
    return found


def print_params(params: Params) -> str:
    """The parameters as they are written, quoted where they must be."""
    return "".join(
        f";{name}" if value is None else f";{name}={_as_value(value)}"
        for name, value in params.items()
    )


def parse_with_params(text: str) -> tuple[str, Params]:
    """A value and what follows it: ``90;refresher=uac``, ``multipart/mixed;boundary=x``."""
    value, semicolon, rest = text.partition(";")
    return value.strip(), parse_params(semicolon + rest) if semicolon else _NONE


def media_type(text: str | None) -> tuple[str, Params]:
    """The lower-case media type of a Content-Type value and its parameters; empty for None."""
    value, params = parse_with_params(text or "")
    return "".join(value.split()).lower(), params


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _as_value(value: str) -> str:
    if re.fullmatch(r"[\w.!%*+`'~:\[\]/@-]+", value, re.ASCII):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
