"""[watch]: a telephone system's recording folder, and what the names in it cannot say."""

from enum import Enum
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from talteen.config.sections import Section


class Layout(Enum):
    """How a telephone system names the recordings in its folder."""

    SIDECAR = "sidecar"
    """By a sidecar beside each sound (docs/formats/sidecar.md)."""
    ASTERISK = "asterisk"
    FREEPBX = "freepbx"
    THREE_CX = "3cx"


class NumberSource(Enum):
    """Where the numbers of a line come from (10.1)."""

    DIRECT = "direct"
    GROUP_BOOKING = "group_booking_on_behalf"
    BUSINESS_REGISTER = "outbound_business_register"
    LOYALTY_REGISTER = "outbound_loyalty_register"


class WatchedLine(Section):
    """[[watch.lines]]: what the names in the folder cannot say of a line."""

    number: str
    """the queue, extension or dialled number as the names write it, or "*" for every other"""
    line: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")
    """the code of the service line"""
    language: str = Field(default="fi", pattern=r"^[a-z]{2}$")
    """the language that this line is answered in"""
    announcement: str = Field(default="", pattern=r"^[\x21-\x7e]{0,128}$")
    """the prompt that always plays to its end before anybody answers; left out: none does"""
    played_ms: int = Field(default=0, ge=0, le=600_000)
    """how long the telephone system plays it"""
    ended_ms: int = Field(default=0, ge=0, le=600_000)
    """where in the recording it has ended; 0 if it ended before the recording begins"""
    source: NumberSource = NumberSource.DIRECT
    """where the numbers come from"""


class WatchedAgent(Section):
    """[[watch.agents]]"""

    number: str
    """the extension, or the queue whose names tell no extension"""
    code: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")
    """the staff code"""


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone") from None
    return zone


class WatchSection(Section):
    """[watch]: a telephone system's recording folder"""

    folder: Path | None = None
    """the folder that is watched, absolute or relative to the house; left out: none"""
    layout: Layout = Layout.SIDECAR
    """"sidecar", "asterisk", "freepbx" or "3cx": how the files are named"""
    zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Helsinki"
    """the time zone of the telephone system's clock, such as "Europe/Helsinki\""""
    owner: str = ""
    """who deletes the files by a rule of their own; left out: Talteen does once a call is safe"""
    unannounced: Literal["", "delete"] = ""
    """"delete" lets the files of lines without an announcement go unkept; else that is refused"""
    quiet_seconds: float = Field(default=10.0, ge=0, le=3600)
    """for how long a file must stay unchanged before it counts as whole, 0 to 3600"""
    lines: tuple[WatchedLine, ...] = ()
    """a table [[watch.lines]] for each queue or extension: number, line, language, announcement"""
    agents: tuple[WatchedAgent, ...] = ()
    """a table [[watch.agents]] for each extension: number, code"""


def placed(watch: WatchSection, home: Path) -> WatchSection:
    """``watch`` with its folder absolute."""
    if watch.folder is None:
        return watch
    return watch.model_copy(update={"folder": (home / watch.folder.expanduser()).resolve()})
