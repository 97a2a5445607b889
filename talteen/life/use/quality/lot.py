"""The lot that decides which calls are looked at for quality: drawn so that nobody can choose.

A seed is fixed, and its hash stands in the ledger, before the week begins whose calls it draws.
When the week is over the seed is published: each call has a ticket, HMAC-SHA256 of its id under the
seed, and of each agent's calls those with the lowest tickets are drawn. Whoever is shown the seed
and the ids of their own calls computes the same (GDPR 5(1)(a); TYL 3 §). Every agent gets the same
number; what the limit leaves over goes to the agents with the lowest tickets of their own.

At most ``percent`` of *all* calls of the house and week are drawn (5.s6 of the notice, J14), and at
most as much of each agent's own (the staff's notice), both rounded down: a week with fewer than
twenty calls draws none. Pure.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that may be drawn."""

    recording: UUID
    agent: UUID


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be looked at."""

    percent: int
    """Of all calls of the house in the week, and of each agent's own; rounded down."""
    each: int
    """Of one agent's calls, at most."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of a draw."""

    picks: tuple[Candidate, ...]
    """In the order of their tickets."""
    quotas: Mapping[UUID, int]
    """How many calls of each agent in the lot are looked at."""
    among: Mapping[UUID, int]
    """How many of each agent's calls were in the lot: a pick was drawn with a chance of
    ``quotas[agent] / among[agent]``."""


def monday_of(day: date) -> date:
    """The first day of the week of ``day`` (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> str:
    """The week of ``day`` as people write it: 2026-W48 (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def commitment(seed: bytes) -> bytes:
    """What the ledger holds before the draw: SHA-256 of the seed."""
    return hashlib.sha256(seed).digest()


def ticket(seed: bytes, name: UUID) -> bytes:
    """The ticket of a call, or of an agent: 32 bytes that nobody knows before the seed."""
    return hmac.digest(seed, name.bytes, "sha256")


def least(percent: int) -> int:
    """The fewest calls of a week of which one can be drawn; 0 where none ever can."""
    return -(-100 // percent) if percent else 0


def draw(
    seed: bytes, lot: Iterable[Candidate], limits: Limits, *, calls: Mapping[UUID, int]
) -> Drawn:
    """The draw from ``lot`` in a week in which each agent had so many ``calls`` in all, whether
    or not they may be drawn."""
    by_agent: dict[UUID, list[Candidate]] = defaultdict(list)
    for candidate in lot:
        by_agent[candidate.agent].append(candidate)
    among = {agent: len(own) for agent, own in by_agent.items()}
    most = {
        agent: min(count, limits.each, calls[agent] * limits.percent // 100)
        for agent, count in among.items()
    }
    quotas = _quotas(seed, most, sum(calls.values()) * limits.percent // 100)
    picks = [
        candidate
        for agent, own in by_agent.items()
        for candidate in in_order(seed, own)[: quotas[agent]]
    ]
    return Drawn(tuple(in_order(seed, picks)), quotas, among)


def in_order(seed: bytes, lot: Iterable[Candidate]) -> list[Candidate]:
    """``lot`` by its tickets, the first to be drawn first."""
    return sorted(lot, key=lambda one: ticket(seed, one.recording))


def _quotas(seed: bytes, most: Mapping[UUID, int], left: int) -> dict[UUID, int]:
    """The same number for every agent, in rounds, until nothing is left to give or all have the
    most that they may. In the round that the limit cuts short the agents' own tickets decide."""
    quotas = dict.fromkeys(most, 0)
    while hungry := [agent for agent in most if quotas[agent] < most[agent]]:
        if left <= 0:
            break
        hungry.sort(key=lambda agent: ticket(seed, agent))
        for agent in hungry[:left]:
            quotas[agent] += 1
        left -= len(hungry)
    return quotas


@dataclass(frozen=True, slots=True)
class Odds:
    """A draw held against what its seed says."""

    added: tuple[UUID, ...]
    """Calls that are said to be drawn and were not."""
    missing: tuple[UUID, ...]
    """Calls that were drawn and are not shown."""

    @property
    def fair(self) -> bool:
        """Whether it is exactly what was drawn."""
        return not self.added and not self.missing


def against(seed: bytes, own: Sequence[UUID], quota: int, shown: Iterable[UUID]) -> Odds:
    """What an agent computes: ``own`` calls that were in the lot, how many of them were to be
    looked at, and which ones are said to have been drawn."""
    due = set(sorted(own, key=lambda call: ticket(seed, call))[:quota])
    told = set(shown)
    return Odds(tuple(sorted(told - due)), tuple(sorted(due - told)))
