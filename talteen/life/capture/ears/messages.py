"""What signaller and ear say to each other: values, and their bytes on a SOCK_SEQPACKET socket.

One message is one datagram: a byte that names it, then its fields in order. The ear's logbook is
these same bytes in the order in which they came: to know its calls again, a restarted ear reads
them anew. So every request may come twice and changes nothing the second time.
Instants are nanoseconds since 1970 in UTC. A ``Fact`` is opaque; nothing else names a person.
"""

from dataclasses import dataclass, field
from datetime import datetime
from struct import error as StructError
from typing import Any, Final

from talteen.engine.vault.journal_bodies import Why
from talteen.errors import Tampered
from talteen.ids import IntakeKeyId, RecordingId, SegmentId
from talteen.life.capture.ears.datagram import (
    BYTES,
    COUNT,
    FLAG,
    GENERATION,
    ID,
    NS,
    PORT,
    SSRC,
    STREAM,
    TEXT,
    TIME,
    WHY,
    Field,
    Form,
)

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


_ToCalls = Open | Keep | Pause | Resume | Fact | Burn | Close
_ToStreams = Listen | Leave | Sample | SendReports
Request = _ToCalls | _ToStreams | Reseal | Ask


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
    """A part of ``flows.write``."""
    more: bool
    """Another part follows. What the parts together do not name has ended."""


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
class Poured:
    """Between an ear and the next one, in the logbook only: where the record stands behind which
    all is sealed that waited for the key of this generation. Entered before it is written: killed
    up to then, the next ear does not find it, and seals what waited itself."""

    call: RecordingId
    generation: int
    segment: SegmentId
    number: int
    """Of the call, in the segment."""
    at: int
    n: int


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
Message = Request | Report | Taken | Poured | Await | Recognised


# The number of a message stands in logbooks: never reuse one (2, 16, 17, 65, 70, 74 and 130 had
# other forms).
_FIELDS: Final[dict[int, tuple[type[Any], tuple[Field, ...]]]] = {
    1: (Open, (ID, TIME)),
    18: (Listen, (ID, STREAM, PORT, TEXT, NS, FLAG)),
    3: (Leave, (ID, STREAM)),
    4: (Keep, (ID, NS)),
    5: (Pause, (ID, NS, WHY)),
    6: (Resume, (ID, NS, WHY)),
    7: (Fact, (ID, BYTES)),
    8: (Burn, (ID,)),
    9: (Close, (ID, NS)),
    10: (Reseal, (ID, BYTES)),
    11: (Sample, (ID, STREAM, NS)),
    12: (Ask, ()),
    19: (SendReports, (ID, STREAM, TEXT, PORT, COUNT, TEXT, BYTES, TEXT, FLAG)),
    64: (Ready, (FLAG, COUNT)),
    76: (Listening, (ID, STREAM, PORT, FLAG)),
    66: (Kept, (ID, GENERATION)),
    67: (Source, (ID, STREAM, SSRC, NS)),
    68: (Missing, (ID, STREAM, WHY, COUNT, NS)),
    69: (Sampled, (ID, STREAM, FLAG, BYTES)),
    71: (Burnt, (ID,)),
    72: (Status, (COUNT, COUNT, FLAG, FLAG, COUNT, COUNT, NS)),
    73: (Resealed, (ID,)),
    77: (Flows, (BYTES, FLAG)),
    75: (Closed, (ID, COUNT, COUNT, COUNT, COUNT, COUNT)),
    128: (Taken, (PORT, BYTES, BYTES)),
    129: (Await, (BYTES,)),
    131: (Recognised, (ID, TEXT, NS, NS, FLAG)),
    132: (Poured, (ID, GENERATION, ID, COUNT, COUNT, COUNT)),
}
RESEAL, KEPT, MISSING, TAKEN = 10, 66, 68, 128
FORGOTTEN: Final = frozenset({11, 12})
"""Questions: they need not stand in a logbook."""
REMEMBERED: Final = frozenset({76, KEPT, 71, 75})
"""Reports that a signaller's logbook keeps: Listening, Kept, Closed, Burnt."""
_FORMS: Final = {number: Form(number, *told) for number, told in _FIELDS.items()}
_OF: Final = {form.kind: form for form in _FORMS.values()}


def write(message: Message) -> bytes:
    """``message`` as one datagram."""
    return _OF[type(message)].write(message)


def read(data: bytes) -> Message:
    """The message that ``data`` writes. Raises Tampered where it writes none."""
    form = _FORMS.get(data[0]) if data else None
    if form is None:
        raise _unknown()
    try:
        message: Message = form.read(data)
    except (ValueError, StructError):
        raise _unknown() from None
    return message


def _unknown() -> Tampered:
    return Tampered(
        "an ear was told something that it does not know",
        remedy="run one version of Talteen on this node: 'talteen doctor' shows which",
    )
