"""What a node notes when a call begins to be kept: enough for the row of its recording (J10).

Times, codes and versions, as the call's own account will give them at its end (``LiveCall.told``);
nothing of the caller. Pure.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from talteen.life.capture import rules
from talteen.life.capture.live import LiveCall
from talteen.life.capture.note import About, Note
from talteen.life.capture.rules import SoFar


def note(live: LiveCall, names: Iterable[str], now: datetime) -> Note:
    """The note that ``live`` is sealed from now on.

    Of a call that the law has taken back meanwhile it tells no more than that: its end follows.
    """
    opened = rules.so_far(live.gate.facts)
    if not isinstance(opened, SoFar):
        return Note(About.KEPT, now, live.recording, live.line)
    return Note(
        About.KEPT,
        now,
        live.recording,
        live.line,
        direction=live.gate.facts.direction.value,
        agent=live.directory.agents_of(live.call)[0],
        names=tuple(names),
        started_at=live.started_at(),
        kept_from=live.gate.started_at + timedelta(milliseconds=opened.opened_ms),
        announcement=opened.announcement,
        language=live.language(),
    )
