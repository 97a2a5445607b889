"""Calls in which a card's security code may stand, for those who may have it cut out (8.s6).

The machine covers figures beside a card's number and cannot tell the code from an expiry date
(decision 231). It says where a person has to look, and decides nothing. A call leaves the list once
somebody has decided on each of these covers: approved, removed or cut.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from talteen.errors import NoLongerOpens, Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import cutting, masks
from talteen.life.transcribe import query as queries
from talteen.life.transcribe.indexing import CARD
from talteen.life.transcribe.masking.cards import SECURITY_CODE_WORDS
from talteen.life.transcribe.masking.layer import Layer
from talteen.life.transcribe.masking.spans import Kind
from talteen.life.transcribe.query import Depth
from talteen.life.use import calls, finding
from talteen.life.use import search as shards
from talteen.life.use.listen import Keeps
from talteen.life.use.reach import Reader
from talteen.life.use.rows import Row
from talteen.life.use.sieve import Sieve
from talteen.notice.purposes import REACH, Role
from talteen.register import policy

MOST = 200
"""How many calls are shown at once: those behind them come up as these are done."""
ROLES: frozenset[Role] = frozenset(
    role for role, use in REACH if policy.may_unmask(use) and not policy.takes_two(role, use)
)
"""Whom some purpose lets judge a cover in a call that they may look for. Whoever opens one call,
with the yes of another, looks for none."""


@dataclass(frozen=True, slots=True)
class MayHoldCode:
    """A call to look at."""

    row: Row
    places: int
    """Covered figures of a card on which nobody has decided."""
    named: bool
    """Whether a security code is spoken of in it by its name."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The list: calls that speak of a code by name first, then the oldest, which die first."""

    calls: tuple[MayHoldCode, ...]
    unsearched: tuple[date, ...]
    """Days whose index is not ready on this machine."""
    more: bool


def waiting(house: Keeps, reader: Reader, now: datetime) -> Waiting:
    """What ``reader``, in one of ROLES, may know of and nobody has looked at. No word is shown."""
    within = calls.searchable(reader, Sieve(), now=now)
    refs, missing = finding.shards_of(house, within)
    asked = queries.parse(CARD)
    # What is covered is what is looked for; no word of it is shown.
    found = shards.search(refs, asked, limit=MOST, within=within, depth=Depth.COVERED)
    open_places = {
        one.recording: places
        for one in found.recordings
        if (places := _places(house, RecordingId(one.recording), now))
    }
    named = _named(refs, open_places)
    rows = calls.rows_of(reader, [RecordingId(one) for one in open_places], now=now)
    listed = [MayHoldCode(row, open_places[row.recording], row.recording in named) for row in rows]
    listed.sort(key=lambda one: (not one.named, one.row.started_at))
    unsearched = sorted({*missing, *found.unreadable}, reverse=True)
    return Waiting(tuple(listed), tuple(unsearched), found.cut)


def _places(house: Keeps, recording: RecordingId, now: datetime) -> int:
    try:
        layer = masks.layer_of(door.open_for_step(house.vault, recording, Step.SEARCH, now))
    except (NoLongerOpens, Unavailable, Tampered):
        return 0  # it dies, or is damaged: its own page says so
    return undecided(layer) if layer else 0


def undecided(layer: Layer) -> int:
    """Covers that may be a security code and that are the machine's alone."""
    return sum(
        span.kind is Kind.CARD
        and span.end_ms - span.start_ms <= cutting.LONGEST_MS
        and layer.decided(span) is None
        for span in layer.in_force()
    )


def _named(refs: list[shards.ShardRef], among: Collection[UUID]) -> set[UUID]:
    if not among:
        return set()
    asked = queries.parse(" OR ".join(f'"{words}"' for words in SECURITY_CODE_WORDS))
    found = shards.search(refs, asked, limit=len(among), within=among, depth=Depth.COVERED)
    return {one.recording for one in found.recordings}
