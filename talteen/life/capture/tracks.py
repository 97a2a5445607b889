"""Gives each call its media lines, and notes what came or changed on them.

A line belongs to the call whose stream bears its label; a line that no stream names belongs to the
call that is there.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from talteen.engine.wire.siprec import Metadata
from talteen.life.capture import comings, statement
from talteen.life.capture.call import Call, Event, Kind, Segment, Track
from talteen.life.capture.lines import Lines, Step

Calls = Mapping[str | None, Call]


def assign(calls: Calls, lines: Lines, known: Metadata | None) -> None:
    """Give every line that is on and has no track yet to its call."""
    for number, name in enumerate(lines.names()):
        owner = _owner(calls, known, name) if name is not None else None
        if owner and name is not None and name not in owner.tracks:
            owner.tracks[name] = Track(number, lines.ours[number].label)


def note_media(
    calls: Calls, lines: Lines, step: Step, began: frozenset[str | None], now: datetime
) -> None:
    """Begin segments where media are new or other than before, and tell the calls that went on."""
    changed = dict(step.changed)
    for key, call in calls.items():
        if key not in began:
            told = comings.joined_lines(call, now)
            for name in step.added:
                if name in call.tracks and name not in told:
                    call.note(Event(Kind.STREAM_ADDED, now, label=name))
            what = dict.fromkeys(one for name in call.tracks for one in changed.get(name, ()))
            if what:
                call.note(Event(Kind.MEDIA_CHANGED, now, what=", ".join(what)))
        for name, track in call.tracks.items():
            call.tracks[name] = _with_segment(track, lines, changed.get(name, ()), now)


def _owner(calls: Calls, known: Metadata | None, name: str) -> Call | None:
    session = statement.owner_of(known, name)
    return calls.get(session) or next(iter(calls.values()), None)


def _with_segment(track: Track, lines: Lines, what: tuple[str, ...], now: datetime) -> Track:
    """A first segment when the client has described the line, another one when it changed."""
    line = lines.ours[track.mline] if track.mline < len(lines.ours) else None
    if not lines.theirs or line is None or line.speech is None or (track.segments and not what):
        return track
    segment = Segment(str(line.speech), line.speech.payload, now, what)
    return replace(track, segments=(*track.segments, segment))
