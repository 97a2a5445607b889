"""A stretch of a sealed recording is cut out for good: the one edit that this house knows (8.2;
PCI DSS 3.3.1: a card's security code is not kept after authorisation).

The sealed sound is decoded in RAM, silent in the stretch on both sides, and sealed anew under a new
key; the old key dies in the same roll (J19, ``replacing``). What is left says where and why.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import structlog

from talteen.errors import Unavailable
from talteen.ids import RecordingId
from talteen.life.capture.rules import Mark, MarkKind, Span
from talteen.life.seal import models as rows
from talteen.life.seal import replacing, silencing
from talteen.life.seal.acts import Progressed, silent
from talteen.life.seal.replacing import WIDER_MS, Decided
from talteen.life.seal.vault import Vault
from talteen.register.log.ledger_redactions import Redacted
from talteen.register.models import Recording

log = structlog.get_logger()


def redact(
    vault: Vault,
    recording: RecordingId,
    stretches: Collection[Span],
    now: datetime,
    *,
    decided: Decided,
    progress: Progressed = silent,
) -> bool:
    """Cut ``stretches`` of recording time out of a living recording, held or not; False where all
    of them are cut already. Killed anywhere, it is called again.

    Raises NoLongerOpens where it is let go meanwhile, Conflict where somebody decides at this very
    moment, Unavailable while an earlier replacement is being tidied. Not inside a transaction.
    """
    if rows.Replaced.objects.filter(recording=recording).exists():
        raise Unavailable(
            "the sound of this call is being replaced", remedy="come back in a minute"
        )
    row = Recording.objects.get(pk=recording)
    whole = silencing.whole_of(row)
    gaps = [_gap(one, row.length_ms) for one in stretches]
    new = [one for one in gaps if one.start_ms < one.end_ms and not _within(one, whole.gaps)]
    if not new:
        return False
    kept = replace(whole, gaps=tuple(sorted((*whole.gaps, *new), key=lambda one: one.start_ms)))
    source = silencing.sealed_sound(vault, recording, now)
    told = Redacted(recording=recording, day=row.day, stretches=len(new))
    replacing.replace_sound(
        vault, recording, kept, source, now, decided=decided, progress=progress, told=[told]
    )
    log.warning("recording.redacted", recording=recording, count=len(new))
    return True


def is_redacted(row: Recording) -> bool:
    """Whether something was cut out of it: no packets may then fill its sound again."""
    return any(one["kind"] == MarkKind.REDACTED.value for one in row.marks)


def _gap(stretch: Span, length_ms: int) -> Mark:
    start_ms, end_ms = max(stretch.start_ms - WIDER_MS, 0), stretch.end_ms + WIDER_MS
    return Mark(MarkKind.REDACTED, start_ms, min(end_ms, length_ms))


def _within(one: Mark, gaps: Collection[Mark]) -> bool:
    return any(
        gap.kind is MarkKind.REDACTED and gap.start_ms <= one.start_ms and one.end_ms <= gap.end_ms
        for gap in gaps
    )
