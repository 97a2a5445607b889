"""What signaller and ear say to each other: values, and their bytes on a SOCK_SEQPACKET socket.

One message is one datagram: a byte that names it, then its fields in order. The ear's logbook is
these same bytes in the order in which they came: to know its calls again, a restarted ear reads
them anew. So every request may come twice and changes nothing the second time.
Instants are nanoseconds since 1970 in UTC. A ``Fact`` is opaque; nothing else names a person.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from talteen.engine.vault.canonical import Reader, Writer
from talteen.engine.vault.journal_bodies import Why
from talteen.errors import Tampered
from talteen.ids import IntakeKeyId, RecordingId

LONGEST_BYTES = 128 * 1024
"""Of one message. A Fact or a part of a Sample is cut to fit by who sends it."""


@dataclass(frozen=True, slots=True)
class Open:
    """A call begins. Its media wait in memory until ``Keep``."""

    call: RecordingId
    start: datetime


@dataclass(frozen=True, slots=True)
class Listen:
    """A stream of the call comes to this port. Answered by ``Listening``: then say so in SDP."""

    call: RecordingId
    stream: int
    """From 1; 0 is the call itself. RTCP has a number of its own."""
    port: int
    source: str
    """The addresses it may come from, parted by blanks; empty: the first one that sends is the one
    (learn). Told again with others, the stream may come from all of them."""
    at_ns: int
    """What came before is of somebody else."""
    control: bool
    """RTCP: visited seldom."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The stream of the call has ended: its port hears nobody any more."""

    call: RecordingId
    stream: int


@dataclass(frozen=True, slots=True)
class Keep:
    """The evidence is complete: seal what came from this instant on."""

    call: RecordingId
    from_ns: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Keep nothing from this instant on, for PAUSE, HOLD or CONSULT."""

    call: RecordingId
    at_ns: int
    why: Why


@dataclass(frozen=True, slots=True)
class Resume:
    """Keep again from this instant on; ``why`` is that of the pause that ends."""

    call: RecordingId
    at_ns: int
    why: Why


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the call, to be sealed with it."""

    call: RecordingId
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Burn:
    """Refused: nothing of the call may be left. Answered by ``Burnt``."""

    call: RecordingId


@dataclass(frozen=True, slots=True)
class Close:
    """The call has ended at this instant. Answered by ``Closed``."""

    call: RecordingId
    at_ns: int


@dataclass(frozen=True, slots=True)
class Reseal:
    """The intake key of the new hour: every journal key goes to it, and new ones are made."""

    intake_key: IntakeKeyId
    public: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """Give what waits in memory of this stream and came later than ``since_ns``, to look for the
    prompt in it."""

    call: RecordingId
    stream: int
    since_ns: int


@dataclass(frozen=True, slots=True)
class SendReports:
    """Tell the sender of this stream now and then what came of it (RTCP, RFC 3550 6)."""

    call: RecordingId
    stream: int
    host: str
    port: int
    """Where the sender hears RTCP."""
    clock_hz: int
    """Of its RTP timestamps."""
    suite: str
    """Of SRTP; empty where RTP comes in clear, and then the two below are empty too."""
    own: bytes = field(repr=False)
    """Our key and salt."""
    crypto: str = field(repr=False)
    """The crypto attribute of the sender."""
    mux: bool = False
    """RTCP shares the port of the stream (RFC 5761)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Tell the ``Status`` now; it comes every second anyway."""


Request = (
    Open
    | Listen
    | Leave
    | Keep
    | Pause
    | Resume
    | Fact
    | Burn
    | Close
    | Reseal
    | Sample
    | SendReports
    | Ask
)


@dataclass(frozen=True, slots=True)
class Ready:
    """The ear works. ``restarted`` says that another one worked here before it."""

    restarted: bool
    calls: int
    """Open ones that it took over."""


@dataclass(frozen=True, slots=True)
class Listening:
    """The port hears the stream from now on; or it cannot: it is not this ear's, or is taken."""

    call: RecordingId
    stream: int
    port: int
    ok: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """The envelope of the call's key is durable and sealing has begun."""

    call: RecordingId
    generation: int


@dataclass(frozen=True, slots=True)
class Source:
    """Sound came from a source not heard before in this stream; also the first one."""

    call: RecordingId
    stream: int
    ssrc: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class Missing:
    """So many packets are missing from this stream (0: of all), and why."""

    call: RecordingId
    stream: int
    why: Why
    packets: int
    from_ns: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """A part of what waits in memory: the body of ``Media`` (``journal_bodies``)."""

    call: RecordingId
    stream: int
    more: bool
    media: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Closed:
    """All of the call is in the journal, durable; ``kept`` is how many packets."""

    call: RecordingId
    kept: int
    unwanted: int
    """Packets that were not kept: before the evidence, in a pause."""
    strangers: int
    """Packets from another address than the one that was signalled."""
    dropped: int
    """Packets that the kernel had no room for."""
    controls: int = 0
    """RTCP that came to the ports of the streams (RFC 5761): read, and never kept."""


@dataclass(frozen=True, slots=True)
class Burnt:
    """Nothing of the call is left here."""

    call: RecordingId


@dataclass(frozen=True, slots=True)
class Status:
    """How the ear is. Where ``room`` is false the signaller answers 503 to new calls."""

    calls: int
    streams: int
    room: bool
    locked: bool
    """Whether its memory cannot be swapped out to a disk."""
    packets: int
    dropped: int
    behind_ns: int
    """How much longer than the period the last round through all sockets took."""


@dataclass(frozen=True, slots=True)
class Flows:
    """How many packets came on each stream so far, told every second beside ``Status``."""

    listed: bytes = field(repr=False)
    """``flows.write``."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """Every key that this ear still knows is sealed to this intake key. What an ear sealed that was
    killed since stays under its own: ``Journals.intake_keys`` counts those."""

    intake_key: IntakeKeyId


@dataclass(frozen=True, slots=True)
class Taken:
    """Between an ear and the next one, in the logbook only: packets that were taken from the kernel
    when it was killed."""

    port: int
    media: bytes = field(repr=False)
    """The body of ``Media``."""
    names: bytes = field(repr=False)
    """The sockaddr of each, one behind another."""


@dataclass(frozen=True, slots=True)
class Await:
    """From a signaller to the process that hears prompts, and to no ear: the calls that wait for
    their announcement. The whole list each time (``listening.words``)."""

    listed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Its answer: a prompt was heard in a call, from one instant to the other."""

    call: RecordingId
    version: str
    start_ns: int
    end_ns: int
    """Where it ended, or was cut."""
    full: bool


_OfCalls = Listening | Kept | Source | Missing | Sampled | Closed | Burnt
Report = Ready | Status | Flows | Resealed | _OfCalls
Message = Request | Report | Taken | Await | Recognised

_Codec = tuple[Callable[[Writer, Any], None], Callable[[Reader], Any]]


def _number(width: int) -> _Codec:
    return (lambda to, value: to.number(value, width)), (lambda of: of.number(width))


_ID: Final[_Codec] = (Writer.id, Reader.id)
_NS = _COUNT = _number(8)
_STREAM = _PORT = _number(2)
_SSRC = _number(4)
_GENERATION = _number(4)
_BYTES: Final[_Codec] = (Writer.block, Reader.block)
_TEXT: Final[_Codec] = (Writer.text, Reader.text)
_TIME: Final[_Codec] = (Writer.time, Reader.time)
_FLAG: Final[_Codec] = (lambda to, value: to.number(int(value), 1)), (lambda of: bool(of.number(1)))
_WHY: Final[_Codec] = (lambda to, value: to.number(value.value, 1)), (lambda of: Why(of.number(1)))

# The number of a message stands in logbooks: never reuse one (16, 65 and 70 had fewer fields).
_FORMS: Final[dict[int, tuple[type[Any], tuple[_Codec, ...]]]] = {
    1: (Open, (_ID, _TIME)),
    2: (Listen, (_ID, _STREAM, _PORT, _TEXT, _NS, _FLAG)),
    3: (Leave, (_ID, _STREAM)),
    4: (Keep, (_ID, _NS)),
    5: (Pause, (_ID, _NS, _WHY)),
    6: (Resume, (_ID, _NS, _WHY)),
    7: (Fact, (_ID, _BYTES)),
    8: (Burn, (_ID,)),
    9: (Close, (_ID, _NS)),
    10: (Reseal, (_ID, _BYTES)),
    11: (Sample, (_ID, _STREAM, _NS)),
    12: (Ask, ()),
    17: (SendReports, (_ID, _STREAM, _TEXT, _PORT, _COUNT, _TEXT, _BYTES, _TEXT, _FLAG)),
    64: (Ready, (_FLAG, _COUNT)),
    76: (Listening, (_ID, _STREAM, _PORT, _FLAG)),
    66: (Kept, (_ID, _GENERATION)),
    67: (Source, (_ID, _STREAM, _SSRC, _NS)),
    68: (Missing, (_ID, _STREAM, _WHY, _COUNT, _NS)),
    69: (Sampled, (_ID, _STREAM, _FLAG, _BYTES)),
    71: (Burnt, (_ID,)),
    72: (Status, (_COUNT, _COUNT, _FLAG, _FLAG, _COUNT, _COUNT, _NS)),
    73: (Resealed, (_ID,)),
    74: (Flows, (_BYTES,)),
    75: (Closed, (_ID, _COUNT, _COUNT, _COUNT, _COUNT, _COUNT)),
    128: (Taken, (_PORT, _BYTES, _BYTES)),
    129: (Await, (_BYTES,)),
    130: (Recognised, (_ID, _TEXT, _NS, _NS, _FLAG)),
}
RESEAL, KEPT = 10, 66
FORGOTTEN: Final = frozenset({11, 12})
"""Questions: they need not stand in a logbook."""
REMEMBERED: Final = frozenset({76, KEPT, 71, 75})
"""Reports that a signaller's logbook keeps: Listening, Kept, Closed, Burnt."""
_NUMBERS: Final = {form[0]: number for number, form in _FORMS.items()}
_NAMES: Final = {n: [one.name for one in fields(form[0])] for n, form in _FORMS.items()}


def write(message: Message) -> bytes:
    """``message`` as one datagram."""
    number, to = _NUMBERS[type(message)], Writer()
    to.number(number, 1)
    for (put, _), name in zip(_FORMS[number][1], _NAMES[number], strict=True):
        put(to, getattr(message, name))
    return to.done()


def read(data: bytes) -> Message:
    """The message that ``data`` writes. Raises Tampered where it writes none."""
    of = Reader(data)
    number = of.number(1)
    if number not in _FORMS:
        raise _unknown()
    kind, form = _FORMS[number]
    try:
        message: Message = kind(*[take(of) for _, take in form])
    except ValueError:
        raise _unknown() from None
    of.end()
    return message


def _unknown() -> Tampered:
    return Tampered(
        "an ear was told something that it does not know",
        remedy="run one version of Talteen on this node: 'talteen doctor' shows which",
    )
