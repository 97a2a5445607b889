"""Every call accounted for: a real node under calls, holds, pauses, refusals and kill -9.

Calls arrive for ten minutes (TALTEEN_BENCH_SOAK_S), a thousand at once (TALTEEN_BENCH_SOAK_CALLS),
while its signaller and its ear are killed in turn. ``TALTEEN_BENCH_SOAK_S=3600`` is the long run.
What was lost silently is written down with all that is known of its stream, in the folder
``TALTEEN_BENCH_SOAK_EVIDENCE``, else in that in which this was started.
"""

import asyncio
import json
import random
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import Judged, Row, knobs, lacking
from benchmarks.accounts import Account, account_of
from benchmarks.callers import Kind
from benchmarks.loads import UNHEARD, Arrival, Ran, Spent, loaded, pin
from benchmarks.nodes import Node

GROUP = "capture_soak"
row = partial(Row, GROUP)
SECONDS, CALLS = 600.0, 1000
KILL_EVERY_S = 20.0
MIX = {
    Kind.PLAIN: 78,
    Kind.HELD: 5,
    Kind.PAUSED: 5,
    Kind.GARBLED: 3,
    Kind.REFUSED: 4,
    Kind.UNANNOUNCED: 3,
    Kind.UNKNOWN_DEMAND: 2,
}
"""In a hundred calls."""


def rows() -> Iterator[Row]:
    """One soak, judged."""
    if shutil.which("gcc") is None:
        yield lacking(GROUP, "a node under a load of calls", "gcc is not installed (Debian: gcc)")
        return
    seconds = knobs.number("SOAK_S", SECONDS)
    calls = knobs.whole("SOAK_CALLS", CALLS)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        load = partial(loaded, Path(folder), room=2 * calls + 200)
        with load(arrivals=arrivals(seconds, calls), disturb=kill) as (ran, at):
            account = account_of(at, ran.placed)
    what = f"{calls} calls at once for {seconds:.0f} s"
    count = len(ran.placed)
    zero = partial(row, peer=None, bar="<=0", judged=Judged.OURS)
    enough = ">=10000" if seconds >= SECONDS and calls >= CALLS else None
    yield row(f"{what}: calls placed", count, None, enough, Judged.OURS)
    for verdict, number in sorted(account.verdicts.items()):
        yield row(f"{what}: {verdict}", number)
    yield row(f"{what}: kill -9 of signaller and ear", len(ran.kills))
    unaccounted = abs(count - account.verdicts.total())
    yield zero(f"{what}: placed less all verdicts", unaccounted)
    yield zero(f"{what}: calls with a wrong verdict", account.unexplained)
    yield row(f"{what}: packets kept", account.kept)
    yield row(f"{what}: packets lost and told", account.lost_and_told)
    yield zero(f"{what}: packets lost silently", account.lost_silently)
    if account.evidence:
        _keep_evidence(ran, account)
    for where in UNHEARD:
        yield row(f"{what}: packets lost on the whole machine {where}", ran.unheard[where])
    for where, number in sorted(account.silent.items()):
        yield row(f"{what}: of those, {where} of their stream", number)
    yield zero(f"{what}: packets doubled, or kept of a pause", account.too_many)
    yield row(f"{what}: node's CPU a call (ms a second)", 1e3 * ran.cpu_s / ran.lasted_s / calls)
    yield row(f"{what}: memory a call (KiB)", ran.grown_kib / calls)


def _keep_evidence(ran: Ran, account: Account) -> None:
    folder = Path(knobs.text("SOAK_EVIDENCE") or Path.cwd())
    told = {"kills": ran.kills, "machine": ran.unheard, "streams": account.evidence}
    (folder / "soak-evidence.json").write_text(json.dumps(told, indent=1))


def arrivals(seconds: float, calls: int) -> Iterator[Arrival]:
    """Calls of fifty seconds on average, ``calls`` at once, until about ``seconds``."""
    chance = random.Random(7)
    kinds, weights = list(MIX), list(MIX.values())
    mean_s = min(50.0, seconds / 5)
    for _ in range(int((seconds - mean_s) * calls / mean_s)):
        (kind,) = chance.choices(kinds, weights)
        yield Arrival(mean_s / calls, kind, chance.uniform(0.5 * mean_s, 1.5 * mean_s))


async def kill(at: Node, spent: Spent, core: int) -> None:
    """kill -9 of the ear and of the signaller, in turn, for ever."""
    while True:
        for name in ("ear", "siprec"):
            await asyncio.sleep(KILL_EVERY_S)
            pid = at.children().get(name)
            if pid is None:
                continue
            spent.killed(name, pid)
            await asyncio.sleep(1)
            pin(at, core)
