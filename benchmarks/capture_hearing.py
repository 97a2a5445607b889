"""Group ``capture_hearing``: how surely the announcement is heard. What that costs a call is
measured by ``capture_hearing_cost``.

A thousand legs of a minute each, and two hundred whose prompt was cut before its very end, made
of the demo's speech and the house's three prompts, through what ``legs`` does to them; each leg's
own seed makes it the same on every machine. Nothing in them is recorded from anybody, and the
voices are synthetic: the shares are for comparing versions.
TALTEEN_BENCH_FAST=1 takes a tenth of the legs.

The seeds are held out: no threshold of ``hearing`` was chosen by looking at these legs. Whoever
changes the method tunes on others (below ``HELD_OUT``), and takes a new beginning when these were
looked at.
"""

import time
from collections.abc import Iterator
from functools import partial

from benchmarks import Judged, Row, knobs
from benchmarks.legs import Kind, Leg, leg, prompts
from talteen.life.capture.hearing import RATE, Extent, Heard, Listener, Repertoire, learn

HELD_OUT = 2_000_000
"""Where the seeds begin. Below a million is what the method was tuned on, or looked at."""
LEGS = {Kind.FULL: 500, Kind.PART: 200, Kind.LOOKALIKE: 150, Kind.SPEECH: 150, Kind.CUT: 200}
SLICE = RATE // 5
"""Samples a feed: what an ear brings at a visit."""
row = partial(Row, "capture_hearing")


def rows() -> Iterator[Row]:
    """Shares by kind of leg."""
    known = learn(prompts())
    tenth = bool(knobs.text("FAST"))
    heard: dict[Kind, list[tuple[Leg, list[Heard], float]]] = {
        kind: [
            listened(known, leg(kind, HELD_OUT + seed))
            for seed in range(many // 10 if tenth else many)
        ]
        for kind, many in LEGS.items()
    }
    full, part = heard[Kind.FULL], heard[Kind.PART]
    without = heard[Kind.LOOKALIKE] + heard[Kind.SPEECH]
    found = share(right(each, found, Extent.FULL) for each, found, _ in full)
    yield row("full announcements found (%)", found, None, ">=99.9", Judged.OURS)
    false = share(bool(found) for _, found, _ in without)
    yield row("heard where there was none (%)", false, None, "<=0.1", Judged.OURS)
    believed = share(opens(found) for _, found, _ in without + part)
    yield row("said to be full though none or a part (%)", believed, None, "<=0.1", Judged.OURS)
    cut = share(opens(found) for _, found, _ in heard[Kind.CUT])
    yield row(
        "said to be full though its last 0.4-1.5 s was cut (%)", cut, None, "<=0.1", Judged.OURS
    )
    parts = share(right(each, found, Extent.PART) for each, found, _ in part)
    yield row("parts (50-80 %) heard as parts (%)", parts, None, ">=95", Judged.OURS)
    late = [abs(found[0].end_ms - each.end_ms) for each, found, _ in full if found]
    yield row("end of a full announcement, worst error (ms)", max(late), None)


def listened(known: Repertoire, each: Leg) -> tuple[Leg, list[Heard], float]:
    """What was heard in the leg, and the milliseconds of CPU time that it took."""
    began = time.process_time()
    listener = Listener(known)
    found: list[Heard] = []
    for at in range(0, each.sound.size, SLICE):
        found += listener.feed(each.sound[at : at + SLICE])
    found += listener.finish()
    return each, found, (time.process_time() - began) * 1_000


def right(each: Leg, found: list[Heard], extent: Extent) -> bool:
    """Exactly the prompt that was played, as much of it, at its place."""
    return [(heard.prompt, heard.extent) for heard in found] == [(each.prompt, extent)] and abs(
        found[0].start_ms - each.start_ms
    ) <= 1_100


def opens(found: list[Heard]) -> bool:
    """Whether a recording could begin."""
    return any(heard.extent is Extent.FULL for heard in found)


def share(judged: Iterator[bool]) -> float:
    """How many in a hundred."""
    all_of_them = list(judged)
    return 100 * sum(all_of_them) / len(all_of_them)
