"""What a model hears of the spoken calls: words, letters, times, what is covered, what is found.

Beside the group ``words``, which loads the model and transcribes; here its transcripts are held
against the truth of the calls. Errors are counted by ``words_errors``.
"""

import json
import os
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast
from uuid import UUID

from benchmarks import Judged, Row
from benchmarks.words_errors import plain, word_errors
from talteen.demo import material
from talteen.life.transcribe import index, lemma, shard_file
from talteen.life.transcribe.index import Passage, Shard
from talteen.life.transcribe.masking import cover, find
from talteen.life.transcribe.masking.cover import Covering
from talteen.life.transcribe.masking.spans import Kind, Span
from talteen.life.transcribe.query import parse
from talteen.life.transcribe.words import Side, Transcript, Word

NEAR_MS = 1_500
"""A heard word may be the truth's word if it ends within this time of it."""
LONG_ENOUGH = 4
"""Letters of words that are searched for: shorter ones are seldom what anybody looks for."""
MOST = 0.8
"""So much of what is to be covered must be silent."""
row = partial(Row, "words")


@dataclass(frozen=True, slots=True)
class Heard:
    """One call as the machine wrote it, and its truth."""

    name: str
    transcript: Transcript

    @property
    def truth(self) -> dict[str, list[dict[str, object]]]:
        """The truth as it lies beside the sound."""
        path = material.root() / "demo" / "truth" / f"{self.name}.json"
        told: dict[str, list[dict[str, object]]] = json.loads(path.read_text())
        return told

    @property
    def turns(self) -> list[tuple[Side, str]]:
        """Side and text of each turn."""
        return [(Side(str(one["side"])), str(one["text"])) for one in self.truth["turns"]]

    @property
    def timed(self) -> list[tuple[Side, str, int]]:
        """Side, text and end of each word of which the truth tells when it was spoken."""
        told: list[tuple[Side, str, int]] = []
        for turn in self.truth["turns"]:
            for word in cast("list[dict[str, object]]", turn.get("words", [])):
                text = self.plain(str(word["w"]))
                if len(text) == 1:
                    told.append((Side(str(turn["side"])), text[0], int(str(word["end_ms"]))))
        return told

    def plain(self, text: str) -> list[str]:
        """The words of ``text`` as errors are counted in them."""
        return plain(text, self.transcript.language)

    def words(self, side: Side) -> list[Word]:
        """Its shown words, by time."""
        return [w for one in self.transcript.segments if one.side is side for w in one.words]


def rows(calls: Sequence[Heard], folder: Path) -> Iterator[Row]:
    """Everything about these calls, by language where it differs."""
    for language in sorted({one.transcript.language for one in calls}):
        some = [one for one in calls if one.transcript.language == language]
        yield row(f"word errors in {language} (%)", _word_errors(some), None)
    yield from _times(calls)
    yield from _masking(calls)
    yield from _search(calls, folder)


def _word_errors(calls: Sequence[Heard]) -> float:
    wrong = said = 0
    for call in calls:
        for side in Side:
            truth = call.plain(" ".join(text for by, text in call.turns if by is side))
            heard = call.plain(" ".join(word.text for word in call.words(side)))
            wrong += word_errors(heard, truth)
            said += len(truth)
    return 100 * wrong / max(said, 1)


def _times(calls: Sequence[Heard]) -> Iterator[Row]:
    """How far the end of a word that came through stands from its end by the truth.

    Where the voice told when it spoke each word: the Finnish ones of two makers.
    """
    errors = [
        min(near)
        for call in calls
        for side, text, end_ms in call.timed
        if (
            near := [
                abs(word.end_ms - end_ms)
                for word in call.words(side)
                if abs(word.end_ms - end_ms) < NEAR_MS and call.plain(word.text) == [text]
            ]
        )
    ]
    if len(errors) < 2:
        return
    name = f"ends of {len(errors)} words that came through"
    yield row(f"{name}, median error (ms)", statistics.median(errors), None, "<=60", Judged.OURS)
    worst = statistics.quantiles(errors, n=20)[-1]
    yield row(f"{name}, p95 error (ms)", worst, None, "<=200", Judged.OURS)


def _masking(calls: Sequence[Heard]) -> Iterator[Row]:
    """By time, for that is what is covered in the sound: entities of the truth, heard or not."""
    wanted = covered = spilt = shown = 0
    for call in calls:
        proposed = find.proposed(call.transcript.segments)
        spans = [one for one in proposed if one.kind is not Kind.SPECIAL]
        entities = [
            (Side(str(one["side"])), int(str(one["start_ms"])), int(str(one["end_ms"])))
            for one in call.truth["entities"]
            if one["type"] in _ENTITIES
        ]
        wanted += len(entities)
        covering = Covering(spans)
        covered += sum(_covers(spans, *one) for one in entities)
        for side in Side:
            words = call.words(side)
            shown += len(words)
            hidden = [word for word in words if covering.of(word, side)]
            spilt += sum(not _within(word, side, entities) for word in hidden)
    yield row(f"of {wanted} names, numbers and addresses in the truth, covered in what was heard "
              "(share)", covered / max(wanted, 1), None)  # fmt: skip
    yield row("words covered beside them, in 1,000 heard words", 1000 * spilt / max(shown, 1), None)


_ENTITIES = frozenset(
    "name third_person phone email address card iban hetu loyalty booking".split()
)


def _covers(spans: Sequence[Span], side: Side, start_ms: int, end_ms: int) -> bool:
    """Whether most of a stretch is silent: sound is muted somewhat wider than words."""
    stretches = [
        (max(one.start_ms - cover.PAD_MS, start_ms), min(one.end_ms + cover.PAD_MS, end_ms))
        for one in spans
        if one.side is side
    ]
    at = hidden = 0
    for start, end in sorted(stretches):
        hidden += max(end - max(start, at), 0)
        at = max(at, end)
    return hidden >= MOST * (end_ms - start_ms)


def _within(word: Word, side: Side, entities: Sequence[tuple[Side, int, int]]) -> bool:
    middle = (word.start_ms + word.end_ms) / 2
    return any(
        by is side and start - cover.PAD_MS <= middle <= end + cover.PAD_MS
        for by, start, end in entities
    )


def _search(calls: Sequence[Heard], folder: Path) -> Iterator[Row]:
    """Words that were said, looked for by their base form, in an index of what was heard."""
    path, key = folder / "accuracy.words", os.urandom(shard_file.KEY_BYTES)
    numbered = {UUID(int=at + 1): call for at, call in enumerate(calls)}
    index.rebuild(path, key, ((uuid, _passages(uuid, call)) for uuid, call in numbered.items()))
    found = asked = 0
    with Shard.open(path, key) as shard:
        for uuid, call in numbered.items():
            for word in sorted(_sought(call)):
                asked += 1
                found += any(hit.recording == uuid for hit in shard.find(parse(word)))
    name = f"of {asked} words that were said, found by their base form in what was heard (share)"
    yield row(name, found / max(asked, 1), None, judged=Judged.OURS)


def _passages(uuid: UUID, call: Heard) -> list[Passage]:
    return [
        Passage(uuid, one.side.value, one.start_ms, one.end_ms, one.text, one.language)
        for one in call.transcript.segments
    ]


def _sought(call: Heard) -> set[str]:
    language = call.transcript.language
    return {
        lemma.forms(word, language).lemmas[0]
        for _, text in call.turns
        for word in lemma.words(text)
        if len(word) >= LONG_ENOUGH and lemma.is_ordinary(word)
    }
