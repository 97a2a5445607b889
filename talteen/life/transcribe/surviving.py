"""What people decided on a call outlives the sound that it was decided on (decision 136).

Where another node's packets replace sealed sound, everything moves on the time line by as much as
the sound does. Covers stay, whoever wanted them. A cover that was lifted is lifted no more where
sound came in that nobody had heard. Corrected words stay too; what the machine hears in the new
stretches is added to them, and the second reader is asked again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from talteen.engine.vault.entries import Kind
from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.seal.door import Opened
from talteen.life.seal.replacing import Moved
from talteen.life.transcribe import notes, revision, words
from talteen.life.transcribe.masking import layer
from talteen.life.transcribe.masking.layer import Decision, Layer, Verdict
from talteen.life.transcribe.masking.spans import Span
from talteen.life.transcribe.revision import Revision
from talteen.life.transcribe.words import NotSpeech, Segment, Transcript, Word


def decided(opened: Opened, moved: Moved) -> Mapping[Kind, bytes]:
    """The notes in force on the open recording, as they are to stand beside its new sound."""
    told: dict[Kind, bytes] = {}
    covers = notes.newest(opened, Kind.MASKING)
    if covers is not None:
        told[Kind.MASKING] = of_layer(layer.from_bytes(covers), moved).to_bytes()
    corrected = notes.newest(opened, Kind.CORRECTION)
    if corrected is not None:
        told[Kind.CORRECTION] = of_revision(revision.from_bytes(corrected), moved).to_bytes()
    statements = notes.newest(opened, Kind.STATEMENT)
    if statements is not None:
        told[Kind.STATEMENT] = statements
    remarks = notes.newest(opened, Kind.EVALUATION)
    if remarks is not None and moved.only_adds:
        told[Kind.EVALUATION] = remarks
    return told


def with_words(opened: Opened, moved: Moved) -> Mapping[Kind, bytes]:
    """The same, and the machine's words with them: where sound was only cut, nothing is new to
    hear, and what the machine wrote of the rest stays what it was."""
    told = dict(decided(opened, moved))
    if opened.has(Kind.TRANSCRIPT):
        machines = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
        told[Kind.TRANSCRIPT] = of_transcript(machines, moved).to_bytes()
    return told


def of_layer(known: Layer, moved: Moved) -> Layer:
    """The same covers and decisions on the new time line."""
    return Layer(
        tuple(_span(one, moved) for one in known.proposed),
        tuple(_decisions(known.decisions, moved)),
    )


def _decisions(known: tuple[Decision, ...], moved: Moved) -> Iterator[Decision]:
    for one in known:
        span = _span(one.span, moved)
        unheard = moved.touches(span.start_ms, span.end_ms)
        if not (one.verdict is Verdict.REMOVED and unheard):
            yield replace(one, span=span)


def _span(span: Span, moved: Moved) -> Span:
    return replace(span, start_ms=moved.to(span.start_ms), end_ms=moved.to(span.end_ms))


def of_revision(known: Revision, moved: Moved) -> Revision:
    """The same wording on the new time line, with what it lacks marked as lost. Whoever had checked
    it had not heard what is new."""
    transcript = of_transcript(known.transcript, moved)
    if not moved.news:
        return replace(known, transcript=transcript)
    return replace(known, transcript=transcript, checked_by=None, checked_at=None)


_TOLD_ANEW = frozenset({MarkKind.LOST, MarkKind.REDACTED})


def of_transcript(told: Transcript, moved: Moved) -> Transcript:
    """The same words on the new time line, shown and hidden, without those that may not be kept."""
    lost = (Mark(MarkKind.LOST, one.start_ms, one.end_ms) for one in moved.news)
    cut = (Mark(MarkKind.REDACTED, one.start_ms, one.end_ms) for one in moved.redacted)
    rest = (_mark(one, moved) for one in told.marks if one.kind not in _TOLD_ANEW)
    return replace(
        told,
        segments=tuple(_segments(told.segments, moved)),
        hidden=tuple(_segments(told.hidden, moved)),
        marks=tuple(sorted((*rest, *lost, *cut), key=lambda one: (one.start_ms, one.end_ms))),
        not_speech=tuple(_stretch(one, moved) for one in told.not_speech),
    )


def joined(known: Revision, fresh: Transcript) -> Revision:
    """The corrected wording, and in the stretches that it lacks what the machine hears there now.

    A word belongs to a stretch that its middle lies in.
    """
    news = [one for one in known.transcript.marks if one.kind is MarkKind.LOST]
    added = [part for one in fresh.segments if (part := _within(one, news)).words]
    segments = sorted(
        (*known.transcript.segments, *added),
        key=lambda one: (one.start_ms, one.end_ms, one.side.value),
    )
    return replace(known, transcript=replace(fresh, segments=tuple(segments)))


def _within(segment: Segment, stretches: list[Mark]) -> Segment:
    heard = tuple(word for word in segment.words if _lies_in(word, stretches))
    if not heard:
        return replace(segment, words=())
    return replace(segment, words=heard, start_ms=heard[0].start_ms, end_ms=heard[-1].end_ms)


def _lies_in(word: Word, stretches: list[Mark]) -> bool:
    middle = (word.start_ms + word.end_ms) / 2
    return any(one.start_ms <= middle < one.end_ms for one in stretches)


def _segments(known: tuple[Segment, ...], moved: Moved) -> Iterator[Segment]:
    """Without the words of what may be kept no more: a pause that only another node knew of."""
    for one in known:
        said = tuple(
            replace(word, start_ms=moved.to(word.start_ms), end_ms=moved.to(word.end_ms))
            for word in one.words
            if moved.keeps(word.start_ms, word.end_ms)
        )
        if len(said) == len(one.words):
            times = (moved.to(one.start_ms), moved.to(one.end_ms))
        elif said:
            times = (said[0].start_ms, said[-1].end_ms)
        else:
            continue
        yield replace(one, words=said, start_ms=times[0], end_ms=times[1])


def _mark(mark: Mark, moved: Moved) -> Mark:
    return Mark(mark.kind, moved.to(mark.start_ms), moved.to(mark.end_ms))


def _stretch(one: NotSpeech, moved: Moved) -> NotSpeech:
    return replace(one, start_ms=moved.to(one.start_ms), end_ms=moved.to(one.end_ms))
