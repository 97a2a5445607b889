"""What a demo call says, as the machine would have written it: words as data, no model loaded."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import masks, words
from talteen.life.transcribe.models import Transcription
from talteen.life.transcribe.words import Segment, Side, Transcript, Word
from talteen.register.models import Recording

TRUTH = Path(__file__).parents[2] / "demo" / "truth"
ENGINE = "kit/1 whisper-base/0"


def of_call(name: str, recording: Recording) -> Transcript:
    """The turns of the demo call ``name`` in the time of its ``recording``, which begins where the
    announcement has been heard; each word an even share of its turn."""
    (path,) = TRUTH.glob(f"{name}*.json")
    told = json.loads(path.read_text())
    # Of a call that was cut short (``shortened``) the beginning is kept, and what was said in it.
    announced_ms = (told["announcement"] or {}).get("end_ms", 0)
    before = min(told["duration_ms"] - recording.length_ms, announced_ms)
    kept = range(before, before + recording.length_ms)
    spoken = [_segment(turn, before) for turn in told["turns"] if turn["start_ms"] in kept]
    return words.draft(spoken, language=told["langs"][0], engine=ENGINE, settings="", marks=())


def _segment(turn: dict[str, Any], before: int) -> Segment:
    texts = turn["text"].split()
    start_ms, end_ms = turn["start_ms"] - before, turn["end_ms"] - before
    step = (end_ms - start_ms) / len(texts)
    said = tuple(
        Word(text, round(start_ms + step * at), round(start_ms + step * (at + 1)) - 20, 0.9)
        for at, text in enumerate(texts)
    )
    return Segment(Side(turn["side"]), turn["lang"], start_ms, end_ms, said, frozenset())


def write(vault: Vault, recording: RecordingId, transcript: Transcript, now: datetime) -> None:
    """Seal ``transcript`` beside the sound of ``recording``, masked as the house does it."""
    opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, now)
    entry = opened.entry
    sealed = vault.write_blob(
        recording, Kind.TRANSCRIPT, [transcript.to_bytes()], dek=entry.dek, start=entry.start
    )
    with transaction.atomic():
        vault.attach(recording, [sealed], start=entry.start, dek=entry.dek)
        Transcription.objects.create(
            recording=Recording.objects.get(pk=recording),
            state="machine_draft",
            language=transcript.language,
            engine=transcript.engine,
            made_at=now,
        )
        masks.propose(opened, transcript, now)
