"""Whose machine a host is, and whether data may still go there. Pure.

GDPR 28, 44-46; REGISTER 11.1, 12.1-12.3. A machine that no record of the register names is
nobody's: nothing is sent to it. A record whose review has passed, or a transfer that nothing
carries any more, stops what is new; what lies there is still read and deleted.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from talteen.notice import law
from talteen.notice.particulars import RegisterFile
from talteen.notice.recipients import Mechanism, OwnMachines, Processor, Transfer

Party = Processor | OwnMachines


class Why(Enum):
    """Why a record carries nothing new."""

    REVIEW_PAST = "review_past"
    TRANSFER_REVIEW_PAST = "transfer_review_past"
    ASSESSMENT_MISSING = "assessment_missing"
    WITHDRAWN = "withdrawn"
    NO_ADEQUACY = "no_adequacy"
    """No decision of the Commission carries it on that day."""
    NO_TRANSFER = "no_transfer"
    NOT_CHOSEN = "not_chosen"
    """Nobody has written down why it was chosen (28(1))."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """A record that carries nothing new."""

    party: str
    """The processor's name."""
    why: Why
    since: date | None
    """The first day of it, where one day is known."""


SELECTION_ASKED = date(2026, 12, 1)
"""Of contracts from this day on, why the processor was chosen is asked before the record
carries."""
SELECTION_OVERDUE = date(2027, 6, 1)
"""From this day on of every contract: who had one before has had half a year to write it down."""


def is_own(host: str) -> bool:
    """Whether ``host`` is this very machine, which needs no record."""
    if host in ("", "localhost") or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_network(host.strip("[]"), strict=False).is_loopback
    except ValueError:
        return False


def covers(machine: str, host: str) -> bool:
    """Whether ``machine`` of a record names ``host``: itself, a domain above it, a network."""
    name, written = host.lower().strip("[]").rstrip("."), machine.lower()
    if written.startswith("*."):
        return name.endswith(written[1:])
    try:
        known = ipaddress.ip_network(written, strict=False)
        asked = ipaddress.ip_network(name, strict=False)
    except ValueError:
        return name == written
    if isinstance(known, ipaddress.IPv4Network) and isinstance(asked, ipaddress.IPv4Network):
        return asked.subnet_of(known)
    if isinstance(known, ipaddress.IPv6Network) and isinstance(asked, ipaddress.IPv6Network):
        return asked.subnet_of(known)
    return False


def party(file: RegisterFile, host: str) -> Party | None:
    """Whose machine ``host`` is; None where no record names it."""
    parties: tuple[Party, ...] = (*file.own_machines, *file.processors)
    return next((one for one in parties if any(covers(m, host) for m in one.hosts)), None)


def lapses(file: RegisterFile, today: date) -> tuple[Lapse, ...]:
    """The records that carry nothing new on the Helsinki date ``today``."""
    found = [one for processor in file.processors for one in _of(file, processor, today)]
    return tuple(found)


def lapse_of(file: RegisterFile, name: str, today: date) -> Lapse | None:
    """Why nothing new goes to the processor ``name``; None where it may."""
    return next((one for one in lapses(file, today) if one.party == name), None)


def next_review(file: RegisterFile, processor: Processor) -> date | None:
    """The nearest day on which its record, or a transfer to it, ends by itself."""
    transfers = [one for one in file.transfers if one.recipient == processor.name]
    days = [processor.review_on, *(one.review_on for one in transfers)]
    if processor.selection is None:
        days.append(SELECTION_OVERDUE - timedelta(days=1))
    return min((day for day in days if day is not None), default=None)


SOON = timedelta(days=30)


def is_soon(day: date | None, today: date) -> bool:
    """Whether a review is due within a month, and not past yet."""
    return day is not None and today <= day < today + SOON


def _of(file: RegisterFile, processor: Processor, today: date) -> Iterator[Lapse]:
    if processor.selection is None:
        if processor.contract_on >= SELECTION_ASKED:
            yield Lapse(processor.name, Why.NOT_CHOSEN, None)
        elif today >= SELECTION_OVERDUE:
            yield Lapse(processor.name, Why.NOT_CHOSEN, SELECTION_OVERDUE)
    review = processor.review_on
    if review is not None and today > review:
        yield Lapse(processor.name, Why.REVIEW_PAST, review + timedelta(days=1))
    if processor.country in law.EEA:
        return
    carried = [one for one in file.transfers if _carries(one, processor)]
    if not carried:
        yield Lapse(processor.name, Why.NO_TRANSFER, None)
    for transfer in carried:
        yield from _transfer(transfer, today)


def _carries(transfer: Transfer, processor: Processor) -> bool:
    return (transfer.recipient, transfer.country) == (processor.name, processor.country)


def _transfer(transfer: Transfer, today: date) -> Iterator[Lapse]:
    adequacy = transfer.mechanism is Mechanism.ADEQUACY
    if transfer.withdrawn_on is not None and today >= transfer.withdrawn_on:
        yield Lapse(transfer.recipient, Why.WITHDRAWN, transfer.withdrawn_on)
    if adequacy and law.adequate(transfer.country, today) is None:
        yield Lapse(transfer.recipient, Why.NO_ADEQUACY, None)
    if not adequacy and transfer.assessed_on is None:
        yield Lapse(transfer.recipient, Why.ASSESSMENT_MISSING, None)
    if today > transfer.review_on:
        since = transfer.review_on + timedelta(days=1)
        yield Lapse(transfer.recipient, Why.TRANSFER_REVIEW_PAST, since)
