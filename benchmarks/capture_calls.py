"""How many calls one core carries whole: SIP, drain, seal, fsync and notes, and nothing lost.

A real node on one core, callers and telephones on another. ``TALTEEN_BENCH_CALLS_S`` seconds of all
calls at once (600 by default), and twenty kill -9 of the ear with two seconds without one
(``TALTEEN_BENCH_KILLS=0`` leaves these out). By how much the memory of a call grows is told where
all calls run for eight whole segments, of which 2,000 calls fill one in 57 seconds. An hour of them
is 140 GB of recordings; ``TALTEEN_BENCH_SEGMENT_MB`` makes segments as much smaller as there are
fewer calls, so that as many of them pass. 300 calls are 20 GB in an hour:
``TALTEEN_BENCH_CALLS=300 TALTEEN_BENCH_CALLS_S=3600 TALTEEN_BENCH_SEGMENT_MB=307``.
"""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import Judged, Row, knobs, lacking
from benchmarks.accounts import Account, account_of
from benchmarks.callers import Kind
from benchmarks.loads import Arrival, Ran, Spent, loaded, pin
from benchmarks.nodes import Node

GROUP = "capture_calls"
row = partial(Row, GROUP)
SECONDS, CALLS = 600.0, 2000
COMMERCIAL = 193
"""Calls a core that a commercial recorder publishes for SIPREC and G.711 (Verint's sizing page)."""
SET_UP_EVERY_S = 0.02
HOUR_S = 3600.0
KILLS, KILLED_CALLS, OUTAGE_S = 20, 250, 2.0
LIFE_S = 5.0
"""Between two outages: an ear has a key to make for each call before it drains."""


def rows() -> Iterator[Row]:
    """All calls at once, and a node whose ear is killed again and again."""
    if shutil.which("gcc") is None:
        yield lacking(GROUP, "a node under a load of calls", "gcc is not installed (Debian: gcc)")
        return
    seconds = knobs.number("CALLS_S", SECONDS)
    calls = knobs.whole("CALLS", CALLS)
    zero = partial(row, peer=None, bar="<=0", judged=Judged.OURS)
    what = f"{calls} calls on one core for {seconds:.0f} s"
    ran, account = _loaded(calls, seconds)
    lost = account.lost_and_told + account.lost_silently
    busy = ran.cpu_s / ran.lasted_s
    yield zero(f"{what}: packets lost", lost)
    yield zero(f"{what}: calls without recording", calls - account.verdicts["recorded"])
    yield row(f"{what}: cores that were busy", busy, None, "<=1", Judged.OURS)
    name = f"{what}: calls a core by that, against the published"
    yield row(name, calls / busy, COMMERCIAL, ">=10")
    yield row(f"{what}: memory a call (KiB)", ran.grown_kib / calls, None, "<=64", Judged.OURS)
    yield from _growing(ran, what, calls, seconds)
    if knobs.whole("KILLS", KILLS):
        yield from _killed()


def _growing(ran: Ran, what: str, calls: int, seconds: float) -> Iterator[Row]:
    """How the memory of a call grows while all calls run, and what that makes of it in an hour."""
    kib_a_s = ran.growth(seconds)
    if kib_a_s is None:
        return
    yield row(f"{what}: memory a call grows by (KiB a minute)", 60 * kib_a_s / calls)
    later = (ran.grown_kib + kib_a_s * (HOUR_S - seconds)) / calls
    yield row(
        f"{what}: memory a call after an hour by that (KiB)", later, None, "<=64", Judged.OURS
    )


def _killed() -> Iterator[Row]:
    zero = partial(row, peer=None, bar="<=0", judged=Judged.OURS)
    what = f"{KILLS} x kill -9 with {OUTAGE_S:.0f} s outage under {KILLED_CALLS} calls"
    lasting = KILLS * (OUTAGE_S + LIFE_S) + 10
    ran, account = _loaded(KILLED_CALLS, lasting, killed=True)
    lost = account.lost_and_told + account.lost_silently
    yield row(f"{what}: kills", len(ran.kills), None, f">={KILLS}", Judged.OURS)
    yield zero(f"{what}: packets lost", lost)
    yield zero(f"{what}: packets doubled", account.too_many)
    yield zero(f"{what}: calls lost", KILLED_CALLS - account.verdicts["recorded"])


def _loaded(calls: int, seconds: float, *, killed: bool = False) -> tuple[Ran, Account]:
    arrivals = [Arrival(SET_UP_EVERY_S, Kind.PLAIN, seconds) for _ in range(calls)]
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        load = partial(
            loaded, Path(folder), room=calls + 50, arrivals=arrivals, settings=_settings()
        )
        with load(disturb=kill if killed else None) as (ran, at):
            return ran, account_of(at, ran.placed)


def _settings() -> dict[str, str]:
    """Further words of the ear."""
    size_mb = knobs.whole("SEGMENT_MB", 0)
    return {"segment_bytes": str(size_mb << 20)} if size_mb else {}


async def kill(at: Node, spent: Spent, core: int) -> None:
    """kill -9 of the ear while its holder is stopped: nobody starts another for two seconds."""
    await asyncio.sleep(KILLED_CALLS * SET_UP_EVERY_S + 1)
    for _ in range(KILLS):
        pid = at.children()["ear"]
        at.holder.send_signal(signal.SIGSTOP)
        spent.killed("ear", pid)
        await asyncio.sleep(OUTAGE_S)
        at.holder.send_signal(signal.SIGCONT)
        await asyncio.sleep(1)
        pin(at, core)
        await asyncio.sleep(LIFE_S - 1)
