"""Another node comes to a recording whose packets are gone, as they go within the hour (decisions
093, 141, 239): what it was told not to keep goes, what the recording lacks is filled as long as the
call lives, and else it is told why not.

Names and time find the recording. They are enough to forbid; to add a sound takes the sound itself.
"""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from uuid import UUID

import structlog

from talteen.errors import Unavailable
from talteen.ids import RecordingId
from talteen.life.capture import acts as capture
from talteen.life.capture import told as node_told
from talteen.life.capture import twins
from talteen.life.capture.facts import Happening
from talteen.life.capture.rules import Capture, Nothing
from talteen.life.seal import filling, opening, redacting, replacing, silencing, together
from talteen.life.seal import models as rows
from talteen.life.seal.acts import Progressed
from talteen.life.seal.filling import Filling
from talteen.life.seal.opening import Call
from talteen.life.seal.replacing import Decided
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording
from talteen.register.passage_models import Passage
from talteen.register.spared import do_not_record
from talteen.register.states import Progress

Delivers = Callable[[UUID], bool]
"""Whether a package waits for somebody that opens by the key of this recording."""


class Fate(Enum):
    """What became of an account that came late: it stands in the promise of that node."""

    HEALED = "healed"
    """What the recording lacked was filled."""
    WHOLE = "whole"
    """The recording lacked nothing."""
    NOTHING_NEW = "nothing_new"
    """What it lacked this node had not heard either, or was told not to keep."""
    FORBADE = "forbade"
    """The caller had said no to this node: nothing is added, and the recording ends or is shut."""
    SHUT = "shut"
    """The recording is kept for a threat alone."""
    REDACTED = "redacted"
    """Something was cut out of it for good, and no sound brings that back."""
    RESTRICTED = "restricted"
    """Its use is restricted (Art. 18): it is stored, and nothing else."""
    DELIVERED = "delivered"
    """A copy of it waits for somebody, and would not open any more."""
    TEACHES = "teaches"
    """Two persons chose a passage of it as it sounds."""
    BEGINS_EARLIER = "begins_earlier"
    """This node's begins before the recording does, from whose start its end counts (I3)."""
    UNLIKE = "unlike"
    """Its sound does not show that it is the same conversation."""


ALONE = frozenset({Fate.UNLIKE, Fate.BEGINS_EARLIER})
"""Such an account becomes a recording of its own: nobody else has what it has."""

log = structlog.get_logger()


def beside(
    vault: Vault,
    call: Call,
    row: Recording,
    now: datetime,
    *,
    decided: Decided,
    delivers: Delivers,
    progress: Progressed,
) -> Fate:
    """Hold ``call`` against the living recording ``row``: take out what it forbids, put in what is
    lacking. Raises NoLongerOpens where the recording is let go meanwhile, Conflict where somebody
    decides on it, Unavailable while its sound is being replaced. Not inside a transaction."""
    recording = RecordingId(row.pk)
    less = _less(vault, call, row, now)
    if isinstance(less, Nothing):
        twins.doom(recording, twins.FORBIDDEN.get(less.kind.value, "refusal"))
        return Fate.FORBADE
    cut = less if isinstance(less, Capture) else None
    if refused(call) and cut:
        # A node that was refused hands a call over for a threat only (15.6).
        if row.progress == Progress.PARKED.value or twins.park(recording):
            silencing.replace_sound(vault, recording, cut, now, decided=decided, progress=progress)
        return Fate.FORBADE
    fate, found = _found(vault, call, row, cut or silencing.whole_of(row), delivers, now)
    if found is not None:
        _refuse_two_at_once(recording)
        replacing.replace_sound(
            vault, recording, found.kept, found.source, now, decided=decided, progress=progress
        )
        log.info("session.filled", recording=recording, count=len(found.source.fills))
    elif cut:
        silencing.replace_sound(vault, recording, cut, now, decided=decided, progress=progress)
    return fate


def refused(call: Call) -> bool:
    """Whether its node was told that the caller says no."""
    return any(one.type is Happening.REFUSAL for one in call.sidecar.events)


def _less(vault: Vault, call: Call, row: Recording, now: datetime) -> object:
    """What names and time alone take out of the recording."""
    listed = do_not_record.listed(vault.do_not_record_key())
    law = capture.so_far(call.sidecar, now, name=node_told.NAME, do_not_record=listed)
    return silencing.less(row, call, law)


def _found(
    vault: Vault, call: Call, row: Recording, whole: Capture, delivers: Delivers, now: datetime
) -> tuple[Fate, Filling | None]:
    """What can be filled in ``whole``, which the recording is or is to be; or why nothing is."""
    why_not = _why_not(row, delivers)
    if why_not is not None or call.began_ns is None:
        return why_not or Fate.UNLIKE, None
    session = together.alone(call)
    theirs = session.sound()
    allowed = session.judged(vault, theirs, now).verdict
    if not isinstance(allowed, Capture):
        return Fate.NOTHING_NEW, None
    own = silencing.sealed_sound(vault, RecordingId(row.pk), now)
    near_ms = (opening.ns(row.announced_until) - call.began_ns) // 1_000_000
    laid = filling.lay(own, whole, theirs, near_ms)
    if laid is None:
        return Fate.UNLIKE, None
    if filling.begins_before(allowed, laid, own.rate):
        return Fate.BEGINS_EARLIER, None
    filled = filling.fill(own, whole, theirs, allowed, laid)
    return (Fate.HEALED if filled else Fate.NOTHING_NEW), filled


def _why_not(row: Recording, delivers: Delivers) -> Fate | None:
    """Why the sound of ``row`` stays as it is, whatever another node has."""
    if not row.incomplete:
        return Fate.WHOLE
    if row.progress == Progress.PARKED.value:
        return Fate.SHUT
    if redacting.is_redacted(row):
        return Fate.REDACTED
    if row.restricted:
        return Fate.RESTRICTED
    if Passage.objects.filter(recording=row.pk).exists():
        return Fate.TEACHES
    return Fate.DELIVERED if delivers(row.pk) else None


def _refuse_two_at_once(recording: RecordingId) -> None:
    if rows.Replaced.objects.filter(recording=recording).exists():
        raise Unavailable(
            "the sound of this call is being replaced", remedy="come back in a minute"
        )
