"""A card's security code is cut out of a recording for good: out of its sound, out of every writing
of its words, out of the index (8.s6 of the notice, REGISTER 8.2).

A person decides, for a machine that errs would destroy evidence (decision 231). The decision stands
in the sealed layer of covers; from there ``cut`` reads what is still to be done, so that it may be
killed anywhere and called again.
"""

from datetime import datetime

from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.capture import rules
from talteen.life.seal import door, handover, redacting
from talteen.life.seal.acts import Progressed, silent
from talteen.life.seal.door import Step
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import masks, surviving
from talteen.life.transcribe.masking.layer import Verdict
from talteen.life.transcribe.masking.spans import Kind, Span

LONGEST_MS = 10_000
"""Three or four digits are said in less: a cut is no way to destroy a conversation."""


def checked(span: Span) -> Span:
    """``span``, if it may be a security code. Raises InputError."""
    if span.kind is not Kind.CARD:
        raise InputError(
            "only a card's security code is cut out", remedy="cover anything else instead"
        )
    if span.end_ms - span.start_ms > LONGEST_MS:
        raise InputError(
            "a security code is said in ten seconds", remedy="choose the digits of the code only"
        )
    return span


def cut(
    vault: Vault, recording: RecordingId, now: datetime, *, progress: Progressed = silent
) -> bool:
    """Cut what people decided to cut; False where nothing is left to do (``redacting.redact``).

    The words come with the new sound, in every writing, without what was said there.
    """
    opened = door.open_for_step(vault, recording, Step.SILENCE, now)
    layer = masks.layer_of(opened)
    asked = [one.span for one in layer.decisions if one.verdict is Verdict.CUT] if layer else []
    done = redacting.redact(
        vault,
        recording,
        [rules.Span(one.start_ms, one.end_ms) for one in asked],
        now,
        decided=surviving.with_words,
        progress=progress,
    )
    bundle = handover.bundle_of(vault, recording) if asked else None
    if bundle is not None:
        vault.blobs.delete([bundle])  # the packets still hold it; the pages name the key now
    return done
