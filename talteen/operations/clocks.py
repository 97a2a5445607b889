"""Is this machine's clock right? Destruction goes by dates: a wrong clock breaks promises.

Three witnesses: the kernel (is anything setting this clock at all?), the database's clock, and
whichever time server the operator names. Whoever is asked is told nothing.
"""

import ctypes
import socket
import struct
from datetime import UTC, datetime, timedelta

from django.db import connection

from talteen.clock import Clock, SystemClock
from talteen.errors import Unavailable
from talteen.operations.findings import Finding, doubtful, well, wrong

DOUBTFUL, WRONG = timedelta(seconds=2), timedelta(seconds=30)
"""From which difference on somebody should look, and from which no date can be relied on."""
SET_IT = "timedatectl set-ntp true"
_ANSWER_S = 3.0
_UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
_PORT = 123


def look(server: str) -> list[Finding]:
    """What each witness says. ``server``: HOST or HOST:PORT of a time server; empty for none."""
    found = [of_kernel()]
    if server:
        found.append(of_server(server))
    return found


def of_kernel() -> Finding:
    """Whether something keeps this clock right."""
    room = ctypes.create_string_buffer(512)  # struct timex, which we only let be filled
    if ctypes.CDLL(None, use_errno=True).adjtimex(room) == _UNSYNCHRONISED:
        return doubtful("clock", "nothing sets this machine's clock", SET_IT)
    return well("clock", "the kernel says that this clock is kept right")


def of_database(clock: Clock = SystemClock()) -> Finding:  # noqa: B008  (it has no state)
    """Against the database's own clock: the house believes the later of the two."""
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
    return _judged("clock:database", told, before, clock.now(), "the database")


def refuse_skew(clock: Clock = SystemClock()) -> None:  # noqa: B008
    """Raises Unavailable where this clock and the database's cannot both be right: whoever acts by
    dates does not start."""
    found = of_database(clock)
    if abs(found.figures.get("seconds", 0)) >= WRONG.total_seconds():
        raise Unavailable(found.says, remedy=found.remedy)


def of_server(server: str) -> Finding:
    """Against a time server (SNTP, RFC 4330)."""
    name, _, port = server.partition(":")
    before = SystemClock().now()
    try:
        told = _asked(name, int(port or _PORT))
    except (OSError, ValueError, struct.error):
        return doubtful(
            "clock:server", f"the time server {server} does not answer", "name one that does"
        )
    return _judged("clock:server", told, before, SystemClock().now(), server)


def _asked(host: str, port: int) -> datetime:
    with socket.socket(type=socket.SOCK_DGRAM) as line:
        line.settimeout(_ANSWER_S)
        line.connect((host, port))
        line.send(bytes([0x23]) + bytes(47))  # version 4, client
        answer = line.recv(512)
    seconds, fraction = struct.unpack_from("!II", answer, 40)
    if not seconds:
        raise ValueError("no time in it")
    return _EPOCH + timedelta(seconds=seconds + fraction / 2**32)


def _judged(name: str, told: datetime, before: datetime, after: datetime, whose: str) -> Finding:
    """``told`` was said between the two: what lies outside is the difference."""
    ahead = before - told if told < before else min(after - told, timedelta(0))
    apart, signed = abs(ahead), round(ahead.total_seconds(), 1)
    says = f"this clock is {abs(signed):.1f} s {'ahead of' if signed > 0 else 'behind'} {whose}"
    if apart >= WRONG:
        return wrong(name, says, SET_IT, seconds=signed)
    if apart >= DOUBTFUL:
        return doubtful(name, says, SET_IT, seconds=signed)
    return well(name, f"this clock agrees with {whose}", seconds=signed)
