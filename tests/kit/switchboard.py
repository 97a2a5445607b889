"""A switchboard with two ears, for tests that need no socket: what it is told, and all that comes
out of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from talteen.engine.wire import sip
from talteen.ids import RecordingId
from talteen.life.capture.directory import Directory
from talteen.life.capture.ears import messages as say
from talteen.life.capture.effects import Answer, Effect, Tell
from talteen.life.capture.facts import (
    Direction,
    KnownAnnouncement,
)
from talteen.life.capture.given import Given
from talteen.life.capture.note import About, Note
from talteen.life.capture.parties import OwnSide
from talteen.life.capture.pool import Pool
from talteen.life.capture.reply import Rules
from talteen.life.capture.switchboard import Switchboard

DIALOGS = Path(__file__).parents[1] / "vectors" / "siprec"
CLOCK = datetime(2026, 11, 16, 6, 58, 12, tzinfo=UTC)
OWN = OwnSide(
    domains=frozenset({"keskus.example"}),
    numbers=(("+358505550170", "+358505550179"),),
)
DIRECTORY = Directory(OWN, "rooms", "a00", agents={"7103": "a03"})
KNOWN = {"announce.fi@3": KnownAnnouncement("fi", frozenset({Direction.INBOUND}), 8_400)}


@dataclass(slots=True)
class Desk:
    """A switchboard with two ears, and all that came out of it."""

    board: Switchboard
    now: datetime = CLOCK
    effects: list[Effect] = field(default_factory=list)
    ears_write: bool = True
    """They make the envelope of a key durable, and say so."""
    peer: str = ""
    """The address from which the client speaks SIP."""

    def plays(self, dialog: str, *files: str) -> list[Effect]:
        """The messages of these files arrive, a second apart; the ears hear what they are told."""
        before = len(self.effects)
        for file in files:
            request = sip.parse((DIALOGS / dialog / file).read_bytes())
            assert isinstance(request, sip.Request)
            if dialog in self.board.dialogs:
                self.take(self.board.asked(dialog, request, self.now))
            else:
                begun = self.board.begins(
                    dialog, request, secure=False, called=request.headers.get("To") or "",
                    now=self.now, peer=self.peer,
                )  # fmt: skip
                self.take(begun)
            self.now += timedelta(seconds=1)
        return self.effects[before:]

    def take(self, effects: list[Effect]) -> None:
        """Note ``effects``, and let the ears answer."""
        self.effects += effects
        for effect in effects:
            match effect:
                case Tell(ear, say.Listen(call, stream, port)):
                    self.says(ear, say.Listening(call, stream, port, ok=True))
                case Tell(ear, say.Keep(call)) if self.ears_write:
                    self.says(ear, say.Kept(call, 0))
                case Tell(ear, say.Close(call)):
                    self.says(ear, say.Closed(call, 100, 0, 0, 0))
                case Tell(ear, say.Burn(call)):
                    self.says(ear, say.Burnt(call))

    def says(self, ear: int, report: say.Report) -> None:
        self.take(self.board.reported(ear, report, self.now))

    def told(self, kind: type) -> list:  # type: ignore[type-arg]
        """What the ears were told of this kind."""
        return [e.request for e in self.effects if isinstance(e, Tell) and type(e.request) is kind]

    def notes(self) -> list[tuple[About, str]]:
        return [(e.about, e.fate or e.reason) for e in self.effects if isinstance(e, Note)]

    def answers(self) -> list[Answer]:
        return [e for e in self.effects if isinstance(e, Answer)]


def ids() -> Iterator[RecordingId]:
    while True:
        yield RecordingId(uuid4())


def desk(
    *,
    known: dict[str, KnownAnnouncement] = KNOWN,
    ports: int = 8,
    listed: str = "",
    untold: frozenset[str] = frozenset(),
    anywhere: bool = False,
) -> Desk:
    made = ids()
    given = Given(
        address="198.51.100.20",
        directory=replace(DIRECTORY, untold=untold),
        rules=Rules(OWN, {"3": frozenset({"fi"})}),
        known=lambda at: known,
        do_not_record=lambda number: number == listed,
        new_id=lambda: next(made),
        random=lambda size: bytes(range(size)),
        media_from_anywhere=anywhere,
    )
    return Desk(Switchboard(given, Pool.of([(20_000, 20_000 + ports - 1), (30_000, 30_007)])))
