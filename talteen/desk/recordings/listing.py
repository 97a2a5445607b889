"""The list of calls as the template takes it: prepared values, no query and no decision left to
make.

Each row may carry its wave and the hits of a search; the filters carry their counts and the way to
undo each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from talteen.clock import helsinki_date
from talteen.desk.listening import speech_words
from talteen.desk.page import wording, words
from talteen.desk.page.drawing import Shore
from talteen.desk.page.purpose import Working
from talteen.desk.page.typed import day
from talteen.ids import RecordingId, parse
from talteen.life.destroy.days import WINDOW
from talteen.life.use.rows import AgentName, Counts, Direction, LineName, Page, Row
from talteen.life.use.saved import SavedShown
from talteen.life.use.sieve import Flag, Sieve
from talteen.notice.purposes import Purpose

MINI_WIDTH, MINI_HEIGHT, MINI_BARS = 330, 40, 66
"""The field of a row's wave, and how many bars it has: a row stays under 1.5 KB."""


@dataclass(frozen=True, slots=True)
class HitShown:
    """One hit in its context."""

    at_ms: int
    before: str
    word: str
    after: str
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row: the facts, the wave where the purpose opens the call, the hits of a search."""

    row: Row
    shore: Shore | None = None
    hits: tuple[HitShown, ...] = ()
    more: int = 0
    """Hits beyond those that are shown."""

    every_hit: tuple[int, ...] = ()
    """Where all of its hits are, in milliseconds: they are marked on the time line of the call."""

    @property
    def hit_xs(self) -> list[int]:
        """Where the hits stand on the wave."""
        if not self.row.length_ms:
            return []
        return [round(at_ms / self.row.length_ms * MINI_WIDTH) - 2 for at_ms in self.every_hit]


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line in the filters."""

    line: LineName
    calls: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Removable:
    """A filter in force, and the address of the list without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the small histogram, on a field of 276 by 32."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class FlagShown:
    """A flag in the filters."""

    value: str
    label: words.Text
    chosen: bool


@dataclass(frozen=True, slots=True)
class FiltersShown:
    """The filters beside the list."""

    sieve: Sieve
    lines: tuple[LineShown, ...]
    agents: tuple[AgentName, ...]
    bars: tuple[Bar, ...]
    first_day: date
    last_day: date
    in_force: tuple[Removable, ...]
    flags: tuple[FlagShown, ...] = ()
    rough: bool = False
    """Whether the lines have about so many calls."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The whole page of calls."""

    rows: tuple[RowShown, ...]
    filters: FiltersShown
    working: Working | None
    total: int
    """Calls on all pages of this list; in a search, those with a hit."""
    rough: bool
    """Whether there are about so many."""
    reachable: int
    """Calls that the purpose and the filters let through."""
    now: datetime
    may_search: bool
    """Whether the chosen purpose allows a search of words."""
    codes: bool = False
    """Whether the reader has the list of calls in which a security code may stand."""
    query: str = ""
    """What was searched: shown back to the one who asked, kept nowhere."""
    searched: bool = False
    may_ask_covered: bool = False
    """Whether the purpose may also search what is covered."""
    covered: bool = False
    """Whether what is covered was searched, too."""
    hits: int = 0
    unsearched: tuple[date, ...] = ()
    """Days that the search could not ask, because their index is being built."""
    saved: tuple[SavedShown, ...] = ()
    may_save: bool = False
    newer: str = ""
    older: str = ""
    faults: tuple[str, ...] = field(default=())

    @property
    def waves(self) -> bool:
        return any(row.shore for row in self.rows)


def sieve_of(query: QueryDict, working: Working | None) -> Sieve:
    """The filters that an address or a form names. InputError where one of them is nothing of the
    kind.
    """
    chosen = query.get("direction", "")
    agent = query.get("agent", "")
    return Sieve(
        day=day(query.get("day", "")),
        lines=frozenset(query.getlist("line")),
        agent=str(parse(agent)) if agent else None,
        direction=Direction(chosen) if chosen in {d.value for d in Direction} else None,
        language=query.get("language") or None,
        soon=bool(query.get("soon")),
        case=working.case if working else None,
        own_of_today=working is not None and working.purpose is Purpose.CORRECTNESS,
        until=day(query.get("until", "")),
        flags=frozenset(flag for flag in Flag if flag.value in query.getlist("flag")),
        side=query.get("side") if query.get("side") in speech_words.SPOKEN_BY else None,
    )


def filters(
    sieve: Sieve,
    counts: Counts,
    agents: Sequence[AgentName],
    every: Counts,
    now: datetime,
) -> FiltersShown:
    """The filters with their counts. ``every``: those of the list before lines were chosen."""
    last, lines = helsinki_date(now), every.by_line
    return FiltersShown(
        sieve=sieve,
        lines=tuple(LineShown(line, calls, line.slug in sieve.lines) for line, calls in lines),
        agents=tuple(agents),
        bars=tuple(histogram(counts.by_day, last)),
        first_day=last - WINDOW,
        last_day=last,
        in_force=tuple(_removables(sieve, lines, agents)),
        flags=tuple(
            FlagShown(flag.value, label, flag in sieve.flags)
            for flag, label in speech_words.FLAGS.items()
        ),
        rough=every.rough,
    )


def histogram(by_day: Mapping[date, int], last: date) -> list[Bar]:
    """Calls a day over the window, three units a day; a day without calls is drawn as nothing."""
    most = max(by_day.values(), default=0)
    bars = []
    for position in range(WINDOW.days):
        calls = by_day.get(last - WINDOW + timedelta(days=position + 1), 0)
        if calls:
            height = max(2, round(calls / most * 30))
            bars.append(Bar(position * 3, 32 - height, height))
    return bars


def query_of(sieve: Sieve, **place: RecordingId | None) -> str:
    """The filters, and a place in the list, as the query of an address: ids, days and
    codes only.
    """
    pairs: list[tuple[str, str]] = []
    if sieve.day:
        pairs.append(("day", sieve.day.isoformat()))
    pairs += [("line", slug) for slug in sorted(sieve.lines)]
    if sieve.agent:
        pairs.append(("agent", sieve.agent))
    if sieve.direction:
        pairs.append(("direction", sieve.direction.value))
    if sieve.language:
        pairs.append(("language", sieve.language))
    if sieve.soon:
        pairs.append(("soon", "1"))
    if sieve.until:
        pairs.append(("until", sieve.until.isoformat()))
    pairs += [("flag", flag.value) for flag in Flag if flag in sieve.flags]
    if sieve.side:
        pairs.append(("side", sieve.side))
    pairs += [(name, str(value)) for name, value in place.items() if value is not None]
    return f"?{urlencode(pairs)}" if pairs else ""


def links(sieve: Sieve, page: Page) -> tuple[str, str]:
    """The addresses of the newer and the older page; empty where there is none."""
    base = reverse("calls")
    newer = base + query_of(sieve, after=page.newer) if page.newer else ""
    older = base + query_of(sieve, before=page.older) if page.older else ""
    return newer, older


def _removables(
    sieve: Sieve, lines: Sequence[tuple[LineName, int]], agents: Sequence[AgentName]
) -> list[Removable]:
    chosen_lines = [line for line, _calls in lines if line.slug in sieve.lines]
    chosen_agent = [agent.name for agent in agents if agent.id == sieve.agent]
    found: list[tuple[object, Sieve]] = [
        (wording.named(line), replace(sieve, lines=sieve.lines - {line.slug}))
        for line in chosen_lines
    ]
    found += [(name, replace(sieve, agent=None)) for name in chosen_agent]
    if sieve.day:
        found.insert(0, (wording.week_day(sieve.day), replace(sieve, day=None)))
    if sieve.until:
        last = _("{day} saakka").format(day=wording.week_day(sieve.until))
        found.append((last, replace(sieve, until=None)))
    found += [
        (speech_words.FLAGS[flag], replace(sieve, flags=sieve.flags - {flag}))
        for flag in Flag
        if flag in sieve.flags
    ]
    if sieve.side:
        found.append((speech_words.SPOKEN_BY[sieve.side], replace(sieve, side=None)))
    if sieve.direction:
        found.append((words.DIRECTIONS[sieve.direction], replace(sieve, direction=None)))
    if sieve.language:
        spoken = words.LANGUAGE_NAMES.get(sieve.language, sieve.language)
        found.append((spoken, replace(sieve, language=None)))
    if sieve.soon:
        found.append((_("Häviää pian"), replace(sieve, soon=False)))
    return [Removable(str(label), reverse("calls") + query_of(rest)) for label, rest in found]
