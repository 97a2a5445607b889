"""What a recording client says of announcement, refusal and pause (REGISTER 6.3, 8.1, 15).

It is said in SIP headers or in the extension data of recording metadata; both say the same, and
docs/formats/siprec-evidence.md tells integrators how. Names are private until registered ones
exist: they stand here and nowhere else.

An announcement that cannot be read is no evidence. A refusal or a pause protects, so it counts even
where its details are broken: then it happened when it arrived.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar

from talteen.engine.wire import fields
from talteen.engine.wire.siprec import has_zone
from talteen.engine.wire.siprec_extension import Extension
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    Evidence,
    EvidenceSource,
    PauseEvidence,
    PauseReason,
    Refusal,
    ResumeEvidence,
    Way,
)
from talteen.life.capture.parties import HeaderFields

NAMESPACE = "urn:talteen:siprec:1"
ANNOUNCEMENT, REFUSED = "X-Announcement", "X-Recording-Refused"
PAUSE, RESUME = "X-Recording-Pause", "X-Recording-Resume"
AUDIOCODES_ACTION = "X-AC-Action"
_HEADERS = {ANNOUNCEMENT: "announcement", REFUSED: "refusal", PAUSE: "pause", RESUME: "resume"}

TELLING = (*_HEADERS, AUDIOCODES_ACTION)
"""The headers by which a message may tell of announcement, refusal and pause."""

INVALID = "announcement-evidence-invalid"
AHEAD_AT_MOST = timedelta(seconds=2)
"""How far the client's clock may be before ours when it says that a prompt has ended."""
ITEMS_AT_MOST = 32

Published = Mapping[str, frozenset[str]]
"""The announcements in force: their versions, each with its languages."""


@dataclass(frozen=True, slots=True)
class Said:
    """All evidence of one message, and whether an announcement among it could not be read."""

    evidence: tuple[Evidence, ...] = ()
    invalid: bool = False


def read(headers: HeaderFields, extensions: Iterable[Extension], now: datetime) -> Said:
    """The evidence of one message that arrived at ``now``; headers first, in their order."""
    found: list[Evidence | None] = []
    for header, kind in _HEADERS.items():
        for value in headers.all(header)[:ITEMS_AT_MOST]:
            found.append(_READERS[kind](_parameters(value), EvidenceSource.HEADER, now))
    ours = (one for one in extensions if one.namespace == NAMESPACE)
    for one in list(ours)[:ITEMS_AT_MOST]:
        if one.name in _READERS:
            stated = {name.lower(): text for name, text in one.attributes}
            found.append(_READERS[one.name](stated, EvidenceSource.EXTENSION, now))
    read_ones = tuple(one for one in found if one is not None)
    return Said(read_ones, len(read_ones) < len(found))


def valid(one: AnnouncementEvidence, published: Published, now: datetime) -> bool:
    """Whether the caller was told, to the end, in a language and version in force (6.3)."""
    return (
        one.language in published.get(one.version, frozenset())
        and one.start < one.end <= now + AHEAD_AT_MOST
        and one.full is not False
    )


Stated = Mapping[str, str]
_Choice = TypeVar("_Choice", bound=Enum)
_PLAIN = re.compile(r"[\w.-]{1,64}", re.ASCII)


def _announcement(
    stated: Stated, source: EvidenceSource, now: datetime
) -> AnnouncementEvidence | None:
    start, end = _instant(stated.get("start")), _instant(stated.get("end"))
    version, language = stated.get("version", ""), stated.get("lang", "").lower()
    full = {"yes": True, "no": False, "": None}.get(stated.get("full", "").lower(), False)
    if not (start and end and version and language):
        return None
    way = _choice(Way, stated.get("way"), Way.IVR)
    return AnnouncementEvidence(
        source, version, language, start, end, way, full, stated.get("leg") or None
    )


def _refusal(stated: Stated, source: EvidenceSource, now: datetime) -> Refusal:
    by = _choice(By, stated.get("by"), By.CALLER)
    way = _choice(Way, stated.get("way"), Way.KEY)
    queue = stated.get("queue", "")
    # The queue outlives the call as a day's count: a plain name may, a number or a sentence not.
    plain = _PLAIN.fullmatch(queue) is not None and not re.search(r"\d{5}", queue)
    return Refusal(source, _instant(stated.get("at")) or now, by, way, queue if plain else None)


def _pause(stated: Stated, source: EvidenceSource, now: datetime) -> PauseEvidence:
    by = _choice(By, stated.get("by"), By.AGENT)
    reason = _choice(PauseReason, stated.get("reason"), PauseReason.OTHER)
    return PauseEvidence(source, _instant(stated.get("start")) or now, by, reason)


def _resume(stated: Stated, source: EvidenceSource, now: datetime) -> ResumeEvidence:
    by = _choice(By, stated.get("by"), By.AGENT)
    return ResumeEvidence(source, _instant(stated.get("at")) or now, by)


_READERS = {
    "announcement": _announcement,
    "refusal": _refusal,
    "pause": _pause,
    "resume": _resume,
}


def _parameters(value: str) -> Stated:
    """A header that has nothing but parameters."""
    return {name: text or "" for name, text in fields.parse_params(f";{value}").items()}


def _choice(choices: type[_Choice], text: str | None, otherwise: _Choice) -> _Choice:
    if not text:
        return otherwise
    try:
        return choices(text.lower())
    except ValueError:
        return otherwise


def _instant(text: str | None) -> datetime | None:
    """A time by RFC 3339, with its zone. Anything else is none."""
    if text is None or not has_zone(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
