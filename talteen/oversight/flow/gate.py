"""No connector and no store without its record, and nothing new to one whose record has lapsed
(REGISTER 11.1, 12.2)."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from talteen.clock import helsinki_date
from talteen.config import Config, SyslogSection
from talteen.engine.vault.blobs import BlobStore
from talteen.engine.vault.blobs.guarded import Guarded, NotNow
from talteen.errors import ConfigError
from talteen.life.seal import opening, stored
from talteen.notice import coverage, safeguards
from talteen.notice.coverage import Lapse, Party
from talteen.notice.particulars import RegisterFile
from talteen.notice.recipients import Processor
from talteen.oversight.flow import connectors
from talteen.oversight.flow.connectors import CONTENT, Connector, What
from talteen.register.post.messages import MessageSender


class Lapsed(NotNow):
    """The record of a processor has lapsed: what is new waits."""

    slug = "record-lapsed"

    def __init__(self, stopped: "Stopped") -> None:
        super().__init__(
            f"{stopped.connector.setting}: the record of {stopped.lapse.party} has lapsed "
            f"({stopped.lapse.why.value}); nothing new goes there",
            remedy="review it and write the new day into register.toml, or move elsewhere",
        )


@dataclass(frozen=True, slots=True)
class Covered:
    """A connector, and whose machine it is."""

    connector: Connector
    party: Party | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """A connector to which nothing new goes, and why."""

    connector: Connector
    lapse: Lapse


def covered(config: Config, file: RegisterFile) -> tuple[Covered, ...]:
    """Every connector of the house with its record."""
    return tuple(Covered(one, coverage.party(file, one.host)) for one in connectors.of(config))


def check(config: Config, file: RegisterFile) -> None:
    """Raise ConfigError naming the first connector that no record of the register covers, or the
    first copy of a safeguard that is promised and not there."""
    for one in covered(config, file):
        if one.party is None:
            raise ConfigError(
                f"{one.connector.setting}: {one.connector.host} is in no record of register.toml "
                "(GDPR 28, 30)",
                remedy="write it under hosts of its [[processors]], or of [[own_machines]]",
            )
    _check_copies(config, file)


def _check_copies(config: Config, file: RegisterFile) -> None:
    """A copy that the notice promises must be there to be had (13(1)(f); 12.s4)."""
    for one in safeguards.without_copy(file):
        raise ConfigError(
            f"transfers.copy_file: the transfer to {one.recipient} promises a copy on the page of "
            "this house and names none",
            remedy=f"put the document into {safeguards.FOLDER}/ and write its name",
        )
    for one in safeguards.held(file):
        path = config.paths.register / safeguards.FOLDER / (one.copy_file or "")
        if not path.is_file():
            raise ConfigError(
                f"transfers.copy_file: {safeguards.FOLDER}/{one.copy_file} is not there",
                remedy="put the document into that folder of the register",
            )


def stopped(config: Config, file: RegisterFile, today: date) -> tuple[Stopped, ...]:
    """The connectors to which nothing new goes on the Helsinki date ``today``."""
    return tuple(_stopped(covered(config, file), file, today))


def _stopped(all_: Collection[Covered], file: RegisterFile, today: date) -> Iterator[Stopped]:
    for one in all_:
        if isinstance(one.party, Processor):
            lapse = coverage.lapse_of(file, one.party.name, today)
            if lapse is not None:
                yield Stopped(one.connector, lapse)


def stops(
    config: Config, file: RegisterFile, today: date, what: Collection[What]
) -> Stopped | None:
    """The first connector of these kinds to which nothing new goes; None where all may."""
    return next((one for one in stopped(config, file, today) if one.connector.what in what), None)


def must_take_in(config: Config, file: RegisterFile, today: date) -> None:
    """Raise Lapsed where no new content may be stored (12.2). Reading and deleting ask nothing."""
    if found := stops(config, file, today, CONTENT):
        raise Lapsed(found)


def guarded(
    store: BlobStore, config: Config, file: RegisterFile, today: Callable[[], date]
) -> BlobStore:
    """``store``, asked before it takes in sound, words or a call from a node. A house whose calls
    and keys lie on this machine alone has nobody to ask."""
    if not any(one.what in CONTENT for one in connectors.of(config)):
        return store
    new = (stored.BLOBS, opening.PREFIX)
    return Guarded(store, new, lambda: must_take_in(config, file, today()))


class Keeps(Protocol):
    """What the gate needs of a house."""

    @property
    def config(self) -> Config: ...

    @property
    def register(self) -> RegisterFile: ...

    @property
    def sender(self) -> MessageSender | None: ...

    @property
    def text_sender(self) -> MessageSender | None: ...

    @property
    def call_sender(self) -> MessageSender | None: ...


def sender(house: Keeps, now: datetime) -> MessageSender | None:
    """What carries messages; None, and they wait, where the record of its server has lapsed."""
    lapsed = stops(house.config, house.register, helsinki_date(now), {What.MAIL})
    return None if lapsed else house.sender


def text_sender(house: Keeps, now: datetime) -> MessageSender | None:
    """What carries text messages; None, and they wait, where the record of its gateway has
    lapsed."""
    lapsed = stops(house.config, house.register, helsinki_date(now), {What.TEXT})
    return None if lapsed else house.text_sender


def call_sender(house: Keeps, now: datetime) -> MessageSender | None:
    """What reads codes aloud; None, and they wait, where the record of its gateway has lapsed."""
    lapsed = stops(house.config, house.register, helsinki_date(now), {What.CALL})
    return None if lapsed else house.call_sender


def log_server(config: Config, file: RegisterFile, now: datetime) -> SyslogSection:
    """Where the access log goes; nowhere, and it waits, where that server's record has lapsed."""
    lapsed = stops(config, file, helsinki_date(now), {What.ACCESS_LOG})
    return SyslogSection() if lapsed else config.syslog
