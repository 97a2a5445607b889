"""A call that two nodes recorded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from talteen.engine.vault.journal_bodies import Body
from talteen.life.capture import carrying
from talteen.life.capture.models import Promise
from talteen.life.capture.naming import named
from talteen.life.capture.note import About, Note
from talteen.life.capture.told import CallTold, SessionTold
from talteen.life.seal import handover
from talteen.life.seal.acts import Outcome
from tests.kit import sounds
from tests.kit.houses import Built
from tests.kit.nodes import Node
from tests.kit.rtp import Datagram

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SESSION = SessionTold(1, "hVpd7YQgRW2nD22h7q60JQ==", group="zmn1wCjSSFZP8BmMkvdxOA==")
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
