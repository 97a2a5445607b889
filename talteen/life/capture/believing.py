"""Evidence of an announcement, turned into a fact that the law can weigh, or not believed at all.

Evidence carries the instants of somebody's clock; facts count from the call's first sample. Where
a time is coarse or a word is missing, the reading that keeps less is taken.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from talteen.life.capture.facts import (
    Announced,
    AnnouncementEvidence,
    CallFacts,
    EvidenceSource,
    KnownAnnouncement,
    Overheard,
    Played,
    Told,
    Way,
)

EARLY = timedelta(seconds=2)
"""How far in the future a prompt may have ended: the exchange's clock may run a little fast."""
QUEUE = timedelta(hours=1)
"""How long before the first sample a prompt may have begun: the caller waited in a queue."""
_MS = timedelta(milliseconds=1)
_SECOND_MS = 1_000


def announced(
    evidence: AnnouncementEvidence, facts: CallFacts, started_at: datetime, now: datetime
) -> Announced | None:
    """The fact in ``evidence`` that arrived at ``now``, for a call that began at ``started_at``.

    None where it is not to be believed: no known version, or impossible times.
    """
    version = _key(evidence, facts.known)
    possible = started_at - QUEUE <= evidence.start <= evidence.end <= now + EARLY
    if version is None or not possible:
        return None
    start_ms = (evidence.start - started_at) // _MS
    end_ms = -((started_at - evidence.end) // _MS)
    if evidence.way is Way.AGENT:
        return Told(version, evidence.language, end_ms) if evidence.full is not False else None
    if evidence.source is EvidenceSource.HEARD or evidence.full is False:
        whole = evidence.full is True
        return Overheard(version, evidence.language, start_ms, end_ms, whole)
    if evidence.full and not (evidence.start.microsecond or evidence.end.microsecond):
        # Whole seconds are cut: the end may be anywhere in its second, so count from its end.
        end_ms += _SECOND_MS
    return Played(version, evidence.language, start_ms, end_ms)


def _key(evidence: AnnouncementEvidence, known: Mapping[str, KnownAnnouncement]) -> str | None:
    """The announcement that is meant: its key, or the only one of that language and number."""
    if evidence.version in known:
        return evidence.version
    agent = evidence.way is Way.AGENT
    meant = [
        key
        for key, one in known.items()
        if key.rpartition("@")[2] == evidence.version
        and one.language == evidence.language
        and (one.length_ms is None) == agent
    ]
    return meant[0] if len(meant) == 1 else None
