"""All that the machine proposes to cover in one call, as spans on the time line.

Detectors run over the two sides apart. Where two meet, one span covers both and the surer gives the
kind: what proves itself by a check, then what a word before it names, then what only looks like it.
"""

from collections.abc import Iterator, Sequence

from talteen.life.transcribe.masking import (
    addresses,
    cards,
    email,
    iban,
    identity,
    names,
    phones,
    references,
    runs,
    special,
)
from talteen.life.transcribe.masking.lane import Lane, Token, lanes
from talteen.life.transcribe.masking.spans import Found, Kind, Source, Span, joined
from talteen.life.transcribe.words import Segment

PROVED_FROM = 0.95


def proposed(segments: Sequence[Segment]) -> list[Span]:
    """What to cover in the shown ``segments`` of a call, by time. Special passages among them."""
    spans = [
        _span(lane, one)
        for lane in lanes(segments).values()
        for one in [*personal(lane), *_passages(lane)]
    ]
    return sorted(spans, key=lambda one: (one.start_ms, one.end_ms, one.side.value, one.kind.value))


def personal(lane: Lane) -> list[Found]:
    """The personal data of one side, none meeting another."""
    return joined(_ranked(lane))


def _ranked(lane: Lane) -> Iterator[Found]:
    said = runs.runs(lane)
    codes = [
        *iban.found(lane, said),
        *identity.found(lane, said),
        *references.found(lane, said),
        *cards.found(lane, said),
        *phones.found(lane, said),
    ]
    yield from (one for one in codes if one.confidence >= PROVED_FROM)
    yield from email.found(lane)
    yield from addresses.found(lane)
    yield from (one for one in codes if one.confidence < PROVED_FROM)
    yield from names.found(lane)
    yield from phones.unnamed(said)


def _passages(lane: Lane) -> list[Found]:
    """Each special word with the sentence that it stands in: that is the passage to close."""
    ranked = sorted(special.found(lane), key=lambda one: -one.confidence)
    words = joined(ranked)
    return _merged([_sentence(lane.tokens, one) for one in words])


def _sentence(tokens: Sequence[Token], one: Found) -> Found:
    first, last = one.first, one.last
    while first > 0 and not tokens[first].opens:
        first -= 1
    while last + 1 < len(tokens) and not tokens[last + 1].opens:
        last += 1
    return Found(Kind.SPECIAL, first, last, one.confidence)


def _merged(passages: Sequence[Found]) -> list[Found]:
    """One for each sentence, as sure as the surest word in it."""
    surest: dict[tuple[int, int], Found] = {}
    for one in passages:
        known = surest.get((one.first, one.last))
        if known is None or known.confidence < one.confidence:
            surest[one.first, one.last] = one
    return list(surest.values())


def _span(lane: Lane, one: Found) -> Span:
    first, last = lane.tokens[one.first], lane.tokens[one.last]
    return Span(
        kind=one.kind,
        side=lane.side,
        first=one.first,
        last=one.last,
        start_ms=first.start_ms,
        end_ms=max(last.end_ms, first.end_ms),
        confidence=round(one.confidence, 3),
        source=Source.MACHINE,
    )
