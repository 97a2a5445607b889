"""A call that two nodes recorded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from talteen.engine.vault.entries import Kind
from talteen.engine.vault.journal_bodies import Body, Gap, Why
from talteen.ids import RecordingId
from talteen.life.capture import carrying
from talteen.life.capture.facts import Happening
from talteen.life.capture.models import Promise
from talteen.life.capture.naming import named
from talteen.life.capture.note import About, Note
from talteen.life.capture.sidecar import TimedEvent
from talteen.life.capture.told import CallTold, SessionTold
from talteen.life.seal import audio, door, handover
from talteen.life.seal.acts import Outcome
from talteen.life.seal.door import Step
from talteen.register.models import Recording
from tests.kit import nodes, sounds
from tests.kit.houses import Built
from tests.kit.nodes import Node
from tests.kit.rtp import Datagram

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SESSION = SessionTold(1, "hVpd7YQgRW2nD22h7q60JQ==", group="zmn1wCjSSFZP8BmMkvdxOA==")
MS = 1_000_000
Media = dict[int, list[Datagram]]


class Recorded:
    """One call on one node, noted and offered as a node does it."""

    def __init__(self, built: Built, node: Node, told: CallTold, media: Media,
                 extra: Sequence[Body] = (), session: SessionTold = SESSION) -> None:  # fmt: skip
        self.built, self.node, self.session = built, node, session
        self.recording = node.seal(replace(told, session=session), media, extra)
        self.at = told.sidecar.started_at or NEWEST

    def promised(self) -> "Recorded":
        self.noted(About.PROMISED)
        return self

    def ended(self) -> "Recorded":
        """Its bundle lies in the store, and the register knows."""
        self.promised()
        self.key = self.node.offer(self.recording)
        self.noted(About.ENDED, fate="ended")
        return self

    def refused(self, after: timedelta) -> None:
        """Only this node was told: nothing of it is offered."""
        self.promised()
        self.at += after
        self.noted(About.ENDED, fate="refused", reason="refused")

    def noted(self, about: About, *, fate: str = "", reason: str = "") -> None:
        vault = self.built.house.vault
        names = named(self.session, vault.session_key())
        note = Note(about, self.at, self.recording, "rooms", fate=fate, reason=reason, names=names)
        read = carrying.read_to(self.node.name)
        carrying.take(
            self.node.name,
            [(read + 100, note)],
            mac_of=lambda call: vault.origin_mac(call.bytes),
            captured=lambda _: None,
        )

    def take_in(self) -> Outcome:
        with sounds.once():
            return handover.take_in(self.built.house.vault, self.key, self.built.clock.now())

    @property
    def promise(self) -> Promise:
        return Promise.objects.get(mac=self.built.house.vault.origin_mac(self.recording.bytes))


def without(media: Media, stream: int, first: int, behind: int) -> Media:
    """What is left where a node lost some packets of one stream."""
    kept = [one for at, one in enumerate(media[stream]) if not first <= at < behind]
    return media | {stream: kept}


def ahead(told: CallTold, media: Media, by: timedelta) -> tuple[CallTold, Media]:
    """The same on a node whose clock is ahead."""
    ns = by // timedelta(microseconds=1) * 1_000
    started_at = told.sidecar.started_at
    assert started_at is not None
    later = {
        stream: [replace(one, arrival_ns=one.arrival_ns + ns) for one in datagrams]
        for stream, datagrams in media.items()
    }
    return replace(told, sidecar=replace(told.sidecar, started_at=started_at + by)), later


def lost_ms() -> int:
    row = Recording.objects.get()
    return sum(one["end_ms"] - one["start_ms"] for one in row.marks if one["kind"] == "lost")


def paused(told: CallTold, from_ms: int, until_ms: int) -> tuple[CallTold, Gap]:
    events = [
        *told.sidecar.events,
        TimedEvent(Happening.PAUSE, from_ms),
        TimedEvent(Happening.RESUME, until_ms),
    ]
    events.sort(key=lambda event: event.at_ms)
    began_ns = nodes._ns(told.sidecar)
    gap = Gap(Why.PAUSE, began_ns + from_ms * MS, began_ns + until_ms * MS, 0)
    return replace(told, sidecar=replace(told.sidecar, events=tuple(events))), gap


def rms(built: Built, start_ms: int, end_ms: int) -> float:
    """How loud both sides are in a stretch of the only recording."""
    row, now = Recording.objects.get(), built.clock.now()
    opened = door.open_for_step(built.house.vault, RecordingId(row.pk), Step.DRILL, now)
    sides = [
        np.concatenate(list(audio.decode(opened.file(kind), 8_000))).astype(float)
        for kind in (Kind.AGENT_SOUND, Kind.CALLER_SOUND)
    ]
    part = np.concatenate([side[start_ms * 8 : end_ms * 8] for side in sides])
    return float(np.sqrt(np.mean(part**2)))


def threatened(told: CallTold, at_ms: int = 25_000) -> CallTold:
    events = [TimedEvent(Happening.THREAT, at_ms), *told.sidecar.events]
    events.sort(key=lambda one: one.at_ms)
    return replace(told, sidecar=replace(told.sidecar, events=tuple(events)))
