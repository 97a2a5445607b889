"""What the name of a recording says: Asterisk's MixMonitor, FreePBX and 3CX.

    asterisk   20261124-101403[-FROM[-TO]]-1795681443.17[-in|-out].wav
    freepbx    2026/11/24/q-600-+358505550112-20261124-101403-1795681443.17[-in|-out].wav
    3cx        101/[Maija M]_+358505550112-101_20261124101403(42).wav

FreePBX writes the kind of call, then whom it went to, then whom it came from (its dial plan's
``CALLFILENAME``); 3CX writes from and to. The time is the exchange's own wall clock. ``-in`` and
``-out`` are the files of MixMonitor's options ``r()`` and ``t()``: what came from the channel that
is recorded, and what went to it. A name that says something else says nothing: it is never guessed.

Pure, and total: any text gives a ``Named`` or None. Names hold numbers and people; whoever calls
this writes neither to a log.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import Enum

from talteen.config import Layout
from talteen.life.capture.facts import Direction


class Way(Enum):
    """Which half of the recorded channel a file holds."""

    FROM_CHANNEL = "in"
    TO_CHANNEL = "out"


@dataclass(frozen=True, slots=True)
class Named:
    """What one file's name says."""

    call: str
    """The exchange's own time and id: the same for all files of a call, whatever the zone."""
    started_at: datetime
    """Aware, UTC. Of an hour that the clock shows twice, the earlier one (13.2)."""
    direction: Direction | None
    """None where the name leaves it open."""
    from_number: str = field(repr=False)
    """As written; empty if it is withheld or no number."""
    to_number: str = field(repr=False)
    extension: str = ""
    """The folder that 3CX keeps an extension's recordings in."""
    way: Way | None = None
    """None: the file holds the whole call."""


_SIDE = r"(?:-(?P<way>in|out))?"
_UNIQUE = r"(?P<id>[0-9]{9,11}\.[0-9]{1,9})"
_STAMP = r"(?P<stamp>[0-9]{8}-[0-9]{6})"
_NAMES = {
    Layout.ASTERISK: re.compile(
        rf"{_STAMP}(?:-(?P<from>[^-/]{{0,40}}))?(?:-(?P<to>[^-/]{{0,40}}))?-{_UNIQUE}{_SIDE}"
    ),
    Layout.FREEPBX: re.compile(
        rf"(?P<kind>[a-z]{{1,16}})-(?P<to>[^-/]{{0,40}})-(?P<from>[^-/]{{0,40}})-{_STAMP}-"
        rf"{_UNIQUE}{_SIDE}"
    ),
    Layout.THREE_CX: re.compile(
        r"\[[^\]/]{0,200}\]_(?P<from>[^-_/]{0,40})-(?P<to>[^-_/]{0,40})_(?P<stamp>[0-9]{14})"
        r"\((?P<id>[0-9]{1,12})\)"
    ),
}
_KINDS = {
    "in": Direction.INBOUND,
    "external": Direction.INBOUND,
    "q": Direction.INBOUND,
    "rg": Direction.INBOUND,
    "group": Direction.INBOUND,
    "out": Direction.OUTBOUND,
}
"""FreePBX's kinds that say who called whom; ``internal``, ``exten``, ``force`` do not."""
_NUMBER = re.compile(r"\+?[0-9]{1,20}")
_FIRST_YEAR, _LAST_YEAR = 1990, 2199


def read(place: str, layout: Layout, zone: tzinfo) -> Named | None:
    """What ``place`` says: a file below the watched folder, with ``/`` and without its ending.

    ``zone`` is that of the exchange's clock.
    """
    pattern = _NAMES.get(layout)
    *folders, name = place.split("/")
    match = pattern.fullmatch(name) if pattern else None
    if match is None:
        return None
    said = match.groupdict(default="")
    started_at = _instant(said["stamp"], zone)
    if started_at is None:
        return None
    return Named(
        call=f"{said['stamp']}-{said['id']}",
        started_at=started_at,
        direction=_KINDS.get(said.get("kind", "")),
        from_number=_number(said["from"]),
        to_number=_number(said["to"]),
        extension=_number(folders[-1]) if layout is Layout.THREE_CX and folders else "",
        way=Way(said["way"]) if said.get("way") else None,
    )


def _instant(stamp: str, zone: tzinfo) -> datetime | None:
    digits = stamp.replace("-", "")
    if not _FIRST_YEAR <= int(digits[:4]) <= _LAST_YEAR:
        return None
    try:
        naive = datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007 - the zone follows
        return naive.replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


def _number(written: str) -> str:
    return written if _NUMBER.fullmatch(written) else ""
