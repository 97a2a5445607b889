"""What it costs to understand one recording session: metadata read, an offer answered.

One INVITE of the standard's shape (two streams, all associations). The peer is the bare parse of
the same XML by lxml, so the first ratio says what the reader adds to it. The bars in microseconds
are for an idle machine like the developers' own.
"""

from collections.abc import Iterator
from functools import partial

from lxml import etree

from benchmarks import Judged, Row, least_us, median, side_by_side
from talteen.engine.wire import answer, body, sdp, siprec
from talteen.engine.wire.answer import Here

GROUP = "capture_metadata"
HERE = Here("192.0.2.9", 1, 1)
row = partial(Row, GROUP)


def rows() -> Iterator[Row]:
    """Pure work on one thread: nothing is sent or stored."""
    bare = etree.XMLParser(resolve_entities=False, no_network=True)
    ours, peer = side_by_side(
        partial(least_us, lambda: siprec.read(METADATA)),
        partial(least_us, lambda: etree.fromstring(METADATA, bare)),
    )
    yield row("recording metadata read, against the bare parse (us)", ours, peer)
    yield row("recording metadata read (us)", ours, None, "<=60", Judged.OURS)
    answered = median(partial(least_us, answer_once))
    yield row("SDP offer read and answered (us)", answered, None, "<=40", Judged.OURS)
    cut = median(partial(least_us, lambda: body.read(MULTIPART, BODY)))
    yield row("multipart body cut into parts (us)", cut)


def answer_once() -> bytes:
    """An offer of two lines, read, judged and answered."""
    return answer.answer(sdp.parse(OFFER), (20_000, 20_002), HERE).text


def _line(port: int, label: str) -> str:
    return (
        f"m=audio {port} RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
        f"a=sendonly\r\na=label:{label}\r\n"
    )


def _participant(name: str, sends: str, receives: str) -> str:
    return f"""
  <participant participant_id="{name}"><nameID aor="sip:{name}@keskus.example">
      <name xml:lang="fi">Väinö Mäkelä</name></nameID></participant>
  <participantsessionassoc participant_id="{name}" session_id="xObcZBPZBwVS3qlKGMDUkQ==">
    <associate-time>2026-11-16T06:02:11Z</associate-time></participantsessionassoc>
  <participantstreamassoc participant_id="{name}">
    <send>{sends}</send><recv>{receives}</recv></participantstreamassoc>
  <stream stream_id="{sends}" session_id="xObcZBPZBwVS3qlKGMDUkQ==">
    <label>{sends[:2]}</label></stream>"""


OFFER = (
    "v=0\r\no=- 4711 1 IN IP4 192.0.2.11\r\ns=-\r\nc=IN IP4 192.0.2.11\r\nt=0 0\r\n"
    + _line(49170, "96")
    + _line(51372, "98")
).encode()
METADATA = f"""<?xml version="1.0" encoding="UTF-8"?>
<recording xmlns="urn:ietf:params:xml:ns:recording:1">
  <datamode>complete</datamode>
  <group group_id="ASCk+RlqX5659SPzH5FNpw=="><associate-time>2026-11-16T06:02:11Z</associate-time>
  </group>
  <session session_id="xObcZBPZBwVS3qlKGMDUkQ==">
    <sipSessionID>5be1c06d97f24a03b8d2550501018841;remote=e07c41f2aa8b4d6c913571</sipSessionID>
    <group-ref>ASCk+RlqX5659SPzH5FNpw==</group-ref>
    <start-time>2026-11-16T06:02:11Z</start-time>
  </session>
  <sessionrecordingassoc session_id="xObcZBPZBwVS3qlKGMDUkQ==">
    <associate-time>2026-11-16T06:02:11Z</associate-time></sessionrecordingassoc>
{_participant("7103", "96kgoaUgjVCPRgh76Z7hw", "98eL+g8ik8zHgN1uwD7Zg")}
{_participant("7104", "98eL+g8ik8zHgN1uwD7Zg", "96kgoaUgjVCPRgh76Z7hw")}
</recording>""".encode()
MULTIPART = "multipart/mixed;boundary=raja"
BODY = (
    b"--raja\r\nContent-Type: application/sdp\r\n\r\n"
    + OFFER
    + b"\r\n--raja\r\nContent-Type: application/rs-metadata+xml\r\n"
    + b"Content-Disposition: recording-session\r\n\r\n"
    + METADATA
    + b"\r\n--raja--\r\n"
)
