"""A real node under a load of calls. It has one core, callers and telephones have the others."""

import asyncio
import os
import re
import signal
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.callers import Client, Kind, Placed, Telephones
from benchmarks.nodes import ADDRESS, Node, node
from talteen.life.capture import notes
from talteen.life.capture.note import About

UNHEARD = ("before any socket", "by a full socket")
"""Where Linux counts packets that nobody heard."""


ENOUGH = 8
"""Whole segments, to say by what memory grows."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that is placed so long after the one before it."""

    after_s: float
    kind: Kind
    length_s: float


@dataclass(slots=True)
class Ran:
    """What happened in one run."""

    placed: list[Placed]
    kills: list[tuple[int, str]]
    """When (nanoseconds since 1970), and who."""
    unheard: Counter[str]
    """Packets that this machine let go before any socket had them, or for which one had no room."""
    cpu_s: float
    lasted_s: float
    grown: list[tuple[float, int]]
    """Seconds since it began, and by how many KiB its memory had grown by then."""
    segments: list[float]
    """When its ear went on in another segment, in seconds since it began."""

    @property
    def grown_kib(self) -> int:
        """By how much its memory grew at most."""
        return max((kib for _, kib in self.grown), default=0)

    def growth(self, until_s: float) -> float | None:
        """KiB a second until then, by the least of each whole segment; None where there are fewer
        than ``ENOUGH``. Memory is a saw: within a segment it is known where each record of it lies,
        a change needs for a moment what a call never does, and what is free is given back in its
        own time. The teeth are higher than all that an hour adds, so two or three of them tell
        nothing (decision 344)."""
        changes = [at for at in self.segments if at <= until_s]
        whole = [
            [(kib, at) for at, kib in self.grown if began <= at < ended]
            for began, ended in pairwise(changes)
        ]
        if len(whole) < ENOUGH or not all(whole):
            return None
        least, at_s = zip(*map(min, whole), strict=True)
        return statistics.linear_regression(at_s, least).slope


@dataclass(slots=True)
class Spent:
    """What is counted while a load runs."""

    began: float
    """By the monotonic clock."""
    begun_kib: int
    grown: list[tuple[float, int]] = field(default_factory=list)
    segments: list[float] = field(default_factory=list)
    of_the_dead_s: float = 0.0
    """CPU of processes that were killed."""
    kills: list[tuple[int, str]] = field(default_factory=list)

    def killed(self, name: str, pid: int) -> None:
        """kill -9, and note it."""
        self.of_the_dead_s += cpu_of(pid)
        os.kill(pid, signal.SIGKILL)
        self.kills.append((time.time_ns(), name))


Disturb = Callable[[Node, Spent, int], Coroutine[Any, Any, None]]
"""What is done to a node meanwhile; its core is the last."""


@contextmanager
def loaded(
    folder: Path,
    *,
    room: int,
    arrivals: Iterable[Arrival],
    disturb: Disturb | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[tuple[Ran, Node]]:
    """A node with ``room`` for so many calls, when all ``arrivals`` have come and gone.
    ``settings``: further words of its ear."""
    program = folder / "telephones"
    source = Path(__file__).parent / "peers" / "telephones.c"
    subprocess.run(["gcc", "-O2", "-o", program, source], check=True)
    with node(folder / "node", calls=room, settings=settings) as at:
        ran = asyncio.run(_run(at, program, arrivals, disturb))
        _until_quiet(at)
        yield ran, at


async def _run(
    at: Node, program: Path, arrivals: Iterable[Arrival], disturb: Disturb | None
) -> Ran:
    cores = sorted(os.sched_getaffinity(0))
    telephones = Telephones(program, core=cores[-1])
    await telephones.start()
    loop = asyncio.get_running_loop()
    transport, client = await loop.create_datagram_endpoint(
        lambda: Client((ADDRESS, at.port), telephones), local_addr=(ADDRESS, 25_061)
    )
    await until_ready(at)
    pin(at, cores[0])
    before, spent = _cpu_s(at), Spent(time.monotonic(), _resident_kib(at))
    unheard = _unheard()
    beside = [asyncio.create_task(_watch(at, spent))]
    if disturb:
        beside.append(asyncio.create_task(disturb(at, spent, cores[0])))
    placed = await _place(client, arrivals)
    for task in beside:
        task.cancel()
    lasted_s = time.monotonic() - spent.began
    cpu_s = spent.of_the_dead_s + _cpu_s(at) - before
    await telephones.stop()
    transport.close()
    lost = _unheard() - unheard
    return Ran(placed, spent.kills, lost, cpu_s, lasted_s, spent.grown, spent.segments)


async def _watch(at: Node, spent: Spent) -> None:
    segments = _segments(at)
    while True:
        await asyncio.sleep(2)
        since_s = time.monotonic() - spent.began
        spent.grown.append((since_s, _resident_kib(at) - spent.begun_kib))
        if (count := _segments(at)) > segments:
            segments = count
            spent.segments.append(since_s)


def _segments(at: Node) -> int:
    return sum(1 for _ in at.folder.journals.glob("*.journal"))


async def _place(client: Client, arrivals: Iterable[Arrival]) -> list[Placed]:
    running, next_s = [], time.monotonic()
    for arrival in arrivals:
        next_s += arrival.after_s
        await asyncio.sleep(max(0.0, next_s - time.monotonic()))
        running.append(asyncio.create_task(client.call(arrival.kind, arrival.length_s)))
    return list(await asyncio.gather(*running))


async def until_ready(at: Node) -> None:
    """Until it answers an OPTIONS, or a minute has passed."""
    asked = (
        b"OPTIONS sip:talteen@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKo\r\n"
        b"From: <sip:a@b>;tag=1\r\nTo: <sip:t@b>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\n"
        b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    for _ in range(600):
        try:
            reader, writer = await asyncio.open_connection(ADDRESS, at.port)
            writer.write(asked)
            answer = await asyncio.wait_for(reader.read(100), 2)
            writer.close()
            if answer.startswith(b"SIP/2.0 200"):
                return
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(0.1)
    raise TimeoutError("the node does not answer")


def _until_quiet(at: Node) -> None:
    """Until every call that was promised has come to an end, or a minute has passed."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        told = [note for _, note in notes.read(at.folder.notes)]
        promised = {note.call for note in told if note.about is About.PROMISED}
        if promised <= {note.call for note in told if note.about is About.ENDED}:
            return
        time.sleep(0.5)


# --- the system ---------------------------------------------------------------------------------


def pin(at: Node, core: int) -> None:
    for pid in at.children().values():
        os.sched_setaffinity(pid, {core})


def _cpu_s(at: Node) -> float:
    return sum(map(cpu_of, at.children().values()))


def cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _unheard() -> Counter[str]:
    """So many since it started: in the queue of each core, and in the sockets of all of it."""
    lines = Path("/proc/net/softnet_stat").read_text().splitlines()
    names, values = [
        line.split() for line in Path("/proc/net/snmp").read_text().splitlines()
        if line.startswith("Udp:")
    ]  # fmt: skip
    udp = dict(zip(names, values, strict=True))
    of_sockets = int(udp["RcvbufErrors"]) + int(udp["MemErrors"])
    before_any = sum(int(line.split()[1], 16) for line in lines)
    return Counter(dict(zip(UNHEARD, (before_any, of_sockets), strict=True)))


def _resident_kib(at: Node) -> int:
    """Counted page by page: ``status`` may be wrong by half a megabyte a process and core."""
    total = 0
    for pid in at.children().values():
        with suppress(OSError):  # one was killed just now
            found = re.search(r"Rss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())
            total += int(found[1]) if found else 0
    return total
