"""rtpengine (Debian's, in user space) as a peer that records: it forwards every packet, and writes
it into a pcap file a call.

It is spoken to by its own ng protocol: a cookie and a bencoded dictionary a datagram. Its media
ports are exactly as many as the calls need, so all even ones of them are heard.
"""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ADDRESS = "127.0.0.1"
NG_PORT = 22_222
PORTS_A_CALL = 4
"""RTP and RTCP, twice."""
_PCAP_HEAD, _RECORD_HEAD = 24, 16
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\n"
    "m=audio {1} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
)


def is_here() -> bool:
    """Whether it is installed (Debian: rtpengine-daemon)."""
    return shutil.which("rtpengine") is not None


@contextlib.contextmanager
def recording(folder: Path, calls: int, *, first: int, core: int) -> Iterator[int]:
    """An rtpengine that records so many calls on the ports from ``first`` on; its process id."""
    command = [
        "prlimit", "--core=0",  # where it fails, the sound in its memory stays off the disk
        "taskset", "-c", str(core), "rtpengine", "--foreground", "--table=-1", "--log-stderr",
        "--log-level=2", f"--interface={ADDRESS}", f"--listen-ng={ADDRESS}:{NG_PORT}",
        f"--port-min={first}", f"--port-max={first + PORTS_A_CALL * calls - 1}",
        f"--recording-dir={folder}", "--recording-method=pcap", "--recording-format=eth",
    ]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        with socket.socket(type=socket.SOCK_DGRAM) as sink, contextlib.closing(_Ng()) as engine:
            sink.bind((ADDRESS, 0))
            engine.until_there()
            for call in range(calls):
                engine.place(f"call-{call}", sink.getsockname()[1])
            yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def packets(folder: Path) -> int:
    """How many packets stand in its files. All of them have one size."""
    total = 0
    for path in folder.rglob("*.pcap"):
        with path.open("rb") as file:
            head = file.read(_PCAP_HEAD + _RECORD_HEAD)
        if len(head) == _PCAP_HEAD + _RECORD_HEAD:
            length = int.from_bytes(head[_PCAP_HEAD + 8 : _PCAP_HEAD + 12], "little")
            total += (path.stat().st_size - _PCAP_HEAD) // (_RECORD_HEAD + length)
    return total


class _Ng:
    """Its control socket."""

    def __init__(self) -> None:
        self._end = socket.socket(type=socket.SOCK_DGRAM)
        self._end.connect((ADDRESS, NG_PORT))
        self._end.settimeout(1.0)
        self._asked = 0

    def close(self) -> None:
        self._end.close()

    def until_there(self) -> None:
        """Wait until it answers."""
        for _ in range(40):
            with contextlib.suppress(OSError):
                self._ask({"command": "ping"})
                return
            time.sleep(0.25)
        raise TimeoutError("rtpengine does not answer")

    def place(self, call: str, sink: int) -> None:
        """One recorded call; both sides are to be sent to ``sink``."""
        about = {"call-id": call, "from-tag": "a", "record call": "yes", "ICE": "remove"}
        sdp = _SDP.format(ADDRESS, sink)
        for command, more in (("offer", {}), ("answer", {"to-tag": "b"})):
            told = self._ask({"command": command, "sdp": sdp, **about, **more})
            if b"6:result2:ok" not in told:
                raise ValueError(f"rtpengine took no {command}")

    def _ask(self, asked: Mapping[str, str]) -> bytes:
        self._asked += 1
        cookie = f"c{self._asked} ".encode()
        self._end.send(cookie + b"d" + b"".join(map(_bencoded, sum(asked.items(), ()))) + b"e")
        while not (told := self._end.recv(65_536)).startswith(cookie):
            pass
        return told


def _bencoded(text: str) -> bytes:
    return f"{len(text.encode())}:{text}".encode()
