"""One passage, open: its words, its sound, and what was said of it. Never without a permission.

The same for everybody: numbers and names are covered, the caller is silent and stands as text.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, HttpResponseBase

from talteen.desk.listening import damaged, player, ranges, turns
from talteen.desk.listening.player import PlayerShown
from talteen.desk.listening.turn_html import Voices
from talteen.desk.listening.turns import Covers, Turn
from talteen.desk.page import purpose
from talteen.desk.page.purpose import Working
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import NoLongerOpens, NotAllowed
from talteen.life.seal import door
from talteen.life.use import listen
from talteen.life.use.coach import spoken
from talteen.life.use.coach.shown import PassageShown
from talteen.life.use.coach.spoken import Saying
from talteen.notice import purposes
from talteen.notice.purposes import Purpose, Role
from talteen.register import access, refusals
from talteen.register.access import Grant
from talteen.register.passage_models import Passage

_OPENS = (Purpose.TRAINING, Purpose.SERVICE_QUALITY)


@dataclass(frozen=True, slots=True)
class HeardShown:
    """What is behind the door. Times are those of the passage, which begins at 0."""

    purpose: Purpose
    until: datetime
    minutes: int
    seconds: int
    player: PlayerShown
    voices: Voices
    turns: tuple[Turn, ...]
    sayings: tuple[Saying, ...]


def open_(request: VisitRequest, found: PassageShown) -> Grant:
    """Ask for the permission: for training, or for quality where that is the role's. Raises as
    ``access.grant`` does."""
    return purpose.obtain(request, found.recording, Working(_purpose_of(request), None))


def _purpose_of(request: VisitRequest) -> Purpose:
    role = Role(reader(request).role)
    return next(one for one in _OPENS if purposes.may(role, one))


def held(request: VisitRequest, found: PassageShown) -> Grant | None:
    """The permission that this session holds on the call of the passage, if it opens passages."""
    grant = purpose.held_grant(request, found.recording)
    return grant if grant and grant.purpose in _OPENS else None


def shown(request: VisitRequest, found: PassageShown) -> HeardShown | None:
    """What the reader sees of it under the permission they hold; None without one, or where
    something stands in its way since."""
    grant = held(request, found)
    if grant is None:
        return None
    try:
        return _opened(request, found, grant)
    except (NotAllowed, NoLongerOpens):
        purpose.let_go(request, found.recording)
        return None


def _opened(request: VisitRequest, found: PassageShown, grant: Grant) -> HeardShown:
    vault, now, part = request.visit.house.vault, request.visit.now, found.part
    access.log_range(grant, "read", start_ms=part.start_ms, end_ms=part.end_ms, at=now)
    with damaged.watched(request, grant.recording):
        written = listen.words_of_part(vault, grant, part, now)
        lanes = listen.peaks_of_part(vault, grant, part, now)
        said = spoken.of(door.open_part(vault, grant, part, now), Passage.objects.get(pk=found.id))
    covers = Covers(written.layer.in_force()) if written else Covers()
    told = turns.turns(written.transcript, (), covers) if written else []
    drawn = player.of_passage(found.id, found.teaches, lanes, found.length_ms)
    return HeardShown(
        purpose=grant.purpose,
        until=grant.until,
        minutes=purpose.minutes_left(grant, now),
        seconds=max(0, int((grant.until - now).total_seconds())),
        player=drawn,
        voices=Voices(drawn.agent, str(drawn.caller), f"t{drawn.key}-"),
        turns=tuple(turn.since(part.start_ms) for turn in told if not turn.mark),
        # Whoever learns needs none of the words about it.
        sayings=() if Role(reader(request).role) is Role.TRAINER else tuple(said),
    )


def sound(request: VisitRequest, found: PassageShown) -> HttpResponseBase:
    """The range that was asked for, written in the access log before its first byte."""
    grant = held(request, found)
    if grant is None:
        raise refusals.GrantOver
    with damaged.watched(request, grant.recording):
        clip = listen.open_part(request.visit.house.vault, grant, found.part, request.visit.now)
    piece = ranges.asked(request.headers.get("Range", ""), clip.size)
    if piece is None:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{clip.size}"
        return refused
    start_ms, end_ms = clip.time_of(piece.start), clip.time_of(piece.stop)
    access.log_range(grant, "play", start_ms=start_ms, end_ms=end_ms, at=request.visit.now)
    return ranges.answer(
        piece, damaged.sent(request, grant.recording, clip.read(piece.start, piece.stop))
    )
