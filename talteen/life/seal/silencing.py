"""Silence that the house was asked for and did not keep, brought into a sealed recording whose
packets are gone (6.5-6.7, 8.1, 15.3, 15.6; decision 141).

Another node of the same session was told of a pause, a stop or a refusal, and says so when there is
nothing left to compare: packets are kept for an hour (decision 093). So the recording's own sealed
sound is taken: decoded in RAM, silent where it had to be, sealed anew under a new key, and the old
key dies in the same roll. Nothing then lays the two nodes' clocks on each other, so a margin on
either side goes with it. Only names and time say that the sessions are one: enough to forbid, as
with a refusal, and never enough to add a sound.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

import numpy as np
import structlog

from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.capture import merging, rules, twins
from talteen.life.capture.facts import Happening
from talteen.life.capture.rules import (
    LEAST_CONVERSATION_MS,
    Capture,
    Mark,
    MarkKind,
    Nothing,
    Reason,
    SoFar,
    Span,
    Verdict,
)
from talteen.life.seal import audio, door, opening, replacing
from talteen.life.seal import models as rows
from talteen.life.seal.acts import Progressed, silent
from talteen.life.seal.audio import Block
from talteen.life.seal.door import Opened, Step
from talteen.life.seal.opening import Call
from talteen.life.seal.replacing import Decided, undecided
from talteen.life.seal.together import mark
from talteen.life.seal.vault import Vault
from talteen.register.log.ledger_kinds import Origin
from talteen.register.models import Recording
from talteen.register.states import Progress

MARGIN_MS = 2_000
"""By so much two nodes' clocks may differ: what one was told to leave out goes with so much more on
either side from the other's sound."""
_STOPS = frozenset({Happening.REFUSAL, Happening.CAPTURE_STOP})
_MOMENTS = frozenset({MarkKind.TRANSFER, MarkKind.COMPLAINT, MarkKind.OBJECTION, MarkKind.THREAT})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SealedSound:
    """The sound of a recording as it is sealed: an `audio.Source`. Decoded in RAM only."""

    opened: Opened
    rate: int
    agent_ms: int
    caller_ms: int

    def blocks(self) -> Iterator[Block]:
        """Both sides in step, from the end of the announcement on."""
        none = np.zeros(0, np.int16)
        sides = (Kind.AGENT_SOUND, Kind.CALLER_SOUND)
        agents, callers = (audio.decode(self.opened.file(kind), self.rate) for kind in sides)
        for agent, caller in zip_longest(agents, callers, fillvalue=none):
            length = max(len(agent), len(caller))
            yield _padded(agent, length), _padded(caller, length)


def less(row: Recording, call: Call, law: SoFar | Reason | None) -> Verdict | None:
    """What another node's account leaves of a recording; None where it leaves all of it.

    ``law`` is the law's word on that account alone (``merging.narrowed``).
    """
    if call.began_ns is None:
        return None
    zero_ns = opening.ns(row.announced_until)
    shift_ms = (call.began_ns - zero_ns) // 1_000_000
    whole = whole_of(row)
    stops = [one.at_ms for one in call.sidecar.events if one.type in _STOPS]
    until_ms = min(stops, default=row.length_ms + MARGIN_MS - shift_ms) + shift_ms - MARGIN_MS
    theirs = [mark(one, zero_ns) for one in call.silences if one.start_ns < call.over_ns]
    news = [_widened(one) for one in theirs if not _known(one, whole.gaps, row.length_ms)]
    later = isinstance(law, SoFar) and law.opened_ms + shift_ms > MARGIN_MS
    forbids = law if later or isinstance(law, Reason) else None
    if until_ms >= row.length_ms and not news and forbids is None:
        return None
    ended = _until(whole, until_ms)
    return merging.narrowed(ended, forbids, shift_ms, news) if ended else _NOTHING


def replace_sound(
    vault: Vault,
    recording: RecordingId,
    kept: Capture,
    now: datetime,
    *,
    decided: Decided = undecided,
    progress: Progressed = silent,
) -> None:
    """Give a recording the sound that ``kept`` leaves of its own, and roll (``replacing``)."""
    source = sealed_sound(vault, recording, now)
    replacing.replace_sound(vault, recording, kept, source, now, decided=decided, progress=progress)
    log.warning("session.silenced", recording=recording)


def end_refused(vault: Vault, now: datetime) -> int:
    """Take out of parked recordings what was said after a refusal that only another node was told
    of (15.3): a threat keeps what came before it for its day (15.6), and nothing else.

    Returns how many. Called by every sweep, where parked recordings are few.
    """
    parked = Recording.objects.filter(progress=Progress.PARKED.value, origin=Origin.SIPREC.value)
    done = 0
    for row in parked.exclude(pk__in=rows.Replaced.objects.values("recording")):
        refused_at = twins.refused_at(RecordingId(row.pk))
        if refused_at is not None and refused_at < row.ended_at:
            _end(vault, row, refused_at, now)
            done += 1
    return done


def _end(vault: Vault, row: Recording, refused_at: datetime, now: datetime) -> None:
    at_ms = (opening.ns(refused_at) - opening.ns(row.announced_until)) // 1_000_000
    kept = _until(whole_of(row), at_ms - MARGIN_MS)
    if kept is None:
        twins.doom(RecordingId(row.pk), "refusal")
    else:
        replace_sound(vault, RecordingId(row.pk), kept, now)


_NOTHING = Nothing(Reason.NO_CONVERSATION)


def sealed_sound(vault: Vault, recording: RecordingId, now: datetime) -> SealedSound:
    """The sound of a living recording as it is now. Raises NoLongerOpens."""
    opened = door.open_for_step(vault, recording, Step.SILENCE, now)
    rate = audio.rate_of(opened.file(Kind.AGENT_SOUND))
    length_ms = Recording.objects.values_list("length_ms", flat=True).get(pk=recording)
    return SealedSound(opened, rate, length_ms, length_ms)


def whole_of(row: Recording) -> Capture:
    """All of a recording, in its own time: what it is now."""
    told = [Mark(MarkKind(one["kind"]), one["start_ms"], one["end_ms"]) for one in row.marks]
    return Capture(
        started_at=row.started_at,
        announced_until=row.announced_until,
        announcement=row.announcement_id,
        kept=Span(0, row.length_ms),
        gaps=tuple(one for one in told if one.kind not in _MOMENTS),
        marks=tuple(one for one in told if one.kind in _MOMENTS),
        incomplete=row.incomplete,
    )


def _until(whole: Capture, until_ms: int) -> Capture | None:
    """Its beginning, up to ``until_ms``; None where no conversation is left of it."""
    end_ms = min(max(until_ms, 0), whole.kept.end_ms)
    kept = replace(
        whole,
        kept=Span(0, end_ms),
        gaps=_clipped(whole.gaps, end_ms),
        marks=_clipped(whole.marks, end_ms),
    )
    return kept if rules.conversation_ms(kept) >= LEAST_CONVERSATION_MS else None


def _clipped(marks: Collection[Mark], end_ms: int) -> tuple[Mark, ...]:
    return tuple(
        replace(one, end_ms=min(one.end_ms, end_ms)) for one in marks if one.start_ms < end_ms
    )


def _widened(one: Mark) -> Mark:
    return replace(one, start_ms=one.start_ms - MARGIN_MS, end_ms=one.end_ms + MARGIN_MS)


def _known(one: Mark, gaps: Collection[Mark], length_ms: int) -> bool:
    """Whether the recording is silent there already, as far as two clocks can say."""
    at_ms, end_ms = max(one.start_ms, 0), min(one.end_ms, length_ms)
    for gap in sorted(map(_widened, gaps), key=lambda gap: gap.start_ms):
        if gap.kind is not MarkKind.LOST and gap.start_ms <= at_ms:
            at_ms = max(at_ms, gap.end_ms)
    return at_ms >= end_ms


def _padded(samples: audio.Samples, length: int) -> audio.Samples:
    return np.pad(samples, (0, length - len(samples))) if len(samples) < length else samples
