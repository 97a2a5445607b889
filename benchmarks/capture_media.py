"""What taking packets off the wire and sealing them costs, beside loops that do less.

Every row runs our real holder and ear, and each peer right after it, on the same core of this
machine, fed by the same sender (benchmarks/peers/recvmmsg_loop.c, on another core where there is
one). CPU is what the kernel accounts to the receiving process, its fsyncs included.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

from benchmarks import Judged, Row, knobs, lacking
from talteen.engine.vault import intake
from talteen.ids import RecordingId
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line
from talteen.life.capture.ears.holder import Holder, Plan
from talteen.life.capture.ears.sockets import Ports

GROUP = "capture_media"
row = partial(Row, GROUP)
FIRST = 10000
MANY, SOME = 2500, 1000
"""Calls of two streams."""
SECONDS = 6.0
PERIOD_MS = 400
RING_BYTES = 128 << 20
REPEATS = 5
"""TALTEEN_BENCH_REPEATS=1 makes a short run of it: no median, so no number to publish."""

ASYNCIO = """
import asyncio, signal, socket, sys, time
first, step, count = map(int, sys.argv[1:4])
out, taken = open(sys.argv[4], "wb", buffering=1 << 20), 0
class Take(asyncio.DatagramProtocol):
    def datagram_received(self, data, addr):
        global taken
        taken += 1
        out.write(data)
async def main():
    loop = asyncio.get_running_loop()
    for n in range(count):
        s = socket.socket(type=socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        s.bind(("127.0.0.1", first + n * step))
        s.setblocking(False)
        await loop.create_datagram_endpoint(Take, sock=s)
    before = time.process_time()
    print("ready", flush=True)
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    await over.wait()
    print(taken, int(1e6 * (time.process_time() - before)))
asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run."""

    us_per_packet: float
    lost: int
    kib_per_call: float = 0.0


def rows() -> Iterator[Row]:
    """Receive and seal, against C and asyncio."""
    repeats = knobs.whole("REPEATS", REPEATS)
    peer = loop_in_c()
    if peer is None:
        yield lacking(GROUP, "receive and seal", "gcc is not installed (Debian: gcc)", "<=1.35")
        return
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        here = Path(folder)
        loop = here / "recvmmsg_loop"
        subprocess.run(["gcc", "-O2", "-pthread", "-o", loop, peer], check=True)
        timeless = _built(peer, here / "timeless_loop", "-DTIMELESS")
        sealing = _built(peer, here / "sealing_loop", "-DSEALS", "-lcrypto")
        runs = [
            (
                ours(loop, here, MANY),
                c_loop(loop, here, MANY, "no", program=timeless),
                c_loop(loop, here, MANY, "no"),
                c_loop(loop, here, MANY, "yes"),
                c_loop(loop, here, MANY, "yes", program=sealing),
            )
            for _ in range(repeats)
        ]
        yield from _beside_c([median([run[n] for run in runs]) for n in range(5)], sealing)
        mine = median([run[0] for run in runs])
        yield row("calls a core by that cost", 1e6 / (mine * 100), None, ">=2000", Judged.OURS)
        yield row(
            "packets lost in those runs",
            float(sum(run[0].lost for run in runs)),
            None,
            "<=0",
            Judged.OURS,
        )
        yield row(
            "memory a kept call (KiB)",
            _middle([run[0].kib_per_call for run in runs]),
            None,
            "<=64",
            Judged.OURS,
        )
        some = [(ours(loop, here, SOME), asyncio_loop(loop, here, SOME)) for _ in range(repeats)]
        yield row(
            f"receive and seal at {SOME} calls, asyncio that writes (µs CPU a packet)",
            median([a for a, _ in some]),
            median([b for _, b in some]),
            "<=0.35",
        )
        yield from _from_a_ring(loop, here, repeats)


def _beside_c(costs: list[float], sealing: Path | None) -> Iterator[Row]:
    """Our cost beside those of the loops in C, each of which does more than the one before it; and
    what each further step costs (decision 343)."""
    mine, timeless, plain, flushed, sealed = costs
    what = f"receive and seal at {MANY} calls"
    yield row(f"{what}, C loop that writes (µs CPU a packet)", mine, plain, "<=1.35")
    yield row(f"{what}, C loop that also flushes (µs CPU a packet)", mine, flushed)
    same = f"{what}, C loop that looks, seals and flushes"
    steps = [("when each packet came", timeless, plain), ("flushing", plain, flushed)]
    if sealing:
        yield row(f"{same} (µs CPU a packet)", mine, sealed, "<=1.35")
        steps.append(("who sent it, what was dropped, and sealing", flushed, sealed))
        steps.append(("Python", sealed, mine))
    else:
        yield lacking(GROUP, same, "no headers of OpenSSL (Debian: libssl-dev)", "<=1.35")
    for step, without, with_it in steps:
        yield row(f"{what}, of it {step} (µs CPU a packet)", with_it - without)


def _from_a_ring(loop: Path, folder: Path, repeats: int) -> Iterator[Row]:
    """``capture.gather = "ring"``. What the kernel does to fill a ring is nobody's CPU here, as
    with tcpdump: on loopback it is the sender's. Of twice as many rounds, half as long: the loop in
    C itself was measured at 1.02 and 1.15 µs within two minutes."""
    if os.geteuid() != 0:
        yield lacking(GROUP, "receive and seal from a ring", "a ring needs CAP_NET_RAW")
        return
    ring = partial(ours, loop, folder, MANY, ring_bytes=RING_BYTES, seconds=SECONDS / 2)
    bare = partial(c_loop, loop, folder, MANY, "no", seconds=SECONDS / 2)
    runs = [(ring(), bare()) for _ in range(2 * repeats)]
    mine, peer = median([a for a, _ in runs]), median([b for _, b in runs])
    what = f"receive and seal from a ring at {MANY} calls"
    yield row(f"{what}, C loop that writes (µs CPU a packet)", mine, peer, "<=0.85")
    lost = float(sum(a.lost for a, _ in runs))
    yield row(f"{what}: packets lost", lost, None, "<=0", Judged.OURS)


def ours(
    loop: Path, folder: Path, calls: int, *, ring_bytes: int = 0, seconds: float = SECONDS
) -> Cost:
    """A holder with one ear that keeps ``calls``; the first minute of none is counted."""
    place = folder / uuid4().hex
    with _node(place, calls, ring_bytes) as (holder, line):
        process = holder.ears[0].process
        assert process is not None
        before_kib = _resident_kib(process.pid)
        _keep(line, holder.ports, calls)
        kib = (_resident_kib(process.pid) - before_kib) / calls
        os.sched_setaffinity(process.pid, {cores()[0]})
        began = cpu_us(process.pid)
        sent = send(loop, 2 * calls, seconds)
        time.sleep(2 * PERIOD_MS / 1000)
        spent = cpu_us(process.pid) - began
        taken = _taken(line)
    shutil.rmtree(place)
    return Cost(spent / sent, sent - taken, kib)


def c_loop(
    loop: Path,
    folder: Path,
    calls: int,
    flush: str,
    *,
    program: Path | None = None,
    seconds: float = SECONDS,
) -> Cost:
    """The same rounds in C; the ``loop`` itself seals nothing, another ``program`` may."""
    command = [program or loop, "recv", FIRST, 2, 2 * calls, PERIOD_MS, folder / "c", flush]
    return _fed([str(part) for part in command], loop, calls, folder / "c", seconds)


def _built(source: Path, program: Path, *words: str) -> Path | None:
    """The loop in C that does more, or less, where it can be built."""
    flags = [word for word in words if word.startswith("-D")]
    libraries = [word for word in words if word not in flags]
    command = ["gcc", "-O2", "-pthread", *flags, "-o", str(program), str(source), *libraries]
    built = subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    return program if built.returncode == 0 else None


def asyncio_loop(loop: Path, folder: Path, calls: int) -> Cost:
    """A DatagramProtocol a socket; it seals nothing either."""
    command = [sys.executable, "-c", ASYNCIO, FIRST, 2, 2 * calls, folder / "a"]
    return _fed([str(part) for part in command], loop, calls, folder / "a")


def _fed(command: list[str], loop: Path, calls: int, out: Path, seconds: float = SECONDS) -> Cost:
    process = subprocess.Popen(pinned(command), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    sent = send(loop, 2 * calls, seconds)
    time.sleep(2 * PERIOD_MS / 1000)
    process.terminate()
    taken, us = process.stdout.read().split()
    process.wait()
    out.unlink()
    return Cost(float(us) / int(taken), sent - int(taken))


def pinned(command: list[str]) -> list[str]:
    """The command on the core of whoever receives."""
    return ["taskset", "-c", str(cores()[0]), *command]


def send(loop: Path, streams: int, seconds: float = SECONDS) -> int:
    """Packets every 20 ms to each stream, from the other core; how many."""
    command = ["taskset", "-c", str(cores()[-1]), str(loop), "send"]
    words = [str(FIRST), "2", str(streams), str(seconds)]
    return int(subprocess.run([*command, *words], check=True, capture_output=True).stdout)


@contextmanager
def _node(folder: Path, calls: int, ring_bytes: int) -> "Iterator[tuple[Holder, Line]]":
    words = {
        "folder": str(folder),
        "house": str(uuid4()),
        "node": "bench",
        "signer": os.urandom(32).hex(),
        "intake_key": str(uuid4()),
        "intake_public": intake.public_bytes(os.urandom(intake.SEED_BYTES)).hex(),
        "period_ms": str(PERIOD_MS),
    }
    ports = Ports("127.0.0.1", FIRST, FIRST + 4 * calls - 1)
    holder = Holder(Plan(ports, 1, words, ring_bytes))
    holder.look(time.monotonic())
    try:
        yield holder, Line(holder.lines()[0])
    finally:
        holder.stop()
        holder.release()


def _keep(line: Line, ports: Ports, calls: int) -> None:
    start = datetime.now(UTC)
    left = set()
    for n in range(calls):
        call, port = RecordingId(uuid4()), ports.first + 4 * n
        left.add(call)
        line.say(say.Open(call, start))
        for stream in (1, 2):
            at = port + 2 * stream - 2
            line.say(say.Listen(call, stream, at, "127.0.0.1", 0, control=False))
        line.say(say.Keep(call, 0))
    _wait(line, lambda told: left.discard(told.call) if isinstance(told, say.Kept) else None, left)


def _wait(line: Line, hear: Callable[[say.Message], object], left: set[RecordingId]) -> None:
    while left:
        line.push()
        for told in line.heard():
            hear(told)
        time.sleep(0.01)


def _taken(line: Line) -> int:
    """How many packets the ear has taken, once it finds no more."""
    before, now = -1, _status(line).packets
    while now > before:
        time.sleep(2 * PERIOD_MS / 1000)
        before, now = now, _status(line).packets
    return now


def _status(line: Line) -> say.Status:
    for _ in line.heard():
        pass
    line.say(say.Ask())
    while True:
        for told in line.heard():
            if isinstance(told, say.Status):
                return told
        time.sleep(0.01)


def cpu_us(pid: int) -> float:
    """What the kernel has accounted to the process (µs)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return 1e6 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_kib(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


def cores() -> list[int]:
    """Those that this process may use."""
    return sorted(os.sched_getaffinity(0))


def median(costs: list[Cost]) -> float:
    """Of several runs (µs a packet)."""
    return _middle([cost.us_per_packet for cost in costs])


def _middle(values: list[float]) -> float:
    return statistics.median(values)


def loop_in_c() -> Path | None:
    """The source of the sender and of the first peer, where it can be built."""
    return Path(__file__).parent / "peers" / "recvmmsg_loop.c" if shutil.which("gcc") else None
