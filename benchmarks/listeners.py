"""Group ``web``: many people listen while a worker destroys, and players that do not read.

The real server, with as many processes as it takes by itself, and the real worker on one house.
Each listener is a session of its own with a grant of its own on a spoken call, and asks for its
next piece when the one before has sounded; pieces are what the server gives (1 MiB, 33 s). Beside
them somebody seeks, again and again; beside destruction only as long as something is left to be
destroyed, and a row says how long that was. What is destroyed was filled in (rows, keys in pages).
``TALTEEN_BENCH_LISTENERS``, ``_WINDOW_S``, ``_DUE`` and ``_STALLED`` make less of it, and the rows
say so; ``TALTEEN_WEB_PROCESSES`` is the setting of the house.
"""

import random
import socket
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks import Judged, Row, filled, knobs, p95
from benchmarks import house as houses
from benchmarks.circumstances import Watch, database_waits, watched
from benchmarks.ear import Ear, Silence
from benchmarks.visitor import HOST, Visitor, pages
from talteen.clock import helsinki_date
from talteen.desk.ground import supervise
from talteen.operations import together

if TYPE_CHECKING:
    from talteen.register.models import Case
    from talteen.wiring import House

GROUP = "web"
LISTENERS, STALLED, DUE, WINDOW_S = 200, 50, 130_000, 60.0
CALLS = ("001-huonevaraus", "019-rumsbokning")
"""Ordinary ones, of these days."""
BYTES_A_SECOND, HEAD = 32_000, 44
AHEAD_S = 3.0
"""A listener asks for the next piece when so much of what came is left. Browsers ask earlier."""
SEEK_EVERY_S = 0.2
"""A seek, and a look at ``/healthz``, so often."""
row = partial(Row, GROUP)


def rows() -> Iterator[Row]:
    """Listening with and without destruction beside it; then players that stall."""
    listeners, window_s = knobs.whole("LISTENERS", LISTENERS), knobs.number("WINDOW_S", WINDOW_S)
    due = knobs.whole("DUE", DUE)
    port = houses.free_port()
    with filled.founded() as house, ExitStack() as stack:
        case = spoken_calls(house)
        filled.add(house, due, days_ago=filled.PAST_CUTOFF)
        stack.enter_context(pages(port))
        people = [listener(port, case, number) for number in range(listeners)]
        web = f"web.processes {together.wanted(house.config.web)}"
        what = f"{listeners} listeners for {window_s:.0f} s, {web}"
        first_seeks, then_seeks = (listener(port, case, number) for number in (1, 2))
        with watched(database_waits) as watch, listening(people) as heard:
            alone = seeks(first_seeks, window_s / 2)
            with houses.process(*supervise.talteen("work")):
                houses.until(lambda: destroying() or destroyed())
                before, began = destroyed(), time.monotonic()
                beside = seeks(then_seeks, window_s, lambda: is_left(house))
                lasted_s, died = time.monotonic() - began, destroyed() - before
        bar = partial(row, peer=None, judged=Judged.OURS)
        first = "first sound after a seek, p95 (ms)"
        yield bar(f"{what}: {first}", p95(alone), bar="<=300")
        yield bar(f"{what} while a worker destroys: {first}", p95(beside), bar="<=300")
        yield bar(f"{what}: so long a worker destroyed (s)", lasted_s, bar=f">={window_s:.0f}")
        yield bar(f"{what}: recordings that lost their keys meanwhile", died, bar=">=1")
        yield from silences(what, heard, watch)
        yield from stalled(port, case, knobs.whole("STALLED", STALLED))


def silences(what: str, heard: "Heard", watch: Watch) -> Iterator[Row]:
    """How often somebody heard nothing; of each what the machine did then, on standard error."""
    found = heard.all
    for number, one in found:
        print(
            f"listener {number} heard nothing for {one.lasted_s * 1e3:.0f} ms, "
            f"{one.came_at - one.asked_at:.2f} s after they had asked:",
            *(f"\n  {look}" for look in watch.between(one.asked_at, one.came_at)),
            file=sys.stderr,
        )
    yield row(f"{what}: pieces of sound asked for", sum(heard.pieces.values()))
    name = f"{what}: times that a listener heard nothing"
    yield row(name, len(found), bar="<=0", judged=Judged.OURS)
    longest = max((one.lasted_s for _, one in found), default=0.0)
    yield row(f"{what}: the longest that one heard nothing (ms)", longest * 1e3)
    late = max((look.late_s for look in watch.looks), default=0.0)
    yield row(f"{what}: the latest that the measurer itself woke (ms)", late * 1e3)


# --- the house ------------------------------------------------------------------------------------


def spoken_calls(house: "House") -> "Case":
    """Some spoken calls of these days, and a complaint in which they may be heard."""
    from talteen import course
    from talteen.demo import cast, material
    from talteen.notice.purposes import Role
    from talteen.register.database import jobs
    from talteen.register.models import Case, Recording

    now = house.now()
    for call in material.calls(helsinki_date(now)):
        if call.name in CALLS:
            at = max(now, call.ends_at)
            course.take_in(house, material.drop(call, house.config.home / "drop"), at)
    course.roll(house, now)
    people = [cast.first_of(role) for role in (Role.REGISTER_CONTACT, Role.COMPLAINT_HANDLER)]
    case = Case.objects.create(
        reference="R-2026-1", kind="complaint", opened_at=now, opened_by=people[0]
    )
    case.people.set(people)
    case.recordings.set(Recording.objects.filter(progress="sealed"))
    # Without words nobody knows what is to be covered, and nothing opens for this purpose.
    jobs.drain()
    return case


def destroying() -> bool:
    """A worker has begun: what is to die opens nowhere any more."""
    from talteen.register.models import Recording

    return Recording.objects.filter(progress="destroying").exists()


def is_left(house: "House") -> bool:
    """Something is still to be destroyed."""
    from talteen.register.models import Recording

    return Recording.objects.filter(cutoff_at__lte=house.now()).exists()


def destroyed() -> int:
    """Recordings whose key is gone."""
    from talteen.life.destroy.models import Destruction

    return Destruction.objects.count()


# --- who listens ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Listener:
    """A session with a call open."""

    visitor: Visitor
    path: str
    size: int
    chance: random.Random = field(default_factory=random.Random)

    def piece(self, at: int) -> tuple[int, float]:
        """Bytes from ``at`` on as the server gives them; how many, and when the first came (s)."""
        answer = self.visitor.get(self.path, Range=f"bytes={at}-")
        if answer.status != 206:
            raise AssertionError(f"no sound: {answer.status}")
        return len(answer.body), answer.first_s

    def heard(self, at: int, came: Callable[[int], object]) -> int:
        """The same, and ``came`` is told the length of each block as it comes."""
        answer = self.visitor.stream(self.path, came, Range=f"bytes={at}-")
        if answer.status != 206:
            raise AssertionError(f"no sound: {answer.status}")
        return len(answer.body)

    def somewhere(self) -> int:
        """A place in the sound, on a whole sample."""
        return HEAD + self.chance.randrange(0, self.size - HEAD - 4) // 4 * 4


def listener(port: int, case: "Case", number: int) -> Listener:
    """One person who enters, chooses the purpose and opens a call."""
    people = list(case.people.all())
    recordings = list(case.recordings.order_by("pk"))
    call: UUID = recordings[number % len(recordings)].pk
    visitor = Visitor(port)
    visitor.enter(people[number % len(people)].pk)
    told = {"purpose": "rights_of_parties", "case": case.reference}
    opened = visitor.post(f"/calls/{call}/open", **told)
    if opened.status != 302:
        raise AssertionError(f"the call did not open: {opened.status}")
    path = f"/calls/{call}/sound"
    whole = str(visitor.get(path, Range="bytes=0-43").headers["Content-Range"])
    return Listener(visitor, path, int(whole.rpartition("/")[2]))


@dataclass(slots=True)
class Heard:
    """What all of them heard: who had to wait when, and what they asked for."""

    silences: dict[int, list[Silence]] = field(default_factory=lambda: defaultdict(list))
    pieces: Counter[int] = field(default_factory=Counter)

    @property
    def all(self) -> list[tuple[int, Silence]]:
        """Each silence with its listener."""
        return [(number, one) for number, found in self.silences.items() for one in found]


@contextmanager
def listening(people: list[Listener]) -> Iterator[Heard]:
    """All of them listen during the block. What is given fills while they do.

    Raises what went wrong for one of them: fewer listeners are no measure of so many.
    """
    stop, heard = threading.Event(), Heard()
    faults: list[Exception] = []

    def listen_or_tell(number: int) -> None:
        try:
            stop.wait(random.uniform(0, 33))  # nobody begins when the others do
            listen(people[number], stop, heard.silences[number], partial(count, number))
        except Exception as fault:  # noqa: BLE001  (whatever it is, it is raised below)
            faults.append(fault)

    def count(number: int) -> None:
        heard.pieces[number] += 1

    for number in range(len(people)):
        heard.silences[number] = []
    threads = [
        threading.Thread(target=listen_or_tell, args=(number,)) for number in range(len(people))
    ]
    for thread in threads:
        thread.start()
    try:
        yield heard
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if faults:
        raise faults[0]


def listen(
    mine: Listener, stop: threading.Event, found: list[Silence], asked: Callable[[], object]
) -> None:
    """Hear the call to its end, then once more from its beginning, until ``stop``. What was not
    there when it should have sounded is added to ``found``."""
    ear, at = Ear(BYTES_A_SECOND), mine.somewhere()

    def came(length: int) -> None:
        silence = ear.came(length, time.monotonic())
        if silence is not None:
            found.append(silence)

    while not stop.is_set():
        ear.asks(time.monotonic())
        asked()
        at += mine.heard(at, came)
        if at < mine.size:
            stop.wait(max(0.0, ear.has_s(time.monotonic()) - AHEAD_S))
        else:  # the last of the call sounds out; who hears it again begins anew
            stop.wait(ear.has_s(time.monotonic()))
            ear.place()
            at = HEAD


def seeks(
    mine: Listener, for_s: float, while_true: Callable[[], bool] = lambda: True
) -> list[float]:
    """Milliseconds from asking for a place until the first of its sound is there."""
    end, waits = time.monotonic() + for_s, []
    while time.monotonic() < end and while_true():
        waits.append(mine.piece(mine.somewhere())[1] * 1e3)
        time.sleep(SEEK_EVERY_S)
    return waits


# --- who does not read ----------------------------------------------------------------------------


def stalled(port: int, case: "Case", count: int) -> Iterator[Row]:
    """Players that ask for sound and read nothing of it, while a machine asks ``/healthz``."""
    idle = health(port)
    with ExitStack() as stack:
        for number in range(count):
            stack.enter_context(unread(listener(port, case, number)))
        time.sleep(1)
        waits = health(port)
    yield row("/healthz alone, p95 (ms)", p95(idle))
    name = f"/healthz beside {count} stalled players, p95 (ms)"
    yield row(name, p95(waits), None, "<=5", Judged.OURS)


@contextmanager
def unread(mine: Listener) -> Iterator[None]:
    """One answer that nobody reads: the smallest buffer, and no further look at it."""
    with socket.socket() as player:
        player.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        player.connect((HOST, mine.visitor.port))
        cookies = "; ".join(f"{name}={value}" for name, value in mine.visitor.cookies.items())
        player.sendall(
            f"GET {mine.path} HTTP/1.1\r\nHost: {HOST}:{mine.visitor.port}\r\n"
            f"Range: bytes=0-\r\nCookie: {cookies}\r\n\r\n".encode()
        )
        yield


def health(port: int) -> list[float]:
    """A hundred looks, in ms."""
    visitor = Visitor(port)
    return [visitor.get("/healthz").took_s * 1e3 for _ in range(100)]
