"""What the ledger says in sums: the balance of a day, and what became of a month's calls. Pure.

Counts only, each of something that the log itself holds entries of, so that whoever has the entries
counts the same (REGISTER 13.15; ``certificate.md`` 5).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBalanced:
    """The calls of one day by the exchange's own records, each with what became of it (J10)."""

    tag: ClassVar[str] = "day_balanced"
    day: date
    recorded: int
    partial: int
    lost: int
    lawful: int
    """Of which nothing had to be recorded, or nothing might."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What became of the recordings of a month: each is counted once (REGISTER 13.15)."""

    on_time: int
    """No key opens it anywhere, and that came by its due."""
    after_hold: int
    """No key opens it anywhere; a hold had moved that beyond its due."""
    late: int
    """No key opens it anywhere; that came after its due, and no hold had moved it."""
    request: int
    """No key opens it anywhere, by its due, and for this reason; so with the next four."""
    objection: int
    illegal: int
    refusal: int
    threat_lapsed: int
    complaint: int
    """A hold in force keeps it, on this ground; so with the next five. With several holds, the one
    that the log told of first counts."""
    legal_claim: int
    authority_preservation: int
    subject_restriction: int
    request_pending: int
    breach_evidence: int
    dying: int
    """Its live key is dead, its due is ahead."""
    alive: int
    """Its cutoff is ahead."""
    unexplained: int
    """None of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestsOn:
    """Recordings destroyed everywhere, by the weakest of their claims."""

    proved: int
    receipted: int
    declared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The exchange's own count, over the days that were held against it."""

    days: int
    recorded: int
    partial: int
    lost: int
    lawful: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthStated:
    """What became of the calls that began in one month, counted from the entries of this log alone.

    It counts entry ``begin`` and all after it in the log of ``size`` entries, so that anybody with
    those entries counts the same (``certificate.md`` 5).
    """

    tag: ClassVar[str] = "month_stated"
    day: date
    """The first day of the month."""
    begin: int
    size: int
    captured: int
    fates: Fates
    rests_on: RestsOn
    strays: int
    """Recordings that were destroyed, but whose birth is not among the entries."""
    refused: int
    """Calls of which nothing was kept: the caller refused."""
    not_announced: int
    """Calls of which nothing was kept: nobody could show that they were announced."""
    balance: Balance
