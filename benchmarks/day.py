"""Group ``scale``: a whole day of call records, handed over as an exchange exports it.

One house has days of as many calls as ``TALTEEN_BENCH_DAY`` names, the largest a million. Of each
there is an export as FreePBX writes it: every recorded call, one in twenty that nobody answered,
and a few that the register knows nothing of, which the balance must find. ``talteen balance`` reads
it as an operator would have it read, in a process of its own, beside the running house.
"""

import csv
import os
import resource
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, TextIO
from uuid import UUID

from psycopg.rows import args_row

from benchmarks import Judged, Row, filled, knobs, seconds
from talteen.clock import HELSINKI, helsinki_date
from talteen.desk.ground import supervise

if TYPE_CHECKING:
    from talteen.wiring import House

GROUP = "scale"
SIZES = "10000,100000,1000000"
CALLS_OF_ONE = 100
"""An agent's day."""
FIRST_EXTENSION = 10_000
FIRST_NUMBER = 358_505_550_170
LOST = 3
"""Calls of a day of which the register knows nothing."""
FLAT = "<=0.25"
HEAD = (
    "calldate,src,dst,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,uniqueid,did"
)
RING, TALK = timedelta(seconds=10), timedelta(seconds=301)
row = partial(Row, GROUP)


@dataclass(frozen=True, slots=True)
class Balanced:
    """What one day took."""

    calls: int
    took_s: float
    cpu_s: float
    """Of the process that balanced; the database's part is in ``took_s`` alone."""
    peak_mib: float


def rows() -> Iterator[Row]:
    """Each size on a day of its own, and how time and memory grow."""
    from benchmarks.scale import exponent

    sizes = [int(size) for size in (knobs.text("DAY") or SIZES).split(",")]
    found: list[Balanced] = []
    with filled.founded() as house:
        _hire(max(sizes) // CALLS_OF_ONE)
        for ago, size in enumerate(sizes, start=1):
            found.append(_balanced(house, ago, size))
            yield from _of_day(found[-1])
    if len(found) > 1:
        name = "exponent of growth: a day of call records balanced"
        each = [(one.calls, one.took_s / one.calls) for one in found]
        yield row(f"{name}, a call", exponent(each), None, FLAT, Judged.OURS)
        memory = [(one.calls, one.peak_mib) for one in found]
        yield row(f"{name}, memory", exponent(memory), None, FLAT, Judged.OURS)


def _of_day(one: Balanced) -> Iterator[Row]:
    name = f"a day of {one.calls:,} call records balanced"
    yield row(f"{name} (s)", one.took_s)
    yield row(f"{name}, of the processor (s)", one.cpu_s)
    yield row(f"{name}, the process at its most (MiB)", one.peak_mib)


def _balanced(house: "House", ago: int, size: int) -> Balanced:
    """A day that long ago, filled with ``size`` calls and balanced."""
    filled.add(house, size, keys=False, days_ago=range(ago, ago + 1))
    day = helsinki_date(house.now()) - timedelta(days=ago)
    with filled.owner(house) as connection:
        connection.execute(_ONE_AT_A_TIME, [day])
    filled.settled(house)
    export, mapping = house.config.home / "records.csv", house.config.home / "call-records.toml"
    extensions, numbers = _extensions(), _numbers()
    mapping.write_text(_mapping(extensions, numbers), encoding="utf-8")
    with export.open("w", encoding="utf-8", newline="") as file:
        calls = _export(file, house, day, extensions, numbers)
    told: list[str] = []
    used: list[resource.struct_rusage] = []
    took_s = seconds(lambda: _read(export, told, used))
    if f"lost {LOST}" not in told[0] or f"recorded {size}" not in told[0]:
        raise AssertionError(f"the day came out wrong: {told[0]}")
    export.unlink()
    return Balanced(calls, took_s, used[0].ru_utime + used[0].ru_stime, used[0].ru_maxrss / 1024)


_ONE_AT_A_TIME = """
WITH ordered AS (SELECT id, row_number() OVER (ORDER BY started_at) AS n
                   FROM recording WHERE day = %s),
     people AS (SELECT array_agg(id) AS a FROM staff WHERE role = 'agent')
UPDATE recording SET agent_id = a[1 + n %% cardinality(a)] FROM ordered, people
 WHERE recording.id = ordered.id
"""
"""The calls go round among the agents, so that nobody speaks with two callers at once."""


def _read(export: Path, told: list[str], used: list[resource.struct_rusage]) -> None:
    """``talteen balance``, what it says and what it used."""
    with Popen(supervise.talteen("balance", str(export)), stdout=PIPE, text=True) as process:
        assert process.stdout
        told.append(" ".join(process.stdout.read().split()))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    used.append(usage)


def _hire(people: int) -> None:
    """So many more agents: with few of them each would have spoken with ten callers at once."""
    from talteen.register.models import Staff, Unit

    unit = Unit.objects.get(slug="myyntipalvelu")
    Staff.objects.bulk_create(
        Staff(code=f"d{n:05}", name=f"Agentti {n}", role="agent", unit=unit) for n in range(people)
    )


def _extensions() -> Mapping[UUID, int]:
    from talteen.register.models import Staff

    agents = Staff.objects.filter(role="agent").order_by("code").values_list("pk", flat=True)
    return {pk: FIRST_EXTENSION + n for n, pk in enumerate(agents)}


def _numbers() -> Mapping[str, int]:
    from talteen.register.models import Line

    slugs = Line.objects.order_by("slug").values_list("pk", flat=True)
    return {slug: FIRST_NUMBER + n for n, slug in enumerate(slugs)}


def _mapping(extensions: Mapping[UUID, int], numbers: Mapping[str, int]) -> str:
    from talteen.register.models import Staff

    codes = dict(Staff.objects.values_list("pk", "code"))
    lines = ", ".join(f'"+{number}" = "{slug}"' for slug, number in numbers.items())
    ranges = [
        f'"{first}-{min(first + 9_999, max(extensions.values()))}"'
        for first in range(FIRST_EXTENSION, max(extensions.values()) + 1, 10_000)
    ]
    people = "\n".join(f'{extension} = "{codes[pk]}"' for pk, extension in extensions.items())
    return (
        f"format = 1\n[lines]\nrecorded = {{ {lines} }}\n"
        f"[agents]\nextensions = [{', '.join(ranges)}]\n[agents.staff]\n{people}\n"
    )


def _export(
    file: TextIO,
    house: "House",
    day: date,
    extensions: Mapping[UUID, int],
    numbers: Mapping[str, int],
) -> int:
    """The day as the exchange has it; how many calls that are."""
    written = csv.writer(file, lineterminator="\n")
    file.write(f"{HEAD}\n")
    number = 0
    with filled.owner(house) as connection, connection.transaction():
        found = connection.cursor("day", row_factory=args_row(_recorded))
        found.execute("SELECT started_at, agent_id, line_id FROM recording WHERE day = %s", [day])
        for number, (at, agent, line) in enumerate(found, start=1):
            written.writerow(_row(at, extensions[agent], numbers[line], f"1.{number}"))
            if number % 20 == 0:
                unheard = _row(at, extensions[agent], numbers[line], f"2.{number}", "NO ANSWER")
                written.writerow(unheard)
    night = datetime(day.year, day.month, day.day, 3, tzinfo=HELSINKI)
    for n in range(LOST):
        written.writerow(_row(night, FIRST_EXTENSION + n, next(iter(numbers.values())), f"3.{n}"))
    return number + number // 20 + LOST


def _recorded(started_at: datetime, agent: UUID, line: str) -> tuple[datetime, UUID, str]:
    return started_at, agent, line


def _row(
    at: datetime, extension: int, number: int, key: str, ended: str = "ANSWERED"
) -> tuple[object, ...]:
    """One call that was put through to an extension and talked until it ended."""
    began = (at.astimezone(HELSINKI) - RING).strftime("%Y-%m-%d %H:%M:%S")
    talk_s = int(TALK.total_seconds()) if ended == "ANSWERED" else 0
    channels = (f"PJSIP/trunk-{key}", f"PJSIP/{extension}-{key}")
    length_s = int(RING.total_seconds()) + talk_s
    caller, did = "0401234567", f"0{number - 358_000_000_000}"
    return began, caller, extension, *channels, "Dial", "x", length_s, talk_s, ended, key, did
