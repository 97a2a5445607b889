"""Who came, who went and who took over, between two statements about one call.

Somebody who is missing from a complete statement has left. If another person now sends the line
that he sent, that is a transfer; if he was only a placeholder, he has been replaced by whom he
stood for.
"""

from dataclasses import replace
from datetime import datetime

from talteen.life.capture.call import Call, Event, Kind, Person, Sending, Track
from talteen.life.capture.statement import LineSaid, Statement

TRANSFER_TARGET = "transfer-target"


def take(call: Call, statement: Statement, now: datetime, *, first: bool, last: bool) -> None:
    """Write ``statement`` into ``call`` and note what it changed.

    ``first``: the call begins with it, so nobody joins. ``last``: it ends the call, so nobody
    leaves.
    """
    present = {key for key, one in call.people.items() if one.left_at is None}
    stated = {one.key: one for one in statement.people if one.key}
    for key, person in stated.items():
        _know(call, person, None if first or last or key in present else now)
    takeovers = _tracks(call, statement, now)
    if first or last:
        return
    leaving = [key for key in present if key not in stated or key in statement.gone]
    joining = [key for key in stated if key not in present and key not in statement.gone]
    _note_changes(call, leaving, joining, takeovers, now)


def joined_lines(call: Call, now: datetime) -> frozenset[str]:
    """Lines that somebody brought who joined at ``now``: told with him, not as lines added."""
    events = (one for one in call.events if one.at == now and one.kind is Kind.JOINED)
    return frozenset(one.label for one in events if one.label is not None)


def _know(call: Call, person: Person, joined_at: datetime | None) -> None:
    known = call.people.get(person.key)
    if known is None:
        told = person.joined_at == joined_at
        call.people[person.key] = person if told else replace(person, joined_at=joined_at)
        return
    call.people[person.key] = replace(
        known,
        aor=person.aor or known.aor,
        name=person.name or known.name,
        side=person.side if person.aor else known.side,
        role=person.role if person.role != "unknown" else known.role,
        since=person.since or known.since,
        until=person.until or known.until,
        joined_at=joined_at or known.joined_at,
        left_at=None if joined_at else known.left_at,
    )


class _Takeover:
    """A line whose sender changed: from whom, to whom, and whether the stream stayed the same."""

    def __init__(self, line: str, before: tuple[str, ...], said: LineSaid, track: Track) -> None:
        self.line, self.before, self.after = line, before, said.who
        same = bool(said.stream_ids) and set(said.stream_ids) <= set(track.stream_ids)
        self.label = track.label if same else None


def _tracks(call: Call, statement: Statement, now: datetime) -> list[_Takeover]:
    takeovers = []
    for line, said in statement.lines.items():
        track = call.tracks.get(line)
        if track is None:
            continue
        if track.last_senders and said.who and said.who != track.last_senders:
            takeovers.append(_Takeover(line, track.last_senders, said, track))
        new = tuple(one for one in said.stream_ids if one not in track.stream_ids)
        sendings = track.sendings
        if said.who and said.who != track.last_senders:
            sendings = (*sendings, Sending(said.who, said.source, now))
        call.tracks[line] = replace(track, stream_ids=track.stream_ids + new, sendings=sendings)
    return takeovers


def _note_changes(
    call: Call,
    leaving: list[str],
    joining: list[str],
    takeovers: list[_Takeover],
    now: datetime,
) -> None:
    for key in leaving:
        call.change(key, left_at=now)
    for takeover in takeovers:
        for key in [one for one in leaving if one in takeover.before]:
            heirs = [one for one in joining if one in takeover.after]
            if heirs:
                leaving.remove(key)
                joining.remove(heirs[0])
                _hand_over(call, key, heirs[0], takeover, now)
    for key in [one for one in leaving if call.people[one].placeholder and joining]:
        leaving.remove(key)
        _replace_placeholder(call, key, joining.pop(0), now)
    for key in leaving:
        call.note(Event(Kind.LEFT, now, who=call.people[key].aor))
    for key in joining:
        label = next((t.label for t in call.tracks.values() if key in t.last_senders), None)
        call.note(Event(Kind.JOINED, now, who=call.people[key].aor, label=label))


def _hand_over(call: Call, key: str, heir: str, takeover: _Takeover, now: datetime) -> None:
    if call.people[key].placeholder:
        return _replace_placeholder(call, key, heir, now)
    if takeover.label is not None:
        call.change(heir, role=TRANSFER_TARGET)
    leaves, joins = call.people[key].aor, call.people[heir].aor
    call.note(Event(Kind.TRANSFER, now, label=takeover.label, leaves=leaves, joins=joins))
    return None


def _replace_placeholder(call: Call, key: str, heir: str, now: datetime) -> None:
    leaves, joins = call.people[key].aor, call.people[heir].aor
    call.note(Event(Kind.PARTICIPANT_REPLACED, now, leaves=leaves, joins=joins))
