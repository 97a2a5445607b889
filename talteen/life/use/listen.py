"""Opening one recording for a person: its sound as a view, its words, its waveform. A Grant goes
in, always.

Nothing is kept between two requests: each opens anew through the vault, so that an erasure, a hold
or a cutoff stops the next one. What a list of search hits may show of many recordings is their
waveform, under the permission to search; sound and words never leave without a grant of their own.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from talteen.engine.vault.entries import Kind
from talteen.errors import NoLongerOpens, Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.capture.rules import Span
from talteen.life.seal import door, waveform
from talteen.life.seal.door import NotThereYet, Opened, Step
from talteen.life.seal.vault import Vault
from talteen.life.seal.waveform import PEAKS_PER_SECOND
from talteen.life.transcribe import masks, revisions, statements
from talteen.life.transcribe.masking import cover
from talteen.life.transcribe.masking import spans as masking
from talteen.life.transcribe.masking.layer import Layer
from talteen.life.transcribe.revision import Revision
from talteen.life.transcribe.statements import Statement
from talteen.life.transcribe.words import Segment, Transcript
from talteen.life.use.view import Clip, VirtualWav
from talteen.life.use.voice import Voice
from talteen.register import access, policy
from talteen.register.access import Grant
from talteen.register.models import Recording
from talteen.register.policy import Rule
from talteen.register.refusals import Denied


class Keeps(Protocol):
    """What opening needs of a house."""

    @property
    def vault(self) -> Vault:
        """Where the keys are."""
        ...

    @property
    def shards(self) -> Path:
        """Where the word index of each day lies on this node."""
        ...


@dataclass(frozen=True, slots=True)
class Lanes:
    """The two lanes of a waveform, 0 to 1, ten values a second."""

    agent: Sequence[float]
    caller: Sequence[float]


@dataclass(frozen=True, slots=True)
class Written:
    """The words of one recording."""

    transcript: Transcript
    """As people left it, or the machine's draft."""
    layer: Layer
    """What is covered, and who decided it."""
    revision: Revision | None
    """The newest by people; None while only the machine has written."""
    statements: tuple[Statement, ...] = ()
    """What the person says beside them."""


def open_view(vault: Vault, grant: Grant, now: datetime, *, lifted: bool = False) -> VirtualWav:
    """The sound of the recording as ``grant`` may hear it. Its gaps are exact silence, and so is
    what is covered unless it is ``lifted``.

    NotThereYet where nothing has been sought to cover yet and the purpose opens nothing covered.
    """
    opened = door.open_for(vault, grant, now)
    return _view(opened, grant, _covered(opened, grant, lifted=lifted), _voice(grant))


def open_copy(vault: Vault, grant: Grant, now: datetime, cut: Iterable[masking.Span]) -> VirtualWav:
    """The sound of the recording as its person gets it: their own is as it was spoken, and silent
    is only what was ``cut`` by somebody's decision, beside the gaps (14.9, 14.10).

    Denied for a purpose that never opens what is covered.
    """
    if not access.unmasks(grant):
        raise Denied(Rule.MASKED)
    return _view(door.open_for(vault, grant, now), grant, cut, _voice(grant))


def _voice(grant: Grant) -> Voice:
    return Voice.MASKED if policy.masks_caller(grant.purpose) else Voice.AS_SPOKEN


def _view(
    opened: Opened, grant: Grant, silent: Iterable[masking.Span], caller: Voice
) -> VirtualWav:
    row = Recording.objects.only("length_ms", "marks").get(pk=grant.recording)
    covered = cover.muted(silent)
    return VirtualWav(
        opened.file(Kind.AGENT_SOUND),
        opened.file(Kind.CALLER_SOUND),
        length_ms=row.length_ms,
        muted=[*covered, *(Span(m["start_ms"], m["end_ms"]) for m in row.marks if _is_gap(m))],
        caller_voice=caller,
    )


def _covered(opened: Opened, grant: Grant, *, lifted: bool) -> list[masking.Span]:
    """The spans to cover for ``grant``."""
    if lifted:
        if not access.unmasks(grant):
            raise Denied(Rule.MASKED)
        return []
    layer = masks.layer_of(opened)
    if layer is not None:
        return layer.in_force()
    if not access.unmasks(grant):
        raise NotThereYet(Kind.MASKING)
    return []


def open_part(vault: Vault, grant: Grant, part: Span, now: datetime) -> Clip:
    """The sound of one stretch for training, the same for whoever judges it and whoever learns from
    it: what is covered is silent, and so is the caller from end to end (D).

    Raises as ``door.open_part``; NotThereYet where nothing has been sought to cover yet.
    """
    opened = door.open_part(vault, grant, part, now)
    whole = _view(opened, grant, _covered(opened, grant, lifted=False), Voice.SILENT)
    return Clip(whole, part)


def peaks_of_part(vault: Vault, grant: Grant, part: Span, now: datetime) -> Lanes:
    """The waveform of one stretch as it is heard: the caller's lane is silence. Raises as
    ``open_part``."""
    whole = _lanes(door.open_part(vault, grant, part, now))
    first, last = (at * PEAKS_PER_SECOND / 1000 for at in (part.start_ms, part.end_ms))
    agent = whole.agent[int(first) : math.ceil(last)]
    return Lanes(agent, [0.0] * len(agent))


def words_of_part(vault: Vault, grant: Grant, part: Span, now: datetime) -> Written | None:
    """The words whose middle lies in one stretch, with what covers them; None while there are none.
    Raises as ``open_part``."""
    written = _written(door.open_part(vault, grant, part, now))
    if written is None:
        return None
    kept = tuple(one for one in (_cut(each, part) for each in written.transcript.segments) if one)
    transcript = replace(written.transcript, segments=kept, hidden=(), marks=(), not_speech=())
    return replace(written, transcript=transcript, statements=())


def _cut(segment: Segment, part: Span) -> Segment | None:
    words = tuple(
        word
        for word in segment.words
        if part.start_ms <= (word.start_ms + word.end_ms) / 2 < part.end_ms
    )
    if not words:
        return None
    return replace(segment, start_ms=words[0].start_ms, end_ms=words[-1].end_ms, words=words)


def open_words(vault: Vault, grant: Grant, now: datetime) -> Written | None:
    """The words of the recording with all that was decided on them; None while there are none."""
    return _written(door.open_for(vault, grant, now))


def _written(opened: Opened) -> Written | None:
    revision = revisions.newest(opened)
    try:
        transcript = revisions.transcript_of(opened, revision)
    except NotThereYet:
        return None
    layer = masks.layer_of(opened) or Layer()
    return Written(transcript, layer, revision, statements.of(opened))


def open_peaks(vault: Vault, grant: Grant, now: datetime) -> Lanes:
    """The waveform of the recording."""
    return _lanes(door.open_for(vault, grant, now))


def open_many_peaks(
    vault: Vault,
    recordings: Iterable[RecordingId],
    now: datetime,
    *,
    damaged: Callable[[RecordingId], object],
) -> Mapping[RecordingId, Lanes]:
    """Waveforms for rows that a person may see; those that no longer open are left out, and so is
    what is ``damaged``: it is told, and costs the other rows nothing.
    """
    found: dict[RecordingId, Lanes] = {}
    for recording in recordings:
        try:
            found[recording] = _lanes(door.open_for_step(vault, recording, Step.LIST, now))
        except (NoLongerOpens, Unavailable):
            continue
        except Tampered:
            damaged(recording)
    return found


def _lanes(opened: Opened) -> Lanes:
    drawn = waveform.from_bytes(opened.whole(Kind.WAVEFORM))
    return Lanes([peak / 255 for peak in drawn.agent], [peak / 255 for peak in drawn.caller])


def _is_gap(mark: Mapping[str, int]) -> bool:
    return mark["end_ms"] > mark["start_ms"]
