"""SIPp (Debian's sip-tester) as a recording client that we did not write."""

import contextlib
import random
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

SCENARIO = Path(__file__).parent / "peers" / "siprec.xml"


_AGENT = '<nameID aor="sip:7103@keskus.example"/>'
_CALLS = '<x:callingParty xmlns:x="urn:x-keskus">true</x:callingParty>'
"""As session border controllers say it of a participant (docs/integrators/siprec)."""


def sipp() -> str:
    """Where it is; the test is skipped, with the line that installs it, where there is none."""
    found = shutil.which("sipp")
    if found is None:
        pytest.skip("no SIPp here: apt-get install sip-tester")
    return found


def calls(
    port: int,
    folder: Path,
    packets: Sequence[bytes],
    *,
    count: int = 1,
    rate: int = 10,
    transport: str = "u1",
    version: str = "3",
    told_ms: int = 9_000,
) -> subprocess.CompletedProcess[str]:
    """Place ``count`` calls at the node, each with ``packets`` (RTP, 20 ms apart) as its sound."""
    command = _command(port, folder, packets, count, rate, transport, version, told_ms)
    return subprocess.run(command, capture_output=True, text=True, timeout=200, cwd=folder)


@contextlib.contextmanager
def calling(
    port: int,
    folder: Path,
    packets: Sequence[bytes | None],
    *,
    version: str = "3",
    told_ms: int = 9_000,
    last_words: str = "",
    announced: bool = True,
    outbound: bool = False,
    session: str = "c",
) -> Iterator[subprocess.Popen[bytes]]:
    """One call that goes on while the block runs. ``last_words`` is a header of its BYE; where
    there is None in the place of a packet, the network lost it. ``announced=False``: it says
    nothing of an announcement, and its sound is what the caller hears; ``outbound``: the same of a
    call that the agent placed; ``session``: a letter in the session's name, for one call more."""
    command = _command(port, folder, packets, 1, 10, "u1", version, told_ms, last_words)
    scenario = folder / "siprec.xml"
    if not announced or outbound:
        scenario.write_text(_unannounced(scenario.read_text()))
    text = scenario.read_text()
    if outbound:
        text, session = text.replace(_AGENT, _AGENT + _CALLS), "d"
    scenario.write_text(text.replace('"c[call_number]', f'"{session}[call_number]'))
    client = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield client
    finally:
        client.kill()
        client.wait()


def _command(
    port: int,
    folder: Path,
    packets: Sequence[bytes | None],
    count: int,
    rate: int,
    transport: str,
    version: str,
    told_ms: int,
    last_words: str = "",
) -> list[str]:
    sound, scenario = folder / "sound.pcap", folder / "siprec.xml"
    sound.write_bytes(pcap(packets))
    scenario.write_text(
        SCENARIO.read_text()
        .replace("[pcap]", str(sound))
        .replace("[sound_ms]", str(20 * len(packets) + 1_000))
        .replace("version=3", f"version={version}")
        .replace("CSeq: 2 BYE", f"CSeq: 2 BYE\n{last_words}" if last_words else "CSeq: 2 BYE")
    )
    ended = datetime.now(UTC) - timedelta(milliseconds=200)
    began = ended - timedelta(milliseconds=told_ms + 100)
    return [
        sipp(), f"127.0.0.1:{port}", "-sf", str(scenario), "-i", "127.0.0.1",
        "-m", str(count), "-r", str(rate), "-t", transport, "-mp", str(_free_ports()),
        "-key", "announced_start", _stamp(began), "-key", "announced_end", _stamp(ended),
        "-nostdin", "-timeout", "150", "-trace_err", "-error_file", str(folder / "sipp.err"),
    ]  # fmt: skip


def _unannounced(scenario: str) -> str:
    """SIPp plays on the first line of the answer: it gets the agent's label."""
    lines = (line for line in scenario.splitlines() if not line.startswith("X-Announcement"))
    text = "\n".join(lines)
    for old, new in (("label:1", "label:x"), ("label:2", "label:1"), ("label:x", "label:2")):
        text = text.replace(f"a={old}", f"a={new}")
    return text


def pcap(packets: Sequence[bytes | None]) -> bytes:
    """Packets as a capture of UDP over IPv4 over Ethernet, 20 ms apart; None is a lost one."""
    out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
    for at, packet in enumerate(packets):
        if packet is None:
            continue
        udp = struct.pack("!HHHH", 5_000, 6_000, 8 + len(packet), 0) + packet
        total = 20 + len(udp)
        here = b"\x7f\0\0\1"
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, total, 0, 0, 64, 17, 0, here, here)
        frame = bytes(12) + b"\x08\x00" + ip + udp
        micros = at * 20_000
        out += struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(frame), len(frame))
        out += frame
    return bytes(out)


def _free_ports() -> int:
    """The first of some even ports that nobody uses now: two tests may run at once."""
    for _ in range(200):
        first = random.randrange(10_000, 29_000, 2)
        with contextlib.ExitStack() as probes:
            try:
                for port in range(first, first + 8):
                    probe = probes.enter_context(socket.socket(type=socket.SOCK_DGRAM))
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise OSError("no free ports for SIPp")


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
