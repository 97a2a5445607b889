"""Searching what was said: for a purpose that allows it, in recordings that the person may see,
written down.

The query itself is written nowhere: not in a log, not in an address (REGISTER D, 5.3). What is
committed before a passage is shown is that a search was made, for which case, and in which
recordings it had hits. A held call is found only by the people of its hold (J11).

What is covered answers no search, for a hit would tell what the cover hides. Who may lift the cover
may ask for it too, and the log has that (decision 300).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from talteen.errors import KeyGone, NoLongerOpens, Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import asking, indexing, masks, revisions, words
from talteen.life.transcribe import query as queries
from talteen.life.transcribe.index import Hit
from talteen.life.transcribe.indexing import days_with_words, shard_path
from talteen.life.transcribe.masking import cover
from talteen.life.transcribe.masking.spans import Span
from talteen.life.transcribe.query import Depth, Query
from talteen.life.transcribe.words import Segment, Transcript
from talteen.life.use import calls
from talteen.life.use import search as shards
from talteen.life.use.listen import Keeps
from talteen.life.use.reach import Reader
from talteen.life.use.search import ShardRef
from talteen.life.use.sieve import Sieve
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.staff.people import SignIn

AROUND = 48
"""How many letters of a passage are shown on either side of the word that was found."""
UNSURE_BELOW = 0.5
MOST = 200
"""How many recordings one search shows."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit with what stands around it."""

    at_ms: int
    before: str
    word: str
    after: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class CallFound:
    """One recording and its hits, in the order of time."""

    recording: RecordingId
    hits: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: recordings newest first, and how many hits in all."""

    calls: tuple[CallFound, ...]
    hits: int
    unsearched: tuple[date, ...] = ()
    """Days that hold calls of this search whose index is not ready on this machine, newest first:
    the machine builds it, and nobody may take silence there for an answer."""
    more: bool = False
    """Whether the page filled up."""
    damaged: tuple[RecordingId, ...] = ()
    """Recordings with hits whose words are not what was stored: to be noted, shown to nobody."""


def search(
    house: Keeps,
    reader: Reader,
    purpose: Purpose,
    case: str | None,
    query: str,
    sieve: Sieve,
    *,
    sign_in: SignIn,
    now: datetime,
    covered: bool = False,
) -> Found:
    """Search for ``query``, in ``covered`` words too if so, and write down that it was done.

    Raises Denied where the person may not search for this purpose, or may not see what is covered;
    NotForThisPurpose where it may not ask for names or numbers, InputError for a query that cannot
    be read.
    """
    rule = access.COVERED if covered else ""
    access.permit_search(reader, purpose, case=case, sign_in=sign_in, at=now, rule=rule)
    asked = queries.parse(query)
    asking.permit(asked, purpose)
    within = calls.searchable(reader, sieve, now=now)
    refs, missing = shards_of(house, within)
    depth = Depth.COVERED if covered else Depth.SHOWN
    raw = shards.search(refs, asked, limit=MOST, side=sieve.side, within=within, depth=depth)
    present, behind = _of_now(raw.recordings)
    damaged: list[RecordingId] = []
    shown = tuple(_shown(house, present, asked, now, damaged, depth))
    hits = sum(len(call.hits) for call in shown)
    access.log_search(reader, purpose, case=case, hits=hits, at=now, rule=rule)
    counts = [(call.recording, len(call.hits)) for call in shown]
    access.log_found(reader, purpose, counts, case=case, at=now, rule=rule)
    broken = {within[one] for one in damaged}
    unsearched = sorted({*missing, *raw.unreadable, *broken, *behind}, reverse=True)
    return Found(shown, hits, tuple(unsearched), raw.cut, tuple(damaged))


def _of_now(
    found: Sequence[shards.FoundRecording],
) -> tuple[list[shards.FoundRecording], set[date]]:
    """Those whose hits are in the words and under the covers in force, and the days of the others:
    what was covered a moment ago must not be found by an index that has not heard of it."""
    wanted = indexing.versions([one.recording for one in found])
    present = [one for one in found if one.hits[0].version == wanted.get(one.recording)]
    return present, {one.day for one in found if one not in present}


def shards_of(house: Keeps, within: Mapping[UUID, date]) -> tuple[list[ShardRef], list[date]]:
    """The shards of the days that have recordings to search, each with its key; and the days that
    have words to search but no shard on this machine (yet)."""
    refs: list[ShardRef] = []
    missing: list[date] = []
    for day in days_with_words(set(within.values())):
        path = shard_path(house.shards, day)
        try:
            key = house.vault.shard_key(day)
        except KeyGone:
            missing.append(day)
            continue
        if not path.exists():
            missing.append(day)
        else:
            refs.append(ShardRef(day, path, key))
    return refs, missing


def _shown(
    house: Keeps,
    found: Sequence[shards.FoundRecording],
    asked: Query,
    now: datetime,
    damaged: list[RecordingId],
    depth: Depth,
) -> Iterator[CallFound]:
    for call in found:
        recording = RecordingId(call.recording)
        try:
            opened = door.open_for_step(house.vault, recording, Step.SEARCH, now)
            transcript = revisions.in_force(opened)
            layer = masks.layer_of(opened)
        except (NoLongerOpens, Unavailable):
            continue  # it began to die since the shard was read
        except Tampered:
            damaged.append(recording)
            continue
        covers = layer.in_force() if layer else []
        passages = tuple(_passages(transcript, call.hits, asked, covers, depth))
        if passages:
            yield CallFound(recording, passages)


def _passages(
    transcript: Transcript,
    hits: Sequence[Hit],
    asked: Query,
    covers: Sequence[Span],
    depth: Depth,
) -> Iterator[Passage]:
    spoken = {(segment.side.value, segment.start_ms): segment for segment in transcript.segments}
    for hit in sorted(hits, key=lambda hit: hit.start_ms):
        segment = spoken.get((hit.side, hit.start_ms))
        if segment is not None:
            yield from _around(segment, asked, covers, depth)


def _around(
    segment: Segment, asked: Query, covers: Sequence[Span], depth: Depth
) -> Iterator[Passage]:
    """Each place of the segment that answers the query, with the moment at which it is said; what
    is covered stays covered around it, and the word itself too."""
    text = cover.letters(segment, covers)
    looked_in = segment.text if depth is Depth.COVERED else text
    for start, end in queries.highlight(looked_in, asked, segment.language):
        word = _word_at(segment, start)
        before = text[max(0, start - AROUND) : start]
        after = text[end : end + AROUND]
        yield Passage(
            at_ms=word.start_ms if word else segment.start_ms,
            before=cover.shortened(f"…{before}" if start > AROUND else before),
            word=cover.shortened(text[start:end]),
            after=cover.shortened(f"{after}…" if end + AROUND < len(text) else after),
            unsure=word is not None and word.probability < UNSURE_BELOW,
        )


def _word_at(segment: Segment, offset: int) -> words.Word | None:
    """The word that stands at ``offset`` letters of the segment's text."""
    at = 0
    for word in segment.words:
        if at <= offset < at + len(word.text) + 1:
            return word
        at += len(word.text) + 1
    return None
