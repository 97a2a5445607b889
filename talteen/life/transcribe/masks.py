"""The writers of masking: the machine proposes as soon as there are words, people decide."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from talteen.engine.vault.entries import Kind
from talteen.life.seal.door import Opened
from talteen.life.transcribe import notes, words
from talteen.life.transcribe.masking import find, layer
from talteen.life.transcribe.masking.layer import Decision, Layer
from talteen.life.transcribe.masking.spans import Kind as SpanKind
from talteen.life.transcribe.models import Transcription
from talteen.life.transcribe.words import Transcript
from talteen.register.models import Recording


def propose(opened: Opened, transcript: Transcript, now: datetime) -> None:
    """Write what the machine would cover of ``transcript``, beside what was proposed and decided
    before. A special passage flags the call (REGISTER 8.3)."""
    found = find.proposed(transcript.segments)

    def next_layer(old: bytes | None) -> bytes:
        known = layer.from_bytes(old) if old is not None else Layer()
        proposed = dict.fromkeys([*known.proposed, *known.as_decided(found)])
        return replace(known, proposed=tuple(proposed)).to_bytes()

    notes.change(opened, Kind.MASKING, next_layer, now)
    if any(span.kind is SpanKind.SPECIAL for span in found):
        Recording.objects.filter(pk=opened.recording).update(special_category=True)


def layer_of(opened: Opened) -> Layer | None:
    """What is covered of the open recording; None where no word has been written yet.

    A transcript older than masking is read now: it is never shown uncovered for lack of a note.
    """
    note = notes.newest(opened, Kind.MASKING)
    if note is not None:
        return layer.from_bytes(note)
    if not opened.has(Kind.TRANSCRIPT):
        return None
    return Layer(tuple(find.proposed(words.from_bytes(opened.whole(Kind.TRANSCRIPT)).segments)))


def decide(opened: Opened, decisions: Sequence[Decision], now: datetime) -> None:
    """Keep ``decisions`` of a person, who and when with them. Where they cover more or less than
    before, every index of the day takes the call in anew."""
    altered = False

    def next_layer(old: bytes | None) -> bytes:
        nonlocal altered
        known = layer.from_bytes(old) if old is not None else layer_of(opened) or Layer()
        decided = known.with_decisions(decisions)
        altered = set(decided.in_force()) != set(known.in_force())
        return decided.to_bytes()

    with transaction.atomic():
        notes.change(opened, Kind.MASKING, next_layer, now)
        if altered:
            Transcription.objects.filter(recording=opened.recording).update(made_at=now)
