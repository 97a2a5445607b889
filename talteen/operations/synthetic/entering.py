"""The two ways by which the house's own call comes in: by SIPREC at the node of this machine, or as
a file. Either way the ledger names it before anything of it is kept.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import Min

from talteen import capturing, course, ids
from talteen.clock import SystemClock, helsinki_date
from talteen.errors import ConfigError, Unavailable
from talteen.ids import RecordingId
from talteen.life.capture.console import Client, State
from talteen.life.capture.facts import Direction
from talteen.life.capture.house_file import HouseFile
from talteen.life.capture.listening import prompts
from talteen.life.capture.sidecar import Numbers, PlayedEvidence, Sidecar, Source, SourceKind
from talteen.life.capture.sources import Found, Sides
from talteen.life.destroy import synthetic
from talteen.notice.purposes import Role
from talteen.operations.synthetic import offer, placing, sound
from talteen.operations.synthetic.offer import Asker
from talteen.register import versions
from talteen.register.models import AnnouncementVersion, Line, Recording, Staff
from talteen.register.staff import acknowledgements
from talteen.register.states import Progress
from talteen.wiring import House

Told = Callable[[str, int, int], None]
"""Hears which step is under way, how much of it is done, and of how much."""
TAKEN_IN_S = 90.0
"""How long node, worker and queue may take from the hang-up until the call is sealed."""
_SEEN_S = 10.0
_LOOK_EVERY_S = 0.25
_KNOWN_S = 10
"""Lately enough: so long may the node take to show that it has heard the announcement."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is played: a published announcement that has sound."""

    row: AnnouncementVersion
    file: Path
    """Its sound in the register folder."""


class NotInForce(Unavailable):
    """The first notice of the house is published and not in force yet: no call is recorded."""

    slug = "not-in-force"


def announcement(house: House, now: datetime) -> Announcement:
    """The first inbound announcement in force whose sound the register has. ConfigError without,
    NotInForce before the first one of all."""
    sounds = {
        hashlib.sha256(path.read_bytes()).digest(): path
        for path in sorted((house.config.paths.register / "sounds").glob("*.wav"))
    }
    begin = AnnouncementVersion.objects.aggregate(on=Min("valid_from"))["on"]
    if begin is not None and begin > helsinki_date(now):
        raise NotInForce(
            f"the first notice is in force from {begin:%Y-%m-%d}, and no call before",
            remedy="talteen doctor on that day",
        )
    for row in versions.announcements(helsinki_date(now)):
        digest = bytes(row.sound_sha256 or b"")
        if row.direction == Direction.INBOUND.value and row.length_ms and digest in sounds:
            return Announcement(row, sounds[digest])
    raise ConfigError(
        "register/sounds: no announcement in force has a sound that could be played",
        remedy="put the sound of each announcement there and publish the notice with it",
    )


def by_file(house: House, played: Announcement, now: datetime) -> RecordingId:
    """Take the call in as a file: the register's own sound, on both sides.

    Raises as ``course.take_in`` does; Unavailable where nothing was kept.
    """
    recording = RecordingId(ids.new())
    synthetic.announce(recording, now)
    length = timedelta(milliseconds=played.row.length_ms or 0)
    found = Found("synthetic", Sides(played.file, played.file), _sidecar(played, now - length), now)
    outcome = course.take_in(house, found, now, recording=recording)
    if outcome.recording != recording:
        raise Unavailable(
            f"the call was not kept ({outcome.kind})", remedy="see docs/operators/doctor.md"
        )
    return recording


def by_siprec(
    house: House, played: Announcement, tell: Told, born: Callable[[RecordingId], None]
) -> tuple[RecordingId, float]:
    """Place the call at the node of this machine and wait until it is sealed; gives it, and how
    long what is kept of it must be. ``born`` is told its id as soon as there is one.

    Raises Unavailable, with what to do, where the node refuses, hears nothing, or nobody takes in.
    """
    told = house.config.capture
    spoken = sound.spoken(prompts.at_8_khz(played.file))
    with Client(capturing.folder(house.config).path) as console:
        at = SystemClock().now()
        with placing.placed(
            told.address, told.sip_port, lambda port: asker_of(house, port), at
        ) as call:
            recording = ours(console, call.dialog.asker)
            synthetic.announce(recording, house.now())
            born(recording)
            call.speak(spoken, lambda done, of: tell("speaking", done, of))
            heard = _is_kept(console, recording)
            call.hang_up()
    if not heard:
        raise Unavailable(
            "the node did not hear its announcement in the call, and kept nothing of it",
            remedy="see that 'talteen capture' has its sound in state/node/prompts, and restart it",
        )
    _await_sealed(recording, tell)
    return recording, spoken.kept_s


def asker_of(house: House, port: int) -> Asker:
    """Who calls: the house, on a line of its own that is recorded."""
    told = house.config.capture
    known = HouseFile.read(capturing.folder(house.config).house)
    line = next((number for number, of in known.lines.items() if of not in known.excluded), None)
    domain = next(iter(told.own_domains), told.address)
    return Asker(
        host=told.address,
        port=port,
        server=f"{told.address}:{told.sip_port}",
        called=line or known.fallback_line,
        agent=f"sip:talteen-synthetic@{domain}",
        session=ids.new(),
    )


def ours(console: Client, asker: Asker) -> RecordingId:
    """The recording of the call that ``asker`` has placed, and of no other: its session has an id
    that nobody else can know. Unavailable where the node does not show it."""
    end = time.monotonic() + _SEEN_S
    while time.monotonic() < end:
        if call := console.whose(ids=[offer.session_id(asker.session)]):
            return RecordingId(ids.parse(call))
        time.sleep(_LOOK_EVERY_S)
    raise Unavailable("the node does not show the call", remedy="see the log of 'talteen capture'")


def _is_kept(console: Client, recording: RecordingId) -> bool:
    """Whether the node has opened the call: it heard the announcement."""
    end = time.monotonic() + _KNOWN_S
    while time.monotonic() < end:
        states = {one["recording"]: one["state"] for one in console.calls()["calls"]}
        if states.get(str(recording)) == State.RECORDING.value:
            return True
        time.sleep(_LOOK_EVERY_S)
    return False


def _await_sealed(recording: RecordingId, tell: Told) -> None:
    began = time.monotonic()
    while (passed := time.monotonic() - began) < TAKEN_IN_S:
        tell("taking in", int(passed), int(TAKEN_IN_S))
        if Recording.objects.filter(pk=recording, progress=Progress.SEALED.value).exists():
            return
        connection.close()
        time.sleep(_LOOK_EVERY_S)
    raise Unavailable(
        f"nobody took the call in within {TAKEN_IN_S:.0f} s after it had ended",
        remedy="start 'talteen work'; where it runs, see its queue with 'talteen doctor --json'",
    )


def _agent(at: datetime) -> Staff | None:
    """Somebody whose calls are recorded (E.0): the call is placed in their name."""
    agents = Staff.objects.filter(role=Role.AGENT.value, is_active=True).order_by("code")
    return next((one for one in agents if acknowledgements.recorded([one], at)), None)


def _sidecar(played: Announcement, started_at: datetime) -> Sidecar:
    row = played.row
    line = Line.objects.filter(recorded=True).order_by("slug").first()
    agent = _agent(started_at)
    if line is None or agent is None:
        raise ConfigError(
            "there is no recorded line, or no agent who has acknowledged the employees' notice",
            remedy="enter agents ('talteen staff add'), and what they sign ('staff acknowledge')",
        )
    length_ms = row.length_ms or 0
    evidence = PlayedEvidence("system", row.key, row.language, -length_ms, 0)
    return Sidecar(
        format=1,
        started_at=started_at,
        direction=Direction.INBOUND,
        line=line.slug,
        agents=(agent.code,),
        language=row.language,
        source=Source(SourceKind.DIRECT),
        numbers=Numbers(None),
        announcements=(evidence,),
    )
