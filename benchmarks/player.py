"""Group ``player``: a call of an hour with nine thousand words, played in a real browser.

The real server in a process of its own; chromium without a window, which draws with the same cores.
Long tasks are what PerformanceObserver tells of the page's main thread (more than 50 ms in one go);
beside them stands what the thread really worked, which another program on the machine does not
lengthen (chromium's trace, ``tdur``). ``TALTEEN_BENCH_CALL_S`` takes a shorter call and
``_PLAYED_S`` plays less of each place; the rows say so.
"""

import json
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import Judged, Row, filled, knobs, p95
from benchmarks import house as houses
from benchmarks.listeners import Listener, listener
from benchmarks.visitor import HOST, Visitor, pages, weight

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.hour_house import Hour

GROUP = "player"
CALL_S, PLAYED_S, SEEKS = 3600, 10.0, 40
PLACES = (0.0, 0.25, 0.5, 0.75, 0.97)
ARRIVED = """() => {
  const [way] = performance.getEntriesByType('navigation');
  const [painted] = performance.getEntriesByName('first-contentful-paint');
  return [painted.startTime, way.loadEventEnd];
}"""
AUDIO = "document.getElementById('aani')"
OBSERVED = """() => {
  window.longTasks = [];
  const keep = (list) => window.longTasks.push(...list.getEntries().map((e) => e.duration));
  new PerformanceObserver(keep).observe({ type: 'longtask' });
}"""
TRACED = ["toplevel"]
SEEKED = f"""(at) => new Promise((done) => {{
  const audio = {AUDIO}, began = performance.now();
  audio.addEventListener('seeked', () => done(performance.now() - began), {{ once: true }});
  audio.currentTime = at;
}})"""
row = partial(Row, GROUP, judged=Judged.OURS)


def rows() -> Iterator[Row]:
    """The page, what plays in it, the first sound, and what the server keeps of it."""
    length_s, port = knobs.whole("CALL_S", CALL_S), houses.free_port()
    what = f"a call of {length_s // 60} min"
    with filled.founded() as house, tempfile.TemporaryDirectory() as folder:
        from tests.kit import hour_house  # its models want a house first

        hour = hour_house.taken_in(house, Path(folder), length_s * 1000)
        with pages(port):
            mine = listener(port, hour.case, 0)
            yield from _page(what, mine, f"/calls/{hour.id}")
            yield from _sound(what, mine)
            yield from _played(what, port, hour)


def _page(what: str, mine: Listener, path: str) -> Iterator[Row]:
    times = [mine.visitor.get(path).took_s * 1000 for _ in range(5)]
    yield row(f"{what}: its page with all words, slowest of 5 (ms)", max(times), bar="<=1000")
    kilobytes = weight(mine.visitor, path) / 1000
    yield row(f"{what}: its page, gzipped, without sound (kB)", kilobytes, bar="<=150")


def _sound(what: str, mine: Listener) -> Iterator[Row]:
    waits = [mine.piece(mine.somewhere())[1] * 1000 for _ in range(SEEKS)]
    yield row(f"{what}: first sample of a place on localhost, p95 (ms)", p95(waits), bar="<=100")
    at, most = 0, 0.0
    mine.piece(at)
    before = houses.resident_mb("serve")
    while at < mine.size:
        at += mine.piece(at)[0]
        most = max(most, houses.resident_mb("serve"))
    yield row(
        f"{what}: more memory of the server while all of it is sent (MB)", most - before, bar="<=32"
    )


def _played(what: str, port: int, hour: "Hour") -> Iterator[Row]:
    from tests.kit import browser

    with (
        browser.launched() as chromium,
        browser.window(chromium, f"http://{HOST}:{port}") as window,
    ):
        visitor = Visitor(port)
        visitor.enter(hour.case.opened_by.pk)
        told = {"purpose": "rights_of_parties", "case": hour.case.reference}
        visitor.post(f"/calls/{hour.id}/open", **told)
        window.page.context.add_cookies(
            [{"name": k, "value": v, "url": window.base} for k, v in visitor.cookies.items()]
        )
        page = window.go(f"/calls/{hour.id}")
        page.wait_for_timeout(1000)
        painted, loaded = page.evaluate(ARRIVED)
        yield row(f"{what}: in a browser until its first words are seen (ms)", painted)
        name = f"{what}: in a browser until all of it is there (ms)"
        yield row(name, loaded, bar="<=1000")
        yield from _tasks(what, page, hour.call.length_ms / 1000)


def _tasks(what: str, page: "Page", length_s: float) -> Iterator[Row]:
    """Play some seconds at each place, with a jump between."""
    played_s = knobs.number("PLAYED_S", PLAYED_S)
    page.evaluate(OBSERVED)
    page.keyboard.press("l")
    page.wait_for_timeout(1000)
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=TRACED)
    waits = []
    for share in PLACES:
        waits.append(float(page.evaluate(SEEKED, share * length_s)))
        page.wait_for_timeout(played_s * 1000)
    worked = _main_thread_ms(browser.stop_tracing())
    page.keyboard.press("k")
    long = [float(one) for one in page.evaluate("window.longTasks")]
    seconds = played_s * len(PLACES)
    spoken = f"{what}, {seconds:.0f} s of it played at {len(PLACES)} places"
    yield row(f"{spoken}: longest task, the thread's own time (ms)", max(worked), bar="<=50")
    yield row(f"{spoken}: long tasks, by the clock", len(long), bar="<=0")
    yield row(f"{spoken}: work of the main thread (ms of CPU a second)", sum(worked) / seconds)
    yield row(f"{spoken}: until a jump sounds, slowest (ms)", max(waits), bar="<=1000")


def _main_thread_ms(trace: bytes) -> list[float]:
    """What each task of the page's main thread worked: the thread that worked most of those that
    are called so, one for each page."""
    events = json.loads(trace)["traceEvents"]
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks: dict[tuple[int, int], list[float]] = {main: [0.0] for main in mains}
    for one in events:
        thread = (one.get("pid"), one.get("tid"))
        if one.get("ph") == "X" and thread in tasks and one["name"].endswith("::RunTask"):
            tasks[thread].append(one.get("tdur", 0) / 1000)
    return max(tasks.values(), key=sum)
