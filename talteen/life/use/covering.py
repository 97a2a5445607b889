"""What a person may do with what is covered: look at it, and decide on it, under a grant.

A decision is written in the access log before it is kept, with the stretch that it is about, and
stays with the span: who and when (REGISTER 16.4: the machine proposes, people decide).
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import cutting, masks
from talteen.life.transcribe.masking.layer import Decision, Layer, Verdict
from talteen.life.transcribe.masking.spans import Span
from talteen.register import access
from talteen.register.access import Grant


def layer(vault: Vault, grant: Grant, now: datetime) -> Layer:
    """What is covered of the call, and by whose word; empty while it has no words."""
    return masks.layer_of(door.open_for(vault, grant, now)) or Layer()


def decide(
    vault: Vault,
    grant: Grant,
    decisions: Sequence[tuple[Verdict, Span]],
    *,
    by: str,
    now: datetime,
) -> None:
    """Keep what the person with staff code ``by`` decided. Nothing happens if that is nothing.

    Raises Denied for a purpose under which nobody sees what is covered.
    """
    if not decisions:
        return
    opened = door.open_for(vault, grant, now)
    start_ms = min(span.start_ms for _, span in decisions)
    end_ms = max(span.end_ms for _, span in decisions)
    access.log_unmasked(grant, "mask", start_ms=start_ms, end_ms=end_ms, at=now)
    made = [Decision(verdict, span, by, now) for verdict, span in decisions]
    masks.decide(opened, made, now)


def cut(
    vault: Vault,
    grant: Grant,
    span: Span,
    *,
    by: str,
    now: datetime,
    then: Callable[[RecordingId], None],
) -> None:
    """Have a card's security code cut out for good; ``then`` enqueues the work.

    Raises Denied as ``decide`` does, InputError for what cannot be a security code.
    """
    cutting.checked(span)
    opened = door.open_for(vault, grant, now)
    access.log_unmasked(grant, "cut", start_ms=span.start_ms, end_ms=span.end_ms, at=now)
    with transaction.atomic():
        masks.decide(opened, [Decision(Verdict.CUT, span, by, now)], now)
        then(grant.recording)
