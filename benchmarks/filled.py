"""A founded house with as many calls as one wishes: rows, words' rows, keys in pages. No sound.

What a page, a queue, a roll or a sweep meets is what it would meet after as many calls that came
one by one; only the way there is shorter. The calls are spread evenly over the days that live.
"""

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from benchmarks import house as houses
from talteen.clock import helsinki_date, start_of_day
from talteen.config import HOME
from talteen.desk.commands import demo
from talteen.desk.ground import database, place
from talteen.engine.postgres.cluster import DATABASE, OWNER

if TYPE_CHECKING:
    from talteen.wiring import House

DAYS = 80
"""Days back that hold calls: on none of them a call is past its cutoff yet."""
PAST_CUTOFF = range(86, 96)
"""Days back whose calls the next sweep destroys, a roll for each day of some thousands."""
AGENTS, TEAMS = 400, 20
AT_ONCE = 100_000
"""Keys that are put into pages by one roll."""


@contextlib.contextmanager
def founded(settings: str = "") -> Iterator["House"]:
    """A demo house that lives now, its database running, Django set up. Once a process."""
    with houses.folder() as home:
        os.environ[HOME] = str(home)
        (home / "talteen.toml").write_text(demo.FILE + settings)
        from talteen import config as configs

        config = configs.load(home)
        place.prepare(config)
        with database.running(config):
            demo.make(config)
            from talteen import wiring
            from talteen.clock import SystemClock
            from talteen.register import house as row

            # A demo house begins three months back, for its calls to be lived through.
            now = SystemClock().now()
            row.set_clock(now, machine_at=now)
            house = wiring.house(config)
            _hire(house)
            yield house


def add(
    house: "House", calls: int, *, keys: bool = True, days_ago: range = range(1, DAYS + 1)
) -> None:
    """So many calls more, in even shares over the days: rows, and ``keys`` in pages."""
    today = helsinki_date(house.now())
    made: list[tuple[UUID, datetime]] = []
    for at, ago in enumerate(days_ago):
        share = calls * (at + 1) // len(days_ago) - calls * at // len(days_ago)
        made += _rows(house, start_of_day(today - timedelta(days=ago)), share)
        if keys and len(made) >= AT_ONCE:
            _keys(house, made)
            made.clear()
    if keys:
        _keys(house, made)
    with owner(house) as connection:
        connection.execute("ANALYZE recording, transcription")


def settled(house: "House") -> None:
    """What autovacuum does to a table in the minutes after it has grown."""
    with owner(house) as connection:
        connection.execute("VACUUM ANALYZE recording")
        connection.execute("VACUUM ANALYZE transcription")


def some_day(house: "House") -> str:
    """A day in the middle of those that hold calls."""
    return str(helsinki_date(house.now()) - timedelta(days=DAYS // 2))


def owner(house: "House") -> "psycopg.Connection[tuple[object, ...]]":
    """A connection of the one who owns the tables, beside Django's."""
    dsn = database.cluster(house.config).dsn(OWNER, database=DATABASE)
    return psycopg.connect(dsn, autocommit=True)


def _hire(house: "House") -> None:
    """As many agents as a large centre has: with five of them a list of one's own would be a list
    of everybody's.
    """
    from talteen.register.models import Staff, Unit

    unit = Unit.objects.get(slug="myyntipalvelu")
    Staff.objects.bulk_create(
        Staff(code=f"b{n:03}", name=f"Agentti {n}", role="agent", unit=unit, team=f"t{n % TEAMS}")
        for n in range(AGENTS)
    )


def _rows(house: "House", midnight: datetime, calls: int) -> list[tuple[UUID, datetime]]:
    from talteen.notice import retention
    from talteen.notice.retention import RetentionPolicy

    due = retention.due(midnight + timedelta(hours=8), RetentionPolicy())
    cutoff = retention.cutoff(due, house.vault.margin_days)
    given = {"start": midnight, "cutoff": cutoff, "due": due, "calls": calls}
    with owner(house) as connection:
        return list(connection.cursor(row_factory=tuple_row).execute(_ROWS, given))


def _keys(house: "House", made: list[tuple[UUID, datetime]]) -> None:
    """Their keys, into pages."""
    from benchmarks import destruction
    from talteen.ids import RecordingId

    entries = {RecordingId(pk): destruction.entry(start) for pk, start in made}
    destruction.fold(house.vault, entries, house.now())


_ROWS = """
WITH lines AS (SELECT array_agg(slug) AS l FROM line WHERE recorded),
     people AS (SELECT array_agg(id) AS a FROM staff WHERE role = 'agent'),
     law AS (SELECT (SELECT number FROM notice_version ORDER BY number DESC LIMIT 1) AS notice,
                    (SELECT key FROM announcement_version ORDER BY key LIMIT 1) AS prompt),
     made AS (INSERT INTO recording (id, progress, started_at, day, cutoff_at, due_at, zone_rules,
        arrived_at, length_ms, direction, source, language, line_id, agent_id, notice_id,
        announcement_id, announced_until, marks, incomplete, special_category, reviewed,
        third_parties, restricted, origin, lot, destroy_reason)
     SELECT gen_random_uuid(), 'sealed', at, (at AT TIME ZONE 'Europe/Helsinki')::date, %(cutoff)s,
        %(due)s, '2026a', at, 300000, 'inbound', 'direct',
        (ARRAY['fi', 'fi', 'fi', 'sv', 'en'])[1 + n %% 5], l[1 + floor(random() * cardinality(l))],
        a[1 + floor(random() * cardinality(a))], notice, prompt, at, '[]', n %% 50 = 0, false,
        n %% 10 = 0, n %% 3 = 0, false, 'import', '', ''
       FROM lines, people, law, generate_series(1, %(calls)s) AS n,
            LATERAL (SELECT %(start)s + interval '8 hours' + random() * interval '12 hours'
                     WHERE n > 0) AS moment(at)
     RETURNING id, language, started_at),
     words AS (INSERT INTO transcription (recording_id, state, language, engine, made_at,
        indexed_at)
     SELECT id, 'machine_draft', language, 'bench', started_at, started_at FROM made)
SELECT id, started_at FROM made
"""
