"""Reads a living house for ``facts``: the whole of it, at one moment. Only reads.

Some hundred queries and a dozen stored blobs, whatever the size of the register: counts come from
the database, the access log is read for the last month, and doors are tried on some calls of each
kind (``trying``).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from talteen.clock import SystemClock, helsinki_date
from talteen.config import Config
from talteen.life.seal.vault import Vault
from talteen.notice.particulars import RegisterFile
from talteen.oversight.prove import (
    gather_calls,
    gather_ends,
    gather_given,
    gather_leaving,
    gather_notice,
    gather_openings,
    gather_people,
    gather_rights,
    gather_spared,
    gather_work,
    trying,
)
from talteen.oversight.prove.facts import Facts, WorkFacts
from talteen.register.log.ledger_store import Log
from talteen.register.post.messages import MessageSender


class Keeps(Protocol):
    """What proving needs of a house."""

    @property
    def vault(self) -> Vault: ...

    @property
    def log(self) -> Log: ...

    @property
    def register(self) -> RegisterFile: ...

    @property
    def config(self) -> Config: ...

    @property
    def text_sender(self) -> MessageSender | None: ...


def _region(house: Keeps, _now: datetime) -> str:
    """Of the bucket, where the bytes lie with Amazon; a store of the house's own has none."""
    told = house.config.blobs
    return told.region if told.bucket and not told.endpoint else ""


def _work(house: Keeps, _now: datetime) -> WorkFacts:
    own = [one.name for one in house.config.speech.models]
    return gather_work.work(house.vault, house.register, own)


PARTS: Mapping[str, Callable[[Keeps, datetime], Any]] = {
    "now": lambda _house, now: now,
    "today": lambda _house, now: helsinki_date(now),
    "register": lambda house, _now: house.register,
    "notice": lambda house, now: gather_notice.notice(
        house.config.paths.register, house.register, now
    ),
    "calls": lambda house, now: gather_calls.calls(house.register, now),
    "openings": lambda _house, now: gather_openings.openings(now),
    "tried": lambda _house, now: trying.tried(now),
    "ends": lambda _house, now: gather_ends.ends(now, SystemClock().now()),
    "holds": lambda house, now: gather_ends.holds(house.register, helsinki_date(now)),
    "requests": lambda house, now: gather_rights.requests(
        house.register, now, texts=house.text_sender is not None
    ),
    "people": lambda house, now: gather_rights.people(house.register, helsinki_date(now)),
    "rights": lambda _house, now: gather_people.rights(now),
    "work": _work,
    "leaving": lambda house, now: gather_leaving.leaving(house.config, house.register, now),
    "spared": lambda house, now: gather_spared.spared(
        house.vault, house.config, house.register, now
    ),
    "given": lambda house, now: gather_given.given(house.vault, house.config, house.register, now),
    "log": lambda house, _now: gather_work.log(house.log),
    "drill": lambda _house, now: gather_work.drill(now),
    "store_region": _region,
}
"""How each field of ``Facts`` is read."""


def facts(house: Keeps, now: datetime) -> Facts:
    """Everything that the proofs look at, as it is ``now``."""
    return Facts(**{name: read(house, now) for name, read in PARTS.items()})
