"""Group ``words``: the two sides of a call apart, against one mix, people talking at once."""

import json
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from benchmarks import Row, house, words
from benchmarks.words import HZ, SOME, Spoken
from talteen.demo import material
from talteen.life.transcribe import sides
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.words import Side

OVERLAPPING = ("008-kaksoisveloitus", "028-late-checkout")
row = partial(Row, words.GROUP)


def rows() -> Iterator[Row]:
    """On an engine of its own."""
    with house.folder() as folder:
        calls = [words.spoken(name) for name in OVERLAPPING[::SOME]]
        yield from split_or_mixed(calls, words.warm(folder))


def split_or_mixed(calls: Sequence[Spoken], engine: Transcriber) -> Iterator[Row]:
    """The two sides apart, against one mix of them, where people talk at once."""
    apart = mixed = letters = 0
    for call in calls:
        both = " ".join(words.spoken_on(call, side) for side in Side)
        letters += len(words.plain(both))
        transcript = words.ours(call, engine)
        apart += sum(
            words.letter_errors(words.said(transcript, side), words.spoken_on(call, side))
            for side in Side
        )
        length = min(len(sound) for sound in call.sides.values())
        agent, caller = (sound[:length].astype(np.int32) for sound in call.sides.values())
        mix = (agent + caller) // 2
        told = sides.transcribe_call(iter([mix.astype(np.int16)]), iter(()), HZ, marks=[],
                                     language=call.language, engine=engine)  # fmt: skip
        mixed += words.letter_errors(words.said(told, Side.AGENT), in_order(call))
    yield row("sides apart against their mix, people talking at once (letter errors, %)",
              words.percent(apart, letters), words.percent(mixed, letters), "<=0.6")  # fmt: skip


def in_order(call: Spoken) -> str:
    truth = json.loads((material.root() / "demo" / "truth" / f"{call.name}.json").read_text())
    return " ".join(turn["text"] for turn in truth["turns"])
