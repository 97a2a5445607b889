"""What a capture node says of a call in its own journal: sealed facts, read by the house alone.

Three documents. The *sidecar* is the one that an import brings (docs/formats/sidecar.md): so there
is one law for both, and nothing can be said of a captured call that could not be said of any other.
The *streams* tell whose voice came on which stream of the journal, in which codecs, under which
SRTP keys. The *session*, where a client names one, is that by which another node's recording of the
same call is found (docs/formats/session.md). Of each kind the last one counts: a node writes them
anew whenever it knows better.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from talteen.engine.wire.sdp import Codec
from talteen.errors import InputError, Tampered
from talteen.life.capture import sidecar
from talteen.life.capture.sidecar import Side, Sidecar

SIDECAR, STREAMS, SESSION = b"sidecar\n", b"streams\n", b"session\n"
"""How a fact of each kind begins."""
NAME = "the sidecar of a captured call"

_STRICT = ConfigDict(extra="forbid", strict=True, defer_build=True)


@dataclass(frozen=True, slots=True, config=_STRICT)
class FormatTold:
    """One payload type of an agreement, as ``a=rtpmap`` and ``a=fmtp`` name it."""

    payload_type: Annotated[int, Field(ge=0, le=127)]
    name: Annotated[str, Field(max_length=64)]
    clock_hz: Annotated[int, Field(ge=1, le=1_000_000)]
    channels: Annotated[int, Field(ge=1, le=8)] = 1
    fmtp: Annotated[str, Field(max_length=512)] = ""


@dataclass(frozen=True, slots=True, config=_STRICT)
class AgreedTold:
    """What offer and answer agreed from ``since_ns`` on."""

    since_ns: Annotated[int, Field(ge=0)]
    formats: tuple[FormatTold, ...] = ()
    crypto: tuple[Annotated[str, Field(max_length=1024)], ...] = ()
    """``a=crypto`` attributes of the sender without their name (RFC 4568): its SRTP keys."""


@dataclass(frozen=True, slots=True, config=_STRICT)
class StreamTold:
    """One stream of the journal."""

    stream: Annotated[int, Field(ge=1, le=65_535)]
    label: Annotated[str, Field(max_length=64)]
    side: Side | None
    """Whose voice it is; null where it is not known, or both are mixed in it."""
    agreed: Annotated[tuple[AgreedTold, ...], Field(min_length=1)]


LONGEST = 512
"""Characters of an id or a time; the rest of a longer one is not written."""
_Id = Annotated[str, Field(max_length=LONGEST)]


@dataclass(frozen=True, slots=True, config=_STRICT)
class SessionTold:
    """The communication session as the client names it (RFC 7865 6.1-6.3), word for word."""

    format: Literal[1]
    session: _Id
    """``session_id``."""
    sip_session: _Id | None = None
    """``sipSessionID`` (RFC 7989)."""
    group: _Id | None = None
    """``group_id``: the session and its transfers. It links calls and makes none of them one."""
    start: _Id | None = None
    """``start-time``."""


@dataclass(frozen=True, slots=True)
class CallTold:
    """Everything that a node says of one call."""

    sidecar: Sidecar
    streams: tuple[StreamTold, ...]
    session: SessionTold | None = None
    """None where no metadata name one."""


def facts(told: CallTold) -> tuple[bytes, ...]:
    """``told`` as the facts that go into the journal."""
    written = (
        SIDECAR + _sidecars().dump_json(told.sidecar),
        STREAMS + written_streams(told.streams),
    )
    if told.session is None:
        return written
    return (*written, SESSION + _sessions().dump_json(told.session))


@lru_cache(maxsize=256)  # every call agrees on the same few
def formats(codecs: tuple[Codec, ...]) -> tuple[FormatTold, ...]:
    """What an agreement on ``codecs`` says; one that nobody named says nothing."""
    return tuple(
        FormatTold(one.payload, one.name, one.rate, one.channels, one.fmtp)
        for one in codecs
        if one.name
    )


def read(written: Iterable[bytes]) -> CallTold | None:
    """What the facts of a journal say; None where they do not say enough to know the call.

    Raises Tampered for a fact of ours that no node writes.
    """
    kinds = (SIDECAR, STREAMS, SESSION)
    last = {kind: fact for fact in written for kind in kinds if fact.startswith(kind)}
    if not last.keys() >= {SIDECAR, STREAMS}:
        return None
    session = last.get(SESSION)
    try:
        return CallTold(
            sidecar.read(last[SIDECAR].removeprefix(SIDECAR), name=NAME),
            read_streams(last[STREAMS].removeprefix(STREAMS)),
            _sessions().validate_json(session.removeprefix(SESSION)) if session else None,
        )
    except (ValidationError, InputError):
        raise Tampered(
            "a journal says of its call what no node writes",
            remedy="compare the versions of the node and of the house",
        ) from None


def written_streams(streams: tuple[StreamTold, ...]) -> bytes:
    """``streams`` as JSON."""
    return _streams().dump_json(streams)


def read_streams(written: str | bytes) -> tuple[StreamTold, ...]:
    """What ``written_streams`` wrote. Raises ValidationError."""
    return _streams().validate_json(written)


@cache
def _sidecars() -> TypeAdapter[Sidecar]:
    return TypeAdapter(Sidecar)


@cache
def _streams() -> TypeAdapter[tuple[StreamTold, ...]]:
    return TypeAdapter(tuple[StreamTold, ...])


@cache
def _sessions() -> TypeAdapter[SessionTold]:
    return TypeAdapter(SessionTold)
