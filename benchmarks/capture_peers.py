"""What receiving and keeping packets costs, beside programs that others keep: tcpdump, rtpengine.

As ``capture_media``: our real holder and ear, and the peer right after it on the same core, fed by
the same sender. Both seal nothing; rtpengine forwards besides.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import Row, knobs, lacking, rtpengine
from benchmarks.capture_media import (
    FIRST,
    REPEATS,
    SOME,
    Cost,
    cores,
    cpu_us,
    loop_in_c,
    median,
    ours,
    pinned,
    send,
)

GROUP = "capture_peers"
row = partial(Row, GROUP)
FEW = 250
"""Calls of two streams."""


def rows() -> Iterator[Row]:
    """Receive and seal, against tcpdump and rtpengine."""
    repeats, source = knobs.whole("REPEATS", REPEATS), loop_in_c()
    if source is None:
        yield lacking(GROUP, "receive and seal", "gcc is not installed (Debian: gcc)")
        return
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        loop = Path(folder) / "recvmmsg_loop"
        subprocess.run(["gcc", "-O2", "-pthread", "-o", loop, source], check=True)
        yield from _beside_tcpdump(loop, Path(folder), repeats)
        yield from _beside_rtpengine(loop, Path(folder), repeats)


def _beside_tcpdump(loop: Path, folder: Path, repeats: int) -> Iterator[Row]:
    if shutil.which("tcpdump") is None or os.geteuid() != 0:
        yield lacking(GROUP, "receive and seal, tcpdump -w", "needs tcpdump, and root")
        return
    runs = [(ours(loop, folder, SOME), tcpdump(loop, folder, SOME)) for _ in range(repeats)]
    mine, peer = median([a for a, _ in runs]), median([b for _, b in runs])
    yield row(f"receive and seal at {SOME} calls, tcpdump -w (µs CPU a packet)", mine, peer)


def _beside_rtpengine(loop: Path, folder: Path, repeats: int) -> Iterator[Row]:
    if not rtpengine.is_here():
        why = "rtpengine is not installed (Debian: rtpengine-daemon)"
        yield lacking(GROUP, "receive and seal, rtpengine that records and forwards", why)
        return
    runs = [(ours(loop, folder, FEW), relay(loop, folder, FEW)) for _ in range(repeats)]
    mine, peer = median([a for a, _ in runs]), median([b for _, b in runs])
    yield row(
        f"receive and seal at {FEW} calls, rtpengine that records and forwards (µs CPU a packet)",
        mine,
        peer,
    )


def tcpdump(loop: Path, folder: Path, calls: int) -> Cost:
    """The kernel's ring, written as it is: a lower bound that demultiplexes nothing."""
    out = folder / "t"
    ports = f"udp and dst portrange {FIRST}-{FIRST + 4 * calls}"
    command = ["tcpdump", "-i", "lo", "-B", "65536", "-w", str(out), ports]
    process = subprocess.Popen(pinned(command), stderr=subprocess.PIPE, text=True)
    assert process.stderr
    process.stderr.readline()
    time.sleep(1)
    began = cpu_us(process.pid)
    sent = send(loop, 2 * calls)
    time.sleep(1)
    spent = cpu_us(process.pid) - began
    process.terminate()
    told = process.stderr.read()
    process.wait()
    out.unlink(missing_ok=True)
    captured = re.search(r"(\d+) packets captured", told)
    return Cost(spent / sent, sent - int(captured[1]) if captured else 0)


def relay(loop: Path, folder: Path, calls: int) -> Cost:
    """rtpengine in user space: what it records it also sends on, which is not to be turned off."""
    out = folder / "r"
    out.mkdir()
    with rtpengine.recording(out, calls, first=FIRST, core=cores()[0]) as pid:
        began = cpu_us(pid)
        sent = send(loop, 2 * calls)
        time.sleep(1)
        spent = cpu_us(pid) - began
    recorded = rtpengine.packets(out)
    shutil.rmtree(out)
    return Cost(spent / sent, sent - recorded)
