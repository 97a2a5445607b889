"""From a node's bundle to a sealed recording: the same law and the same sealing as an import.

What the journal says of the call is judged as a sidecar is, its packets become two aligned sides,
and one transaction makes the recording. A bundle may be offered any number of times: the first one
makes the recording, whatever comes later is known by its id and lets itself be deleted once a roll
file holds what it brought.

Where two nodes had the same session (decision 093), what is there is taken in together. What comes
later is held against the recording: it fills gaps, or it adds nothing. Either way one recording
stands, one call is counted, and what either node was told not to keep is in none.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import structlog
from django.db import transaction

from talteen.errors import Conflict, KeyGone, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.capture import acts as capture
from talteen.life.capture import merging, twins
from talteen.life.capture.models import Promise
from talteen.life.capture.rules import Nothing, Parked, Reason
from talteen.life.seal import late, redacting, replacing, together
from talteen.life.seal import models as rows
from talteen.life.seal.acts import Outcome, Progressed, Then, What, keep, leave, nobody, silent
from talteen.life.seal.late import Delivers, Fate
from talteen.life.seal.opening import (
    EPOCH,
    Call,
    NothingSealed,
    bundle_of,
    key_of,
    opened,
    parts_of,
    waiting,
)
from talteen.life.seal.received import Received
from talteen.life.seal.replacing import Decided, undecided
from talteen.life.seal.together import Session
from talteen.life.seal.vault import Vault
from talteen.register.log.ledger_kinds import Origin
from talteen.register.models import Recording
from talteen.register.states import Progress

__all__ = ["EPOCH", "bundle_of", "key_of", "let_go", "parts_of", "take_in", "waiting"]

LATE = timedelta(hours=1)
"""How long a call's packets are kept in a house of several nodes, for a node that comes late."""

_ASKED_AT_ONCE = 1_000
"""Promises that one question names."""

_SEALED = (Progress.SEALED.value, Progress.PARKED.value)

log = structlog.get_logger()


def let_go(vault: Vault, now: datetime | None = None) -> int:
    """Delete the bundles whose call a roll file holds, or of which nothing is kept (J13).

    Returns how many. A bundle whose recording waits for its roll stays: it is the only other copy.
    In a house of several nodes it stays for ``LATE`` (none is given: not longer than its roll).
    """
    keys = {parts_of(key)[1]: key for key in waiting(vault)}
    gone = [keys[recording] for recording in done(vault, keys, now)]
    vault.blobs.delete(gone)
    return len(gone)


def done(
    vault: Vault, recordings: Iterable[RecordingId], now: datetime | None = None
) -> list[RecordingId]:
    """Those of a node's calls whose packets nothing needs any more. Of the many that only wait to
    be taken in, the database is asked together."""
    of, found = {vault.origin_mac(one.bytes): one for one in recordings}, []
    rest = iter(of)
    while several := list(islice(rest, _ASKED_AT_ONCE)):
        seen = Promise.objects.filter(mac__in=several).exclude(outcome__in=capture.OPEN)
        found += [of[bytes(promise.mac)] for promise in seen if _is_done(promise, now)]
    return found


def _is_done(promise: Promise, now: datetime | None) -> bool:
    folding = rows.Envelope.objects.filter(recording=promise.recording, done_n=None, rejected=False)
    if folding.exists():
        return False
    return now is None or not _may_be_wanted(promise, now)


def _may_be_wanted(promise: Promise, now: datetime) -> bool:
    """Whether another node may still bring what this one lacks: it has said so, or may be late."""
    if promise.recording is None or not promise.names or promise.outcome == capture.TWIN:
        return False
    living = Recording.objects.filter(pk=promise.recording, progress=Progress.SEALED.value)
    if not living.exists():
        return False
    names = [bytes(one) for one in promise.names]
    others = twins.others(names, bytes(promise.mac), promise.arrived_at)
    if any(one.outcome in capture.OPEN for one in others):
        return now < promise.arrived_at + timedelta(days=1)
    ended_at = promise.ended_at or promise.arrived_at
    return _has_several_nodes() and not others and now < ended_at + LATE


def nobody_waits(_recording: object) -> bool:
    """No copy of it waits for anybody."""
    return False


def _has_several_nodes() -> bool:
    return rows.Node.objects.count() > 1


def wait_for(vault: Vault, recording: RecordingId, wait: timedelta) -> timedelta:
    """How long to wait before ``recording`` is taken in, so that another node's call of the same
    session comes in with it. Nothing in a house of one node, or where the other is there."""
    if not _has_several_nodes():
        return timedelta(0)
    promise = Promise.objects.filter(mac=vault.origin_mac(recording.bytes)).first()
    if promise is None or not promise.names:
        return timedelta(0)
    names = [bytes(one) for one in promise.names]
    others = twins.others(names, bytes(promise.mac), promise.arrived_at)
    if others and not twins.awaited(others):
        return timedelta(0)
    return wait


def take_in(
    vault: Vault,
    key: str,
    now: datetime,
    *,
    then: Then = nobody,
    decided: Decided = undecided,
    delivers: Delivers = nobody_waits,
    progress: Progressed = silent,
) -> Outcome:
    """Take in the call whose bundle lies at ``key``, with those of other nodes that are the same.

    ``decided`` tells what people decided on sound that is replaced, ``delivers`` whether a copy of
    a recording waits for somebody: its sound is not replaced then.

    Raises KeyGone where its intake key has died (nobody may open it any more), Tampered where it is
    not what the node sealed. Neither leaves anything behind.
    """
    mac = vault.origin_mac(parts_of(key)[1].bytes)
    if before := _before(mac):
        return before
    call = opened(vault, key)
    sounds = call.sounds(vault.session_key()) if _has_several_nodes() else ()
    with twins.alone((*call.names, *sounds)):
        # Another worker may have taken it in beside its twin while this one waited for its turn.
        taking = _Taking(vault, call, sounds, now, then, decided, delivers, progress)
        return _before(mac) or taking.take()


def _before(mac: bytes) -> Outcome | None:
    before = capture.seen(mac)
    if before is None:
        return None
    same = RecordingId(before.recording) if before.recording else None
    return Outcome(What.DUPLICATE, before.outcome, same)


class _Taking:
    """One call on its way in, under the lock of its session."""

    def __init__(
        self,
        vault: Vault,
        call: Call,
        sounds: tuple[bytes, ...],
        now: datetime,
        then: Then,
        decided: Decided,
        delivers: Delivers,
        progress: Progressed,
    ) -> None:
        self.vault, self.call, self.sounds, self.now = vault, call, sounds, now
        self.then, self.decided, self.progress = then, decided, progress
        self.delivers = delivers
        self.others = twins.others(call.names, call.mac, self._arrived_at())

    def _arrived_at(self) -> datetime:
        """When its node promised it; names that only the journal knows are noted with it."""
        twins.name(self.call.mac, self.call.names)
        promise = Promise.objects.filter(mac=self.call.mac).first()
        return promise.arrived_at if promise else self.call.sidecar.started_at or self.now

    def take(self) -> Outcome:
        forbidding = twins.forbidding(self.others)
        if forbidding is not None:
            return self._forbidden(forbidding)
        first = twins.first(self.others) or self._of_the_same_sound()
        if first is not None:
            return self._beside(first)
        return self._take(self._session())

    def _forbidden(self, by: Promise) -> Outcome:
        """Another node was told that nothing may be kept. Only a threat is kept for its day, by the
        law that one node alone would have followed (15.6)."""
        session = together.alone(self.call)
        if by.outcome in twins.REFUSALS and by.ended_at and self.call.sidecar.started_at:
            at_ms = (by.ended_at - self.call.sidecar.started_at) // timedelta(milliseconds=1)
            session = session.having(merging.refused_elsewhere(self.call.sidecar, at_ms))
            judged = session.judged(self.vault, session.sound(), self.now)
            if judged.capture is not None:
                return self._take(session)
        twins.follow(self.call.mac, by, self.now)
        return Outcome(What.TWIN, by.outcome)

    def _of_the_same_sound(self) -> Promise | None:
        """The promise of another node's recording whose packets show that it is this call, though
        its client told the two nodes other ids. Sound alone forbids nothing: a tune is in many."""
        for one in twins.others(self.sounds, self.call.mac, self._arrived_at()):
            if one.recording is None or twins.first([one]) is None:
                continue
            row = Recording.objects.filter(pk=one.recording, progress__in=_SEALED).first()
            if row is None or redacting.is_redacted(row):
                continue
            before = self._other(one)
            if before is not None and together.alone(before).joined(self.call) is not None:
                return one
        return None

    def _session(self) -> Session:
        """The call, and those of other nodes that wait and are the same; the earliest leads."""
        waiting = [call for one in twins.captured(self.others) if (call := self._other(one))]
        calls = sorted([self.call, *waiting], key=lambda one: one.began_ns or 0)
        session = together.alone(calls[0])
        for other in calls[1:]:
            joined = session.joined(other)
            if joined is None:
                # Its ids say so and its packets do not: each stays a call of its own.
                log.warning("session.unlike", recording=other.recording)
                return together.alone(self.call)
            session = joined
        return session

    def _other(self, promise: Promise) -> Call | None:
        """The call of another node's promise, if its bundle is here and opens."""
        if promise.recording is None:
            return None
        key = bundle_of(self.vault, RecordingId(promise.recording))
        try:
            return opened(self.vault, key) if key else None
        except (KeyGone, NothingSealed):
            return None

    def _take(self, session: Session) -> Outcome:
        """The calls of a session become one recording, or leave one count."""
        sound = session.sound()
        judged = session.judged(self.vault, sound, self.now)
        first = session.first
        twin_macs = [one.mac for one in session.calls[1:]]
        if judged.capture is None:
            if session.cut_off and judged.verdict == Nothing(Reason.NO_CONVERSATION):
                raise NothingSealed  # what was said after that was lost, and is not lawfully unkept
            with transaction.atomic():
                kind = leave(self.vault, judged, first.mac, origin=Origin.SIPREC)
                self._follow(twin_macs, first)
            return Outcome(What.NOTHING, kind)
        _tell(session, first.recording)
        outcome = keep(
            self.vault,
            judged,
            sound,
            first.mac,
            recording=first.recording,
            origin=Origin.SIPREC,
            then=self.then,
            progress=self.progress,
            within=lambda _: self._kept(twin_macs, first),
        )
        return replace(outcome, unheard=_unheard(sound))

    def _kept(self, macs: Iterable[bytes], first: Call) -> None:
        self._follow(macs, first)
        twins.name(first.mac, self.sounds)

    def _follow(self, macs: Iterable[bytes], first: Call) -> None:
        twins.name(first.mac, first.names)
        of = Promise.objects.get(mac=first.mac)
        for mac in macs:
            twins.follow(mac, of, self.now)

    # --- a recording stands already -----------------------------------------------------------

    def _beside(self, first: Promise) -> Outcome:
        """What comes later is held against the recording that stands."""
        recording = RecordingId(first.recording)  # type: ignore[arg-type]
        row = Recording.objects.filter(pk=recording).first()
        if row is None or row.progress not in _SEALED:
            # Destroyed stays destroyed (I6); what is doubted is not looked into.
            return self._twin(first)
        # Packets still hold what was cut out of the sound that they became.
        before = None if redacting.is_redacted(row) else self._other(first)
        if before is None:
            return self._without_packets(first, row)
        session = together.alone(before).joined(self.call)
        if session is None:
            log.warning("session.unlike", recording=self.call.recording)
            return self._take(together.alone(self.call))
        if not self._adds(session):
            return self._twin(first)
        return self._heal(first, row, session)

    def _adds(self, session: Session) -> bool:
        return (
            session.count.filled > 0
            or session.told_more
            or late.refused(self.call)
            or session.opens_later(self.vault, self.now)
        )

    def _heal(self, first: Promise, row: Recording, session: Session) -> Outcome:
        """The recording gets the sound of both; or none, where both accounts allow none."""
        recording = RecordingId(row.pk)
        sound = session.sound()
        judged = session.judged(self.vault, sound, self.now)
        if judged.capture is None:
            twins.doom(recording, "refusal")
            return self._twin(first)
        shut, shuts = row.progress == Progress.PARKED.value, isinstance(judged.verdict, Parked)
        if (shut and not shuts) or (shuts and not (shut or twins.park(recording))):
            # What is shut gets nothing that a third node heard; what is held is for people.
            return self._twin(first)
        try:
            replacing.replace_sound(
                self.vault,
                recording,
                judged.capture,
                sound,
                self.now,
                decided=self.decided,
                progress=self.progress,
            )
        except (NoLongerOpens, Conflict):
            if Recording.objects.filter(pk=recording, progress__in=_SEALED).exists():
                raise
            return self._twin(first)
        _tell(session, recording)
        return self._twin(first, What.HEALED)

    def _without_packets(self, first: Promise, row: Recording) -> Outcome:
        """The packets of the recording are gone, as they go within the hour: it is healed by its
        own sound, or it is told why not (``late``)."""
        fate = self._late(row)
        if fate in late.ALONE:
            log.warning("session.late", recording=self.call.recording, reason=fate.value)
            outcome = self._take(together.alone(self.call))
        else:
            outcome = self._twin(first, What.HEALED if fate is Fate.HEALED else What.TWIN)
        if fate is not None:
            Promise.objects.filter(mac=self.call.mac).update(late=fate.value)
        return outcome

    def _late(self, row: Recording) -> Fate | None:
        """None where the recording was let go meanwhile."""
        try:
            return late.beside(
                self.vault,
                self.call,
                row,
                self.now,
                decided=self.decided,
                delivers=self.delivers,
                progress=self.progress,
            )
        except (NoLongerOpens, Conflict):
            if Recording.objects.filter(pk=row.pk, progress__in=_SEALED).exists():
                raise
            return None

    def _twin(self, first: Promise, what: What = What.TWIN) -> Outcome:
        twins.follow(self.call.mac, first, self.now)
        recording = RecordingId(first.recording) if first.recording else None
        return Outcome(what, what.value, recording)


def _unheard(sound: Received) -> tuple[str, ...]:
    found = (one.codec or one.kind.value for one in sound.unheard)
    return tuple(dict.fromkeys(found))


def _tell(session: Session, recording: RecordingId) -> None:
    if len(session.calls) > 1:
        log.info("session.healed", recording=recording, count=session.count.filled)
    if session.count.disputed:
        # Two nodes were given different packets under one number: somebody should look.
        log.error("session.disputed", recording=recording, count=session.count.disputed)
