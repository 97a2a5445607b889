"""Reads pauses and holds out of one message, and tells the calls (REGISTER 6.6, 8.1).

Four sources speak of the same thing: evidence of the house's own kind, a vendor's header, the
direction of a media line, and associations in metadata.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from talteen.engine.wire.siprec import Metadata
from talteen.life.capture import evidence
from talteen.life.capture.call import Call, Event, Kind, Track
from talteen.life.capture.facts import Evidence, PauseEvidence, ResumeEvidence
from talteen.life.capture.holding import Holding, Told, Turned
from talteen.life.capture.lines import Step
from talteen.life.capture.parties import HeaderFields

BY_ADDRESS = "sdp 0.0.0.0"
BY_ACTION = f"header {evidence.AUDIOCODES_ACTION}"
BY_EVIDENCE = "evidence"


def pauses(
    holding: Holding, headers: HeaderFields, said: Iterable[Evidence], step: Step, now: datetime
) -> list[Event]:
    """What the message pauses and resumes for the whole session, as events."""
    found = [_by_action(holding, headers, now), _by_address(holding, step, now)]
    if any(found):
        # The pause tells of these lines: they are not on hold beside it.
        holding.paused_lines |= set(step.halted)
    found += [_by_evidence(holding, one, now) for one in said]
    return [event for event in found if event is not None]


def holds(
    holding: Holding,
    calls: Iterable[Call],
    known: Metadata | None,
    update: Metadata | None,
    step: Step,
    now: datetime,
) -> None:
    """Note the lines that the message puts on hold or brings back, in their calls."""
    calls = tuple(calls)
    tracks = {name: track for call in calls for name, track in call.tracks.items()}
    silent, speaking = _by_flows(known, update, tracks)
    halted = [(Told.SDP, one) for one in step.halted if one not in holding.paused_lines]
    holding.paused_lines -= set(step.resumed)
    held, back = holding.update(
        [*halted, *((Told.METADATA, one) for one in silent)],
        [*((Told.SDP, one) for one in step.resumed), *((Told.METADATA, one) for one in speaking)],
        lifted=step.resumed if update is None else (),
    )
    _tell(calls, held, Kind.HOLD, now)
    _tell(calls, back, Kind.RESUME, now)


def _tell(calls: Iterable[Call], turned: Turned | None, kind: Kind, now: datetime) -> None:
    if turned is None:
        return
    for call in calls:
        if labels := tuple(one for one in turned.labels if one in call.tracks):
            call.note(Event(kind, now, labels=labels, by=turned.by))


def _by_evidence(holding: Holding, one: Evidence, now: datetime) -> Event | None:
    match one:
        case PauseEvidence(_, at, by, reason) if holding.pause(BY_EVIDENCE):
            return Event(Kind.PAUSE, now, by=by.value, reason=reason.value, stated_at=at)
        case ResumeEvidence(_, at, by) if holding.resume(BY_EVIDENCE):
            return Event(Kind.RESUME, now, by=by.value, stated_at=at)
    return None


def _by_action(holding: Holding, headers: HeaderFields, now: datetime) -> Event | None:
    action = (headers.get(evidence.AUDIOCODES_ACTION) or "").strip().lower()
    if action.startswith("pause") and holding.pause(BY_ACTION):
        return Event(Kind.PAUSE, now, by=BY_ACTION)
    if action.startswith("resume") and holding.resume(BY_ACTION):
        return Event(Kind.RESUME, now, by=BY_ACTION)
    return None


def _by_address(holding: Holding, step: Step, now: datetime) -> Event | None:
    if step.unroutable and holding.pause(BY_ADDRESS):
        return Event(Kind.PAUSE, now, by=BY_ADDRESS)
    if step.routable and holding.resume(BY_ADDRESS):
        return Event(Kind.RESUME, now)
    return None


def _by_flows(
    known: Metadata | None, update: Metadata | None, tracks: Mapping[str, Track]
) -> tuple[list[str], list[str]]:
    """Lines that nobody sends any more although their sender is there, and lines that are sent.

    Only an association that is stated without *send* holds (RFC 8068): a snapshot that leaves it
    out says nothing about it.
    """
    if update is None or known is None:
        return [], []
    sent = {one for flow in known.flows for one in flow.send}
    sent_labels = {one.label for one in known.streams if one.id in sent}
    stated = {flow.participant for flow in update.flows}
    there = {one.id for one in known.participants}
    silent, speaking = [], []
    for name, track in tracks.items():
        if name in sent_labels or not sent.isdisjoint(track.stream_ids):
            speaking.append(name)
        elif stated & there & set(track.last_senders):
            silent.append(name)
    return silent, speaking
