"""Whence a client's media come, and where it hears what we heard of them: RTCP, line by line (RFC
3550 6, RFC 7866 8). Pure.

RTCP goes from the port beside ours to the port beside theirs, or to that of ``a=rtcp`` (RFC 3605);
with ``a=rtcp-mux`` from port to port of RTP itself (RFC 5761). A line that comes as SRTP gets its
reports as SRTCP, under the key that our answer named.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_address

from talteen.engine.wire.answer import KEY_BYTES, Line
from talteen.engine.wire.sdp import UNROUTABLE, Media
from talteen.life.capture.ears.messages import SendReports
from talteen.life.capture.lines import Lines
from talteen.life.capture.lines import name as line_name
from talteen.life.capture.live import LiveCall


def wanted(
    lines: Lines, calls: Iterable[LiveCall], keys: Mapping[int, bytes]
) -> Iterator[SendReports]:
    """What an ear is to be told of every stream of ``calls`` whose client hears RTCP.

    ``keys``: what our SRTP keys are taken from, by slot.
    """
    running = [live for live in calls if live.fate is None]
    for number, (line, theirs) in enumerate(zip(lines.ours, lines.theirs, strict=False)):
        slot = lines.slots[number]
        to = _heard_at(theirs, mux=line.mux)
        if slot is None or to is None or line.speech is None:
            continue
        name = line_name(number, line)
        suite, own, crypto = _secure(line, keys.get(slot, b""))
        (host, port), rate = to, line.speech.rate
        for live in running:
            if name in live.call.tracks:
                stream = live.call.tracks[name].mline + 1
                yield SendReports(
                    live.recording, stream, host, port, rate, suite, own, crypto, line.mux
                )


def sources(lines: Lines, peer: str, *, anywhere: bool) -> dict[int, str]:
    """The addresses from which the media of each line may come (checklist 28), by the line's
    number, parted by blanks: the one that the client described, and ``peer``, from which it speaks
    SIP itself; whatever port it sends from. None where it described no host, or where it is known
    to send from neither (``anywhere``)."""
    if anywhere:
        return {}
    described = {n: unicast(one.address) for n, one in enumerate(lines.theirs)}
    ours = unicast(peer)
    return {n: " ".join(dict.fromkeys((one, ours))).strip() for n, one in described.items() if one}


def _heard_at(theirs: Media, *, mux: bool) -> tuple[str, int] | None:
    """Address and port; None where there is no address that can be sent to as it stands."""
    port = theirs.port if mux else theirs.rtcp_port or theirs.port + 1
    host = unicast(theirs.address)
    return (host, port) if host and theirs.port and 0 < port < 65536 else None


@lru_cache(maxsize=1024)
def unicast(address: str) -> str:
    """An address of one host that can be sent to, in its usual spelling; empty for any other."""
    try:
        read = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(read, "ipv4_mapped", None)
    return "" if address in UNROUTABLE or read.is_multicast else str(mapped or read)


def _secure(line: Line, key: bytes) -> tuple[str, bytes, str]:
    if line.crypto is None:
        return "", b"", ""
    suite = line.crypto.suite
    return suite, key[: KEY_BYTES[suite]], line.crypto.text
