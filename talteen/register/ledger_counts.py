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
    erased: int
    """So too, and earlier: a right was used, or it should not have been recorded."""
    after_hold: int
    """No key opens it anywhere; a hold had moved that beyond its due."""
    late: int
    """No key opens it anywhere; that came after its due, and no hold had moved it."""
    held: int
    """A hold in force keeps it."""
    dying: int
    """Its live key is dead, its due is ahead."""
    alive: int
    """Its cutoff is ahead."""
    unexplained: int
    """None of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedFor:
    """Why recordings were erased before their time."""

    request: int
    objection: int
    illegal: int
    refusal: int
    threat_lapsed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFor:
    """On which ground recordings are held; one with several holds counts by its oldest."""

    complaint: int
    legal_claim: int
    authority_preservation: int
    subject_restriction: int
    request_pending: int
    breach_evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestsOn:
    """Recordings destroyed everywhere, by the weakest of their claims."""

    proved: int
    receipted: int
    declared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecorded:
    """Calls of which nothing was kept."""

    refused: int
    not_announced: int


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

    Entry ``begin`` is the first that was counted and ``end`` the first that was not, so that
    anybody with those entries counts the same (``certificate.md`` 5).
    """

    tag: ClassVar[str] = "month_stated"
    day: date
    """The first day of the month."""
    begin: int
    end: int
    captured: int
    fates: Fates
    erased_for: ErasedFor
    held_for: HeldFor
    rests_on: RestsOn
    unrecorded: Unrecorded
    balance: Balance
    strays: int
    """Recordings that were destroyed, but whose birth is not in the log."""
