"""Group ``scale``: how the work on a call grows with how many calls there are.

One house grows from ten thousand calls to what ``TALTEEN_BENCH_SIZES`` names (``10000,30000`` and
so on), and at each size everything is done a few times that happens once a call, once a page or
once every few seconds. A million calls a day are ninety-two million rows: no machine of ours holds
them, so what decides is the exponent. 0 is the same at any size, 1 grows as the register does; the
bars are 0.25 for what a person or a single call waits for, and 1.1 (n log n) for what goes through
all of something.

Keys are in pages up to ``TALTEEN_BENCH_KEYED`` calls (100,000): beyond, making them costs hours.
"""

import math
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from benchmarks import Judged, Row, filled, knobs, seconds

if TYPE_CHECKING:
    from talteen.wiring import House

GROUP = "scale"
SIZES = "10000,30000,100000,300000,1000000"
KEYED = 100_000
REPEATS = 5
FLAT, LINEAR = "<=0.25", "<=1.1"
row = partial(Row, GROUP)


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done at every size."""

    name: str
    unit: str
    bar: str | None
    act: Callable[["Grown"], float]
    """Milliseconds of one of it, or of what the unit says."""
    keyed: bool = False
    """It needs keys in pages, so it is not measured beyond ``KEYED``."""


@dataclass(slots=True)
class Grown:
    """The house at one size."""

    house: "House"
    calls: int
    now: datetime
    shard: Path

    @property
    def a_day(self) -> int:
        return max(1, self.calls // filled.DAYS)


def rows() -> Iterator[Row]:
    """Each operation at each size, and its exponent."""
    sizes = [int(size) for size in (knobs.text("SIZES") or SIZES).split(",")]
    keyed = knobs.whole("KEYED", KEYED)
    told: dict[str, list[tuple[int, float]]] = {}
    with filled.founded() as house:
        make_queue(house)
        grown = Grown(house, 0, house.now(), house.config.home / "bench.shard")
        for size in sizes:
            filled.add(house, size - grown.calls, keys=size <= keyed)
            filled.settled(house)
            grown.calls = size
            queue_grows(house, size)
            for each in OPERATIONS:
                if each.keyed and size > keyed:
                    continue
                took = statistics.median(each.act(grown) for _ in range(REPEATS))
                told.setdefault(each.name, []).append((size, took))
                yield row(f"{each.name}, {size:,} calls ({each.unit})", took)
    for each in OPERATIONS:
        if len(points := told[each.name]) > 1:
            name = f"exponent of growth: {each.name}"
            yield row(name, exponent(points), None, each.bar, Judged.OURS)


def exponent(points: list[tuple[int, float]]) -> float:
    """The slope of the straight line through the points, both scales logarithmic (least squares).

    That of one that does not grow is 0; a constant part hides growth, so it is a lower bound.
    """
    xs, ys = ([math.log(point[at]) for point in points] for at in (0, 1))
    return statistics.linear_regression(xs, ys).slope


# --- rows and queue -------------------------------------------------------------------------------


def make_queue(house: "House") -> None:
    """A job that does nothing, known to this process."""
    from talteen.register.database.jobs import job

    @job("bench.scale")
    def nothing(thing: UUID) -> None:
        """Does nothing."""

    _QUEUE.append(nothing.enqueue)


_QUEUE: list[Callable[[UUID], None]] = []


def queue_grows(house: "House", waiting: int) -> None:
    """So many jobs wait: a day on which no worker lived."""
    with filled.owner(house) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, args, status)"
            " SELECT 'default', 'bench.scale', 0, id::text, '{}', 'todo' FROM ("
            "SELECT gen_random_uuid() AS id FROM generate_series(1, %s)) AS made",
            [waiting],
        )
        connection.execute("VACUUM ANALYZE procrastinate_jobs")


def born(grown: Grown) -> float:
    """A call's row and the job that it calls for, in one transaction; a hundred of them."""
    from django.db import transaction

    from talteen.register.models import Recording

    like = Recording.objects.order_by("-started_at")[0]
    with transaction.atomic():
        began = time.perf_counter()
        for _ in range(100):
            with transaction.atomic():
                like.pk = uuid4()
                like.save(force_insert=True)
                _QUEUE[0](like.pk)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took * 1e3 / 100


def fetched(grown: Grown) -> float:
    """A worker takes the next job, by the queue's own query; a hundred times."""
    from django.db import connection, transaction

    query = "SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)"
    with transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        for _ in range(100):
            cursor.execute(query)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took * 1e3 / 100


# --- what people wait for -------------------------------------------------------------------------


def listed(grown: Grown, *, role: str, **sieve: object) -> float:
    """The counts and the newest page of a list, as its screen asks for them."""
    from talteen.demo import cast
    from talteen.life.use import calls
    from talteen.life.use.sieve import Sieve
    from talteen.notice.purposes import Role

    who, chosen = cast.first_of(Role(role)), Sieve(**sieve)  # type: ignore[arg-type]

    def ask() -> None:
        counts = calls.counts(who, chosen, now=grown.now)
        calls.page(who, chosen, now=grown.now, among=counts)

    return seconds(ask) * 1e3


def paged(grown: Grown) -> float:
    """A page from the middle of the list, without its counts."""
    from talteen.demo import cast
    from talteen.ids import RecordingId
    from talteen.life.use import calls
    from talteen.life.use.sieve import Sieve
    from talteen.notice.purposes import Role
    from talteen.register.models import Recording

    who = cast.first_of(Role.REGISTER_CONTACT)
    middle = RecordingId(Recording.objects.filter(day=filled.some_day(grown.house))[0].pk)
    return seconds(lambda: calls.page(who, Sieve(), now=grown.now, older_than=middle)) * 1e3


def calendar(grown: Grown) -> float:
    """The calendar of the whole register."""
    from talteen.life.destroy import days

    return seconds(lambda: days.calendar(grown.now)) * 1e3


# --- what the house does by itself ----------------------------------------------------------------


def looked_for_due(grown: Grown) -> float:
    """A sweep looks for what is due, every ten seconds, and finds nothing."""
    from talteen.life.destroy import acts

    return seconds(lambda: acts.expire(grown.house.vault, grown.now)) * 1e3


def looked_at_index(grown: Grown) -> float:
    """Once a minute a machine compares its word index with what lives (the register's side)."""
    from talteen.life.transcribe import indexing

    return seconds(indexing.sums) * 1e3


def erased(grown: Grown) -> float:
    """One call dies by a request: its roll."""
    from benchmarks import destruction
    from talteen.engine.vault.changes import Changes
    from talteen.ids import RecordingId
    from talteen.life.seal import rolling
    from talteen.register.models import Recording

    of_day = Recording.objects.filter(day=filled.some_day(grown.house), progress="sealed")
    recording = RecordingId(of_day.values_list("pk", flat=True)[0])
    destruction.doom([recording])
    changes = Changes(drop={recording: "request"})
    return seconds(lambda: rolling.roll(grown.house.vault, changes, grown.now)) * 1e3


def expired(grown: Grown) -> float:
    """The oldest day dies of its age: rolls, rows; a call's share of it."""
    from talteen.life.destroy import acts
    from talteen.register.models import Recording

    oldest = Recording.objects.filter(progress="sealed").order_by("cutoff_at")[0]
    grown.now = max(grown.now, oldest.cutoff_at)
    calls = Recording.objects.filter(progress="sealed", cutoff_at__lte=grown.now).count()
    return seconds(lambda: acts.expire(grown.house.vault, grown.now)) * 1e3 / calls


# --- the words of a day ---------------------------------------------------------------------------

WORDS: list[str] = []
PASSAGES_A_CALL = 6
"""Of the calls here; a real one has some sixty. It is the same at all sizes."""


def built(grown: Grown) -> float:
    """The words of a day go into its index anew: a call's share of it."""
    from benchmarks import search
    from talteen.life.transcribe import index

    chance = random.Random(1)
    if not WORDS:
        WORDS.extend(search.vocabulary(chance))
    calls = list(search.spoken(WORDS, chance, calls=grown.a_day, passages=PASSAGES_A_CALL))
    took = seconds(lambda: index.rebuild(grown.shard, bytes(32), calls))
    return took * 1e3 / len(calls)


def searched(grown: Grown) -> float:
    """A middling word is looked for in the index of a day."""
    from talteen.life.transcribe.query import parse
    from talteen.life.use.search import ShardRef, search

    refs = [ShardRef(date(2026, 11, 24), grown.shard, bytes(32))]
    query = parse(WORDS[2_000])
    return seconds(lambda: search(refs, query, limit=50)) * 1e3


ROLE = "register_contact"
OPERATIONS = (
    Operation("a call's row and its job written", "ms", FLAT, born),
    Operation("the next job taken, as many waiting", "ms", FLAT, fetched),
    Operation("newest page of a list, with its counts", "ms", FLAT, partial(listed, role=ROLE)),
    Operation("newest page of an agent's own list", "ms", None, partial(listed, role="agent")),
    Operation("a page in the middle of the list", "ms", FLAT, paged),
    Operation("calendar", "ms", LINEAR, calendar),
    Operation("word index compared with the register", "ms", LINEAR, looked_at_index),
    Operation("a day's words indexed anew, a call", "ms", FLAT, built),
    Operation("a word looked for in one day", "ms", LINEAR, searched),
    Operation("a sweep that finds nothing due", "ms", FLAT, looked_for_due, keyed=True),
    Operation("erase one call: its roll", "ms", LINEAR, erased, keyed=True),
    Operation("a day dies of its age, a call", "ms", FLAT, expired, keyed=True),
)
