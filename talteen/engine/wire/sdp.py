"""Session descriptions, read as they come (RFC 8866) and written as we answer.

What is not understood is kept verbatim, line by line, and never in the way. Who may record what of
an offer is judged by ``talteen.engine.wire.answer``.
"""

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from talteen.errors import InputError

LINES_AT_MOST = 4096
# RFC 3264 8.4: how holds were once told. Nothing is bound here.
UNROUTABLE = frozenset({"0.0.0.0", "::"})  # noqa: S104
"""A connection address to which nothing is sent: the old way to say *hold*."""


class Direction(Enum):
    """Which way media flow, from where the speaker stands (RFC 8866 6.7)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Codec:
    """What one payload type of a media line stands for."""

    payload: int
    name: str
    """As the line writes it, or by the static table of RFC 3551; empty if nothing tells it."""
    rate: int
    channels: int = 1
    fmtp: str = ""

    def __str__(self) -> str:
        return f"{self.name}/{self.rate}"


@dataclass(frozen=True, slots=True)
class Crypto:
    """One ``a=crypto`` line: an SRTP key in the clear (RFC 4568)."""

    tag: int
    suite: str
    key_and_salt: str
    """Base64 as it came."""
    lifetime: str = ""
    mki: str = ""
    text: str = ""
    """The whole attribute as it came, without its name: what ``sdes.keys`` reads. MKI and session
    parameters stand only here."""

    def __repr__(self) -> str:
        # The key is in the clear: it must not stand in a traceback.
        return f"Crypto(tag={self.tag}, suite={self.suite!r})"


@dataclass(frozen=True, slots=True)
class Media:
    """One media line and what belongs to it."""

    kind: str
    """``audio``, ``video`` …"""
    port: int
    """0: this line carries nothing."""
    protocol: str
    formats: tuple[str, ...]
    codecs: tuple[Codec, ...] = ()
    """In the order of ``formats``, those that are payload types."""
    label: str | None = None
    direction: Direction = Direction.SENDRECV
    address: str = ""
    """Where the media come from: its own ``c=``, else that of the session; may be empty."""
    crypto: tuple[Crypto, ...] = ()
    rtcp_port: int | None = None
    rtcp_mux: bool = False
    ptime: int | None = None
    maxptime: int | None = None
    other: tuple[str, ...] = ()
    """The lines that are none of the above, verbatim."""

    @property
    def sends(self) -> bool:
        """Whether the offerer means to send here now."""
        return (
            self.port > 0
            and self.direction in (Direction.SENDONLY, Direction.SENDRECV)
            and self.address not in UNROUTABLE
        )


@dataclass(frozen=True, slots=True)
class Description:
    """What one side offers or answers."""

    media: tuple[Media, ...]
    origin: str = ""
    address: str = ""
    other: tuple[str, ...] = ()
    """The session's other lines, verbatim."""


# RFC 3551 6: payload types that need no rtpmap. Only what a recording client may send.
_STATIC = {
    0: ("PCMU", 8000),
    3: ("GSM", 8000),
    4: ("G723", 8000),
    8: ("PCMA", 8000),
    9: ("G722", 8000),
    13: ("CN", 8000),
    15: ("G728", 8000),
    18: ("G729", 8000),
}
_DIRECTIONS = {direction.value: direction for direction in Direction}
_UNKNOWN = ("", 0)


def parse(raw: bytes) -> Description:
    """The description that ``raw`` writes. InputError if it has no ``v=`` or ``m=`` line at all,
    or thousands of lines."""
    lines = _text(raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > LINES_AT_MOST or not any(line.startswith(("v=", "m=")) for line in lines):
        raise InputError("this is no session description", remedy="send SDP by RFC 8866")
    bounds = [at for at, line in enumerate(lines) if line.startswith("m=")] + [len(lines)]
    origin, address, other = _session(lines[: bounds[0]])
    media = tuple(_media(lines[begin:end], address) for begin, end in pairwise(bounds))
    return Description(media, origin, address, other)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # loses nothing, and fails never


def _session(lines: list[str]) -> tuple[str, str, tuple[str, ...]]:
    origin, address, other = "", "", []
    for line in lines:
        kind, value = line[:2], line[2:].strip()
        if kind == "o=":
            origin = value
        elif kind == "c=":
            address = _address(value)
        elif value:
            other.append(line)
    return origin, address, tuple(other)


def _media(lines: list[str], address: str) -> Media:
    reading = _Reading(address)
    for line in lines[1:]:
        reading.take(line)
    return reading.media(lines[0])


class _Reading:
    """What the lines of one media section have said so far."""

    __slots__ = ("address", "attributes", "crypto", "direction", "fmtp", "label", "other", "rtpmap")

    def __init__(self, address: str) -> None:
        self.address = address
        self.attributes: dict[str, int] = {}
        self.crypto: list[Crypto] = []
        self.direction = Direction.SENDRECV
        self.fmtp: dict[str, str] = {}
        self.label: str | None = None
        self.other: list[str] = []
        self.rtpmap: dict[str, tuple[str, int, int]] = {}

    def take(self, line: str) -> None:
        kind = line[:2]
        if kind == "a=" and self._took(line[2:].strip()):
            return
        if kind == "c=":
            self.address = _address(line[2:])
        elif line.strip():
            self.other.append(line)

    def _took(self, attribute: str) -> bool:
        name, colon, value = attribute.partition(":")
        if not colon and name in _DIRECTIONS:
            self.direction = _DIRECTIONS[name]
            return True
        match name:
            case "rtpmap":
                payload, _, mapped = value.strip().partition(" ")
                self.rtpmap[payload] = _encoding(mapped.strip())
            case "fmtp":
                payload, _, text = value.strip().partition(" ")
                self.fmtp[payload] = text.strip()
            case "label":
                self.label = value.strip() or None
            case "crypto":
                return self._took_crypto(value)
            case "rtcp" | "ptime" | "maxptime":
                return self._took_number(name, value)
            case "rtcp-mux":
                self.attributes[name] = 1
            case _:
                return False
        return True

    def _took_number(self, name: str, value: str) -> bool:
        number = value.strip().partition(" ")[0]
        if not _is_number(number):
            return False
        self.attributes[name] = int(number)
        return True

    def _took_crypto(self, value: str) -> bool:
        """``tag suite inline:key|lifetime|mki:length``; more keys and parameters are let be."""
        pieces = value.split()
        if len(pieces) < 3 or not _is_number(pieces[0]) or not pieces[2].startswith("inline:"):
            return False
        key, *rest = pieces[2].partition(";")[0].removeprefix("inline:").split("|")
        lifetime = next((one for one in rest if ":" not in one), "")
        mki = next((one for one in rest if ":" in one), "")
        tag, suite = int(pieces[0]), pieces[1].upper()
        text = " ".join((pieces[0], suite, *pieces[2:]))
        self.crypto.append(Crypto(tag, suite, key, lifetime, mki, text))
        return True

    def media(self, line: str) -> Media:
        """The whole, with its ``m=`` line."""
        kind, port, protocol, *formats = [*line[2:].split(), "", "", ""][: line.count(" ") + 4]
        formats = [one for one in formats if one]
        number = port.partition("/")[0]
        return Media(
            kind=kind.lower(),
            port=int(number) if _is_number(number) and int(number) < 65536 else 0,
            protocol=protocol.upper(),
            formats=tuple(formats),
            codecs=tuple(self._codec(one) for one in formats if _is_number(one)),
            label=self.label,
            direction=self.direction,
            address=self.address,
            crypto=tuple(self.crypto),
            rtcp_port=self.attributes.get("rtcp"),
            rtcp_mux="rtcp-mux" in self.attributes,
            ptime=self.attributes.get("ptime"),
            maxptime=self.attributes.get("maxptime"),
            other=tuple(self.other),
        )

    def _codec(self, payload: str) -> Codec:
        number = int(payload)
        name, rate, channels = self.rtpmap.get(payload) or (*_STATIC.get(number, _UNKNOWN), 1)
        return _same_codec(number, name, rate, channels, self.fmtp.get(payload, ""))


@lru_cache(maxsize=256)
def _same_codec(payload: int, name: str, rate: int, channels: int, fmtp: str) -> Codec:
    return Codec(payload, name, rate, channels, fmtp)


@lru_cache(maxsize=256)  # every call offers the same few
def _encoding(mapped: str) -> tuple[str, int, int]:
    """``PCMA/8000`` or ``opus/48000/2``."""
    name, rate, channels = [*mapped.split("/"), "", ""][:3]
    return (
        name,
        int(rate) if _is_number(rate) else 0,
        int(channels) if _is_number(channels) else 1,
    )


def _address(value: str) -> str:
    """``IN IP4 192.0.2.1/127`` without its multicast suffix."""
    pieces = value.split()
    return pieces[2].partition("/")[0] if len(pieces) > 2 else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


@dataclass(frozen=True, slots=True)
class Change:
    """How one media line differs from what it was. Names are those that people read in events."""

    what: tuple[str, ...]


def changes(before: Media, after: Media) -> tuple[str, ...]:
    """What is new in the media of one line that goes on: ``codec X``, ``source port``,
    ``source address``. Holding and resuming are told by ``sends``."""
    if not (before.port and after.port):
        return ()
    found = []
    old, new = speech(before), speech(after)
    if old and new and old != new:
        found.append(f"codec {new}")
    if before.port != after.port:
        found.append("source port")
    if before.address != after.address and not {before.address, after.address} & UNROUTABLE:
        found.append("source address")
    return tuple(found)


def speech(media: Media) -> str:
    """The name of the first codec that carries speech; empty where there is none."""
    names = (codec.name for codec in media.codecs)
    return next((name for name in names if name.lower() not in BESIDE_SPEECH and name), "")


BESIDE_SPEECH = frozenset({"telephone-event", "cn"})
"""Payloads that travel beside speech: key presses (RFC 4733) and comfort noise (RFC 3389)."""


def relabelled(media: Media, label: str | None) -> Media:
    """The same line under another label: an answer to our own offer need not repeat ours."""
    return media if media.label == label else replace(media, label=label)
