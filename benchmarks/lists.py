"""Group ``web``: lists of calls over a million recordings' metadata, from the real server.

Pages of three roles as people turn them: the newest, older ones, one behind each filter, one of a
day long ago. Times are what a person waits, from the request to the last byte, over loopback.
``TALTEEN_BENCH_ROWS`` makes a smaller register of it, and the rows say so.
"""

import re
import statistics
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import Judged, Row, filled, knobs, p95
from benchmarks import house as houses
from benchmarks.visitor import Visitor, pages, weight

if TYPE_CHECKING:
    from talteen.wiring import House

GROUP = "web"
ROWS = 1_000_000
ROUNDS = 6
OLDER_PAGES = 4
row = partial(Row, GROUP)


def rows() -> Iterator[Row]:
    """All on one register, filled once."""
    calls = knobs.whole("ROWS", ROWS)
    with filled.founded() as house:
        filled.add(house, calls, keys=False)
        filled.settled(house)
        yield from _measured(house, f"{calls:,} recordings")


def _measured(house: "House", of: str) -> Iterator[Row]:
    from talteen.demo import cast
    from talteen.notice.purposes import Role

    port = houses.free_port()
    days = filled.some_day(house)
    with pages(port):
        every: list[float] = []
        for role in (Role.REGISTER_CONTACT, Role.TEAM_LEADER, Role.AGENT):
            visitor = Visitor(port)
            visitor.enter(cast.first_of(role).pk)
            visitor.get("/calls")
            times = [ms for _ in range(ROUNDS) for ms in _turned(visitor, days)]
            every += times
            name = f"list of calls of {of}, {role.value}"
            yield row(f"{name}, median (ms)", statistics.median(times))
            yield row(f"{name}, p95 (ms)", p95(times), None, "<=300", Judged.OURS)
            if role is Role.REGISTER_CONTACT:
                calendar = p95([visitor.get("/calendar").took_s * 1e3 for _ in range(20)])
                name = f"calendar of {of}, p95 (ms)"
                yield row(name, calendar, None, "<=300", Judged.OURS)
                heavy = weight(visitor, "/calls") / 1024
                name = "list of calls with all that it loads, as gzip (KiB)"
                yield row(name, heavy, None, "<=150", Judged.OURS)
        name = f"list of calls of {of}, all roles and filters, p95 (ms)"
        yield row(name, p95(every), None, "<=300", Judged.OURS)


def _turned(visitor: Visitor, day: str) -> Iterator[float]:
    """The pages of a round, in ms: forward from the newest, then through each filter."""
    path = "/calls"
    for _ in range(OLDER_PAGES):
        answer = visitor.get(path)
        yield answer.took_s * 1e3
        older = re.search(r'href="(/calls\?before=[^"&]+)"', answer.text)
        if older is None:
            break
        path = older[1]
    asked = ("soon=1", "language=sv", "direction=inbound", "direction=outbound")
    for one in (*asked, "flag=incomplete", "flag=special_category", f"day={day}", f"until={day}"):
        answer = visitor.get(f"/calls?{one}")
        if answer.status != 200:
            raise AssertionError(f"/calls?{one}: {answer.status}")
        yield answer.took_s * 1e3
