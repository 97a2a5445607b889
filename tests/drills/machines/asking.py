"""What the drill asks the house, over the database as its operator's own commands would."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg
from django.db import Error as DatabaseError
from django.db import connection

from tests.drills.machines.account import Outcome, Seen
from tests.drills.machines.calls import Placed

_COMMITTED = {
    "recordings": "SELECT id::text FROM recording WHERE progress NOT IN ('capturing', 'captured')",
    "promises": "SELECT encode(mac, 'hex') FROM promise",
    "ledger entries": "SELECT encode(leaf_hash, 'hex') FROM ledger_entry",
    "lines of the access log": "SELECT id::text FROM access_entry",
    "rolls": "SELECT n::text FROM roll_record",
}
_LOOK_EVERY_S = 0.2
T = TypeVar("T")


def patiently(ask: Callable[[], T], *, within_s: float = 60) -> T:
    """What ``ask`` answers, asked again over a new connection while there is no database."""
    end = time.monotonic() + within_s
    while True:
        connection.close()
        try:
            return ask()
        except (DatabaseError, psycopg.OperationalError):
            if time.monotonic() > end:
                raise
            time.sleep(_LOOK_EVERY_S)


@dataclass(slots=True)
class Watcher:
    """Somebody who reads at the first server, and remembers what was there: an acknowledged act.

    A transaction is seen by others only when the standby has it (``synchronous_commit``), so what
    was seen once must be there after every fail-over.
    """

    parameters: dict[str, object]
    seen: Seen = field(default_factory=Seen)
    away_s: list[float] = field(default_factory=list)
    """For how long the database did not answer, each time."""
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def lost(self) -> dict[str, set[str]]:
        """What was seen and is not there now."""
        return self.seen.missing(patiently(self._rows))

    def _run(self) -> None:
        answered = time.monotonic()
        while not self._stop.is_set():
            try:
                with psycopg.connect(**self.parameters, autocommit=True) as line:  # type: ignore[arg-type]
                    while not self._stop.wait(_LOOK_EVERY_S):
                        found = _all(line)
                        for kind, ids in found.items():
                            self.seen.add(kind, ids)
                        if time.monotonic() - answered > 1:
                            self.away_s.append(time.monotonic() - answered)
                        answered = time.monotonic()
            except psycopg.OperationalError:
                time.sleep(_LOOK_EVERY_S)

    def _rows(self) -> dict[str, set[str]]:
        with psycopg.connect(**self.parameters, autocommit=True) as line:  # type: ignore[arg-type]
            return _all(line)


def _all(line: psycopg.Connection) -> dict[str, set[str]]:
    return {
        kind: {one for (one,) in line.execute(asked.encode()).fetchall()}
        for kind, asked in _COMMITTED.items()
    }


def parameters() -> dict[str, object]:
    """How the product itself connects, without its pool."""
    told = connection.get_connection_params()
    kept = {"cursor_factory", "context", "prepare_threshold", "autocommit"}
    return {key: value for key, value in told.items() if key not in kept}


def register_of(placed: Iterable[Placed], key: bytes) -> dict[str, list[Outcome]]:
    """What the register says of each session; ``key`` is that under which sessions are named."""
    from talteen.life.capture import naming
    from talteen.life.capture.models import Promise
    from talteen.register.models import Recording

    rows = {row.pk: row for row in Recording.objects.all()}
    found: dict[str, list[Outcome]] = {}
    promises = list(Promise.objects.all())
    for call in placed:
        names = set(naming.names_of_ids([call.session], key))
        mine = [one for one in promises if names & {bytes(name) for name in one.names}]
        found[call.session] = [_outcome(one, rows.get(one.recording)) for one in mine]
    return found


def _outcome(promise: object, row: object) -> Outcome:
    told = promise.outcome  # type: ignore[attr-defined]
    if told != "recorded" or row is None:
        return Outcome(told if told != "recorded" else "recorded without a row")
    return Outcome(told, row.length_ms, row.incomplete)  # type: ignore[attr-defined]


def open_calls() -> Counter[str]:
    """The calls that have not come to their end in the register, by their outcome so far."""
    from talteen.life.capture import acts
    from talteen.life.capture.models import Promise

    waiting = Promise.objects.filter(outcome__in=acts.OPEN).values_list("outcome", flat=True)
    return patiently(lambda: Counter(waiting.all()))
