"""Versions of the notice through time, as values: which one is in force, and what a new one may do.

Versions are immutable and half-open in Helsinki dates; after the first exactly one is in force at
any instant (I20). A call keeps the version of its start, also across midnight. A new version never
lengthens the life of earlier calls and never opens them for a new purpose; a shorter life and a
withdrawn purpose reach back at once. Nothing is published backwards. A ``legacy`` version is a
notice that callers were given before this house: an import may be bound to it, a new call never.
REGISTER 4.1-4.6, 13.14; J6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from talteen.clock import helsinki_date
from talteen.errors import InputError, NotAllowed
from talteen.notice import retention
from talteen.notice.purposes import STATUTORY, Purpose
from talteen.notice.retention import Lifetime, RetentionPolicy


class State(Enum):
    """Where a version stands on a given day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    LEGACY = "legacy"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the notice: from when, until when, and what it lets the house do."""

    number: str
    valid_from: date
    policy: RetentionPolicy
    purposes: frozenset[Purpose]
    valid_to: date | None = None
    """The first day on which it is no longer in force; None until a successor is published."""
    supersedes: str | None = None
    legacy: bool = False

    def covers(self, day: date) -> bool:
        """Whether ``day`` falls into its interval."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


History = tuple[Version, ...]
"""All versions that were ever published or imported, oldest first."""


class Weight(Enum):
    """What a finding does to a publication: an error blocks it, a warning needs a reason."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a notice: a stable id, the article, what was seen."""

    id: str
    article: str
    says: str
    weight: Weight = Weight.ERROR


@dataclass(frozen=True, slots=True)
class Approval:
    """Who let a version go out (staff codes), and the officer's opinion if retention changes."""

    first: str
    second: str
    dpo_opinion_on: date | None = None


def state_on(version: Version, day: date) -> State:
    """Where ``version`` stands on ``day``."""
    if version.legacy:
        return State.LEGACY
    if day < version.valid_from:
        return State.COMING
    return State.IN_FORCE if version.covers(day) else State.SUPERSEDED


def in_force(history: History, at: datetime) -> Version | None:
    """The version that a call at ``at`` is recorded under; None: record nothing (4.3)."""
    day = helsinki_date(at)
    return next((v for v in history if not v.legacy and v.covers(day)), None)


def bound_for_import(history: History, started_at: datetime) -> Version | None:
    """The version that the caller of an imported call was given; None: keep nothing."""
    day = helsinki_date(started_at)
    return next((version for version in history if version.covers(day)), None)


def lifetime(history: History, bound: Version, *, started_at: datetime, now: datetime) -> Lifetime:
    """The dates of a call: the earliest that any version from ``bound`` to ``now`` gives."""
    dates = retention.lifetime(started_at, bound.policy)
    for version in _since(history, bound, now):
        since = version.valid_from
        dates = retention.rederived(dates, started_at, version.policy, since=since)
    return dates


def purposes_open(history: History, bound: Version, now: datetime) -> frozenset[Purpose]:
    """What a call may be used for: what every version since allows, and duties of law."""
    allowed = bound.purposes
    for version in _since(history, bound, now):
        allowed &= version.purposes
    return allowed | STATUTORY


def adopt_legacy(history: History, legacy: Version) -> History:
    """``history`` with a notice from before this house, ending where the first one begins."""
    first = next(iter(history), None)
    if not legacy.legacy:
        raise InputError(
            f"version {legacy.number} is not marked legacy", remedy="publish it instead"
        )
    if first is not None and legacy.valid_from >= first.valid_from:
        raise InputError(
            f"legacy version {legacy.number} begins after version {first.number}",
            remedy="only a notice from before the first one can be adopted",
        )
    ends = first.valid_from if first is not None else None
    return (replace(legacy, valid_to=ends), *history)


def publish(
    history: History,
    draft: Version,
    *,
    approval: Approval,
    findings: Sequence[Finding],
    today: date,
    reasons: Mapping[str, str] | None = None,
) -> History:
    """``history`` with ``draft`` as its newest version; the one before ends where it begins.

    ``findings`` are what ``check`` found in the text; ``reasons`` answers warnings by id. Raises
    InputError where the version cannot stand, NotAllowed where it was not approved as it must be.
    """
    _refuse_findings(draft, findings, reasons or {})
    _refuse_dates(history, draft, today)
    _refuse_approval(history, draft, approval)
    if not history:
        return (draft,)
    *earlier, last = history
    return (*earlier, replace(last, valid_to=draft.valid_from), draft)


def _since(history: History, bound: Version, now: datetime) -> Sequence[Version]:
    today = helsinki_date(now)
    return [v for v in history if bound.valid_from < v.valid_from <= today]


def _refuse_findings(
    draft: Version, findings: Sequence[Finding], reasons: Mapping[str, str]
) -> None:
    open_ids = [
        finding.id
        for finding in findings
        if finding.weight is Weight.ERROR or not reasons.get(finding.id, "").strip()
    ]
    if draft.legacy:
        raise InputError(
            f"version {draft.number} is legacy", remedy="it never comes into force again"
        )
    if open_ids:
        raise InputError(
            f"version {draft.number} has findings: {', '.join(open_ids)}",
            remedy="mend the text, or give a reason where it is a warning",
        )


def _refuse_dates(history: History, draft: Version, today: date) -> None:
    if draft.valid_from <= today:
        raise InputError(
            f"version {draft.number} begins on {draft.valid_from.isoformat()}, not after today",
            remedy="nothing is published backwards: begin tomorrow at the earliest",
        )
    for earlier in history:
        _refuse_against(earlier, draft)


def _refuse_against(earlier: Version, draft: Version) -> None:
    if earlier.number == draft.number or earlier.valid_from >= draft.valid_from:
        raise InputError(
            f"version {earlier.number} is there already, from {earlier.valid_from.isoformat()}",
            remedy="give the new version a number of its own and a later start",
        )
    if draft.policy.months > earlier.policy.months:
        raise InputError(
            f"version {draft.number} keeps {draft.policy.months} months where version "
            f"{earlier.number} promised {earlier.policy.months} (GDPR 5(1)(e), REGISTER 13.14)",
            remedy="no version keeps longer than one before it",
        )


def _refuse_approval(history: History, draft: Version, approval: Approval) -> None:
    if approval.first == approval.second:
        raise NotAllowed(
            f"version {draft.number} has one approver", remedy="a second person approves it too"
        )
    changes = bool(history) and draft.policy != history[-1].policy
    if changes and approval.dpo_opinion_on is None:
        raise NotAllowed(
            f"version {draft.number} changes the retention",
            remedy="record the data protection officer's opinion first",
        )
