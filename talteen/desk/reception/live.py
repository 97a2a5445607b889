"""Recording as it is now: calls in progress, the capture node, and the day so far.

A team leader sees the calls of their own team by name; the operator and the data protection officer
see every call by staff code, and the node (REGISTER D). Nobody's number or name of a caller exists
here. The page draws itself anew by asking for its own ``part``; what is asked next stands in the
part, so that packets a second can be told without anything being remembered.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from talteen import capturing
from talteen.desk.page import failures
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import OVERSEERS
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Unavailable
from talteen.life.capture.node_files import Folder
from talteen.life.seal.uplink import last_seen
from talteen.life.use import lately, underway
from talteen.life.use.lately import Lately
from talteen.life.use.underway import WATCHERS, Ear, MissingVoice, Named, NodeShown, Told
from talteen.notice.purposes import Role
from talteen.oversight import today
from talteen.oversight.today import OpenPromise, Today

WINDOW = timedelta(minutes=15)
"""How much of the calls is drawn."""
KEY_SHOULD_CHANGE = timedelta(hours=2)
"""The intake key is of the hour; twice that says that the node is not told of new ones."""
LITTLE_ROOM_BYTES = 5 << 30
UNEVEN_MS = 30
"""From this jitter on a call is marked: telephones buffer about as much (ITU-T G.114 leaves more,
but what is lost behind the buffer is heard)."""
MISSING = "missing"
"""The bar of a voice that does not come."""
PERCENTS = range(101)
"""For the page's one style block: a fragment that comes later finds its places in it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of a lane, in hundredths of the window."""

    kind: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class CallShown:
    """One row."""

    named: Named
    bars: tuple[Bar, ...]
    running_ms: int

    @property
    def state(self) -> str:
        return self.named.call.shown

    @property
    def uneven_ms(self) -> int | None:
        """Its jitter, where that is more than a telephone's own buffer likes."""
        jitter_ms = self.named.call.jitter_ms
        return round(jitter_ms) if jitter_ms is not None and jitter_ms >= UNEVEN_MS else None

    @property
    def missing(self) -> tuple[MissingVoice, ...]:
        """Whose voice does not come."""
        return self.named.call.missing


@dataclass(frozen=True, slots=True)
class NodeHealth:
    """The capture node as an operator looks at it."""

    told: NodeShown
    jitter_ms: tuple[int, int] | None
    """Of the calls that run: the middle one, and the worst; None where nobody measures it."""
    rate: int | None
    """Packets a second since the last look; None where there was none."""
    room_bytes: int | None
    key_age_ms: int | None

    @property
    def deaf(self) -> tuple[Ear, ...]:
        return tuple(ear for ear in self.told.ears if not ear.room)

    @property
    def key_old(self) -> bool:
        return (self.key_age_ms or 0) > KEY_SHOULD_CHANGE // timedelta(milliseconds=1)

    @property
    def room_short(self) -> bool:
        return self.room_bytes is not None and self.room_bytes < LITTLE_ROOM_BYTES

    @property
    def well(self) -> bool:
        troubled = self.told.troubles or self.deaf or self.told.dropped
        return not (troubled or self.key_old or self.room_short or not self.told.ears)


@dataclass(frozen=True, slots=True)
class HourShown:
    """One column: how many calls, and how high each part is drawn."""

    hour: int
    recorded: int
    lawful: int
    underway: int
    lost: int


@dataclass(frozen=True, slots=True)
class LiveShown:
    """The page."""

    at: datetime
    calls: tuple[CallShown, ...]
    ticks: tuple[datetime, ...]
    node: NodeHealth | None
    seen_at: datetime | None
    """When the register last heard of the node."""
    promises: tuple[OpenPromise, ...]
    lately: tuple[Lately, ...]
    day: Today
    running: int
    """Calls of the whole house that run: as the node says, else as the register knows."""
    columns: tuple[HourShown, ...]
    next: str
    """What the page asks next."""
    configured: bool
    """This machine is meant to have a node."""
    team: bool
    """Only the reader's own team is shown."""
    sees_balance: bool

    @property
    def missing(self) -> int:
        """How many of the calls lack a voice."""
        return sum(bool(one.missing) for one in self.calls)


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The page, whole."""
    if Role(reader(request).role) not in WATCHERS:
        return failures.forbidden(request)
    return render(request, "live/page.html", {"shown": _shown(request), "percents": PERCENTS})


@staff_only
@require_safe
def part(request: VisitRequest) -> HttpResponse:
    """What changes of it."""
    if Role(reader(request).role) not in WATCHERS:
        return failures.forbidden(request)
    return render(request, "live/_now.html", {"shown": _shown(request)})


def _shown(request: VisitRequest) -> LiveShown:
    who, visit = reader(request), request.visit
    folder = capturing.folder(visit.house.config)
    told = _told(folder)
    at = told.node.at if told else visit.now
    day = today.today(visit.now)
    role = Role(who.role)
    team = role is Role.TEAM_LEADER
    return LiveShown(
        at=at,
        calls=tuple(_call(one, at) for one in underway.seen(told, who)) if told else (),
        ticks=tuple(at - WINDOW + WINDOW * step / 5 for step in range(5)),
        node=_health(told, folder, request) if told else None,
        seen_at=last_seen(visit.house.config.capture.node),
        promises=() if told or team else today.open_promises(),
        lately=lately.lately(who, visit.now),
        day=day,
        running=len(told.calls) if told else day.underway,
        columns=tuple(_columns(day)),
        next=_next(told),
        configured=bool(visit.house.config.capture.address) or told is not None,
        team=team,
        sees_balance=role in OVERSEERS,
    )


def _told(folder: Folder) -> Told | None:
    try:
        return underway.ask(folder)
    except Unavailable:
        return None


# --- calls ------------------------------------------------------------------------------------


def _call(named: Named, at: datetime) -> CallShown:
    running = max(at - named.call.started, timedelta(0))
    return CallShown(named, tuple(_bars(named, at)), running // timedelta(milliseconds=1))


def _bars(named: Named, at: datetime) -> list[Bar]:
    since = at - WINDOW
    found = []
    for span in named.call.lane:
        start, end = _hundredth(span.start - since), _hundredth(span.end - since)
        if span.end > since:
            found.append(Bar(span.stretch.value, min(start, 99), max(end - start, 1)))
    if named.call.missing:
        # Over the others: the call is kept, and half of it is not there.
        start = min(_hundredth(min(one.since for one in named.call.missing) - since), 99)
        found.append(Bar(MISSING, start, 100 - start))
    return found


def _hundredth(since: timedelta) -> int:
    return min(max(round(since / WINDOW * 100), 0), 100)


# --- the node and the day -----------------------------------------------------------------------


def _health(told: Told, folder: Folder, request: HttpRequest) -> NodeHealth:
    node = told.node
    return NodeHealth(
        node, _jitter(told), _rate(node, request), _room(folder), _key_age_ms(folder, node.at)
    )


def _jitter(told: Told) -> tuple[int, int] | None:
    found = sorted(one.jitter_ms for one in told.calls if one.jitter_ms is not None)
    return (round(found[len(found) // 2]), round(found[-1])) if found else None


def _rate(node: NodeShown, request: HttpRequest) -> int | None:
    """Packets a second since the look that the address tells of."""
    try:
        packets = int(request.GET["packets"])
        passed = node.at - datetime.fromisoformat(request.GET["at"])
    except (KeyError, ValueError, TypeError):
        return None
    seconds = passed.total_seconds()
    # A restarted ear counts anew.
    if seconds <= 0 or node.packets < packets:
        return None
    return round((node.packets - packets) / seconds)


def _next(told: Told | None) -> str:
    address = reverse("live-part")
    if told is None:
        return address
    return f"{address}?{urlencode({'packets': told.node.packets, 'at': told.node.at.isoformat()})}"


def _room(folder: Folder) -> int | None:
    try:
        return shutil.disk_usage(folder.journals).free
    except OSError:
        return None


def _key_age_ms(folder: Folder, at: datetime) -> int | None:
    try:
        age_s = at.timestamp() - folder.intake.stat().st_mtime
    except OSError:
        return None
    return max(round(age_s * 1000), 0)


def _columns(day: Today) -> list[HourShown]:
    def height(count: int) -> int:
        return max(round(count / day.most * 100), 4) if count else 0

    return [
        HourShown(
            one.hour,
            height(one.recorded),
            height(one.lawful),
            height(one.underway),
            height(one.lost),
        )
        for one in day.hours
    ]
