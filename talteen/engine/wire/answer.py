"""What a recorder answers to an offer of media (RFC 3264, RFC 7866 7), and what it offers itself.

The answer has the lines of the offer, as many and in the same order. Each is taken ``recvonly``, or
``inactive`` while nothing may be kept, or refused in place with port 0. Labels are repeated
although RFC 7866 does not ask for it: without them some media relays drop the media. The ports are
not chosen here; so a line is first *judged*, and written when it has a port.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from talteen.engine.wire import sdes
from talteen.engine.wire.sdp import BESIDE_SPEECH, Codec, Crypto, Description, Direction, Media
from talteen.errors import InputError

DECODABLE = {"pcma": 8000, "pcmu": 8000, "g722": 8000, "opus": 48000}
"""Codecs whose speech we can hear, by name in lower case, and their RTP clock rate in Hz."""
UNDECODABLE = {"g729": 8000}
"""Codecs whose payload is kept as it comes, to be decoded elsewhere."""
KEY_BYTES = {
    "AES_CM_128_HMAC_SHA1_80": 30,
    "AES_CM_128_HMAC_SHA1_32": 30,
    "AEAD_AES_128_GCM": 28,
    "AEAD_AES_256_GCM": 44,
}
"""SRTP suites that we speak, and the length of their key and salt (RFC 4568 6.2, 7714 12)."""
KEY_AT_MOST = max(KEY_BYTES.values())
CRYPTO_AT_MOST = 1024
"""Characters of one crypto attribute: longer ones are not offers but attacks."""
_PLAIN = frozenset({"RTP/AVP", "RTP/AVPF"})
_SDES = frozenset({"RTP/SAVP", "RTP/SAVPF"})
_SPOKEN = _PLAIN | _SDES


class Refusal(Enum):
    """Why a media line is refused; the value is what the warning ``media-refused`` names."""

    KIND = "kind"
    """It is no audio."""
    TRANSPORT = "transport"
    """Neither plain RTP nor SRTP with SDES keys."""
    CODEC = "codec"
    CRYPTO = "crypto"


class Taking(Enum):
    """What is done with the media that an offer brings."""

    KEEP = "keep"
    NOTHING = "nothing"
    """Every line is answered ``inactive``: the caller refused, or we paused."""


@dataclass(frozen=True, slots=True)
class Line:
    """One media line as it will be answered or offered."""

    kind: str
    protocol: str
    formats: tuple[str, ...]
    """Of the offer, for a line that is refused."""
    label: str | None
    direction: Direction = Direction.INACTIVE
    codecs: tuple[Codec, ...] = ()
    """Speech first, then what travels beside it; payload numbers are those of the offer."""
    crypto: Crypto | None = None
    """The offered key that we took: its tag and suite are answered, with a key of our own."""
    refused: Refusal | None = None
    off: bool = False
    """The offer itself has port 0 here."""
    mux: bool = False
    """RTCP comes to the RTP port and goes from it, as the offer wants it (RFC 5761 5.1.1)."""

    @property
    def needs_port(self) -> bool:
        return not (self.refused or self.off)

    @property
    def speech(self) -> Codec | None:
        """The codec in which speech will come."""
        return self.codecs[0] if self.codecs else None


@dataclass(frozen=True, slots=True)
class Here:
    """What we say of ourselves in ``o=`` and ``c=``."""

    address: str
    session: int
    """The same number in all descriptions of one dialog."""
    version: int
    """One more with every description that differs from the one before (RFC 3264 8)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to be sent."""

    lines: tuple[Line, ...]
    text: bytes


def judge(offer: Description, taking: Taking = Taking.KEEP) -> tuple[Line, ...]:
    """How each line of ``offer`` is answered, in its order."""
    return tuple(_judged(media, taking) for media in offer.media)


def usable(lines: Sequence[Line]) -> bool:
    """Whether anything is left to be recorded, now or later: if not, the answer is 488."""
    return any(line.refused is None for line in lines)


def answer(
    offer: Description,
    ports: Sequence[int],
    here: Here,
    *,
    taking: Taking = Taking.KEEP,
    keys: Mapping[int, bytes] | None = None,
) -> Answer:
    """``offer`` judged and answered. ``ports`` and ``keys`` as in ``write``."""
    lines = judge(offer, taking)
    return Answer(lines, write(lines, ports, here, keys=keys))


def own_offer(labels: Sequence[str | None]) -> tuple[Line, ...]:
    """What we offer when the client did not: one line for each label, every codec that we decode.

    A client that knows no labels gets one line without.
    """
    return tuple(
        Line("audio", "RTP/AVP", (), label, Direction.RECVONLY, _OFFERED)
        for label in labels or (None,)
    )


def offered_again(lines: Sequence[Line], taking: Taking = Taking.KEEP) -> tuple[Line, ...]:
    """``lines`` as we offer them anew in the same dialog: what they carry first, then what else
    we decode, with every payload number that was given out left as it is (RFC 3264 8.3.2)."""
    direction = Direction.RECVONLY if taking is Taking.KEEP else Direction.INACTIVE
    return tuple(
        line
        if not line.needs_port
        else Line(
            line.kind,
            line.protocol,
            line.formats,
            line.label,
            direction,
            _widened(line.codecs),
            line.crypto,
            mux=line.mux,
        )
        for line in lines
    )


def write(
    lines: Sequence[Line],
    ports: Sequence[int],
    here: Here,
    *,
    keys: Mapping[int, bytes] | None = None,
) -> bytes:
    """The description of ``lines`` as bytes.

    ``ports``: our receiving port for each line; not looked at where a line needs none. ``keys``:
    ``KEY_AT_MOST`` bytes by the number of the line, for lines that have a ``crypto``: our SRTP key
    and salt are as many of them as the suite takes.
    """
    network = "IP6" if ":" in here.address else "IP4"
    text = [
        "v=0",
        f"o=- {here.session} {here.version} IN {network} {here.address}",
        "s=-",
        f"c=IN {network} {here.address}",
        "t=0 0",
    ]
    for number, (line, port) in enumerate(zip(lines, ports, strict=True)):
        text += _written(line, port, (keys or {}).get(number))
    return ("\r\n".join(text) + "\r\n").encode()


# Static numbers of RFC 3551, then two of the dynamic range. PCMA first: it is what Finland speaks.
_OFFERED = (
    Codec(8, "PCMA", 8000),
    Codec(0, "PCMU", 8000),
    Codec(9, "G722", 8000),
    Codec(96, "opus", 48000, 2),
    Codec(101, "telephone-event", 8000, fmtp="0-15"),
    Codec(13, "CN", 8000),
)


def _judged(media: Media, taking: Taking) -> Line:
    why = _refusal(media)
    off = media.port == 0
    if why or off:
        formats = media.formats or ("0",)
        return Line(media.kind, media.protocol, formats, media.label, refused=why, off=off)
    keeps = taking is Taking.KEEP and media.sends
    return Line(
        media.kind,
        media.protocol,
        media.formats,
        media.label,
        Direction.RECVONLY if keeps else Direction.INACTIVE,
        _taken(media),
        _key(media),
        mux=media.rtcp_mux,
    )


def _refusal(media: Media) -> Refusal | None:
    if media.kind != "audio":
        return Refusal.KIND
    if media.protocol not in _SPOKEN:
        return Refusal.TRANSPORT
    if not _speech(media):
        return Refusal.CODEC
    return Refusal.CRYPTO if media.protocol in _SDES and _key(media) is None else None


def _taken(media: Media) -> tuple[Codec, ...]:
    speech = _speech(media)
    assert speech is not None, "a line without speech is refused"
    beside = tuple(codec for codec in media.codecs if codec.name.lower() in BESIDE_SPEECH)
    return (speech, *beside)


def _speech(media: Media) -> Codec | None:
    """The first codec of the offer that we decode, else the first that we keep undecoded."""
    for known in (DECODABLE, UNDECODABLE):
        for codec in media.codecs:
            if known.get(codec.name.lower()) == codec.rate:
                return codec
    return None


def _key(media: Media) -> Crypto | None:
    if media.protocol not in _SDES:
        return None
    return next((crypto for crypto in media.crypto if _opens(crypto)), None)


def _opens(crypto: Crypto) -> bool:
    """Whether media under this key could be opened later. A line whose session parameters weaken
    SRTP, or that we do not understand, is no offer at all (RFC 4568 6.3)."""
    if crypto.suite not in KEY_BYTES or len(crypto.text) > CRYPTO_AT_MOST:
        return False
    try:
        return bool(sdes.keys(crypto.text))
    except InputError:
        return False


def _widened(codecs: tuple[Codec, ...]) -> tuple[Codec, ...]:
    names = {codec.name.lower() for codec in codecs}
    numbers = {codec.payload for codec in codecs}
    return codecs + tuple(
        codec
        for codec in _OFFERED
        if codec.name.lower() not in names and codec.payload not in numbers
    )


def _written(line: Line, port: int, key: bytes | None) -> list[str]:
    label = [f"a=label:{line.label}"] if line.label is not None else []
    if not line.needs_port:
        kind, protocol = line.kind or "audio", line.protocol or "RTP/AVP"
        return [f"m={kind} 0 {protocol} {' '.join(line.formats)}", *label]
    payloads = " ".join(str(codec.payload) for codec in line.codecs)
    text = [f"m={line.kind} {port} {line.protocol} {payloads}"]
    for codec in line.codecs:
        channels = f"/{codec.channels}" if codec.channels > 1 else ""
        text.append(f"a=rtpmap:{codec.payload} {codec}{channels}")
        if codec.fmtp:
            text.append(f"a=fmtp:{codec.payload} {codec.fmtp}")
    if line.crypto:
        assert key is not None, "an SRTP line is answered with a key of its own"
        inline = b64encode(key[: KEY_BYTES[line.crypto.suite]]).decode()
        text.append(f"a=crypto:{line.crypto.tag} {line.crypto.suite} inline:{inline}")
    if line.mux:
        text.append("a=rtcp-mux")
    return [*text, f"a={line.direction.value}", *label]
