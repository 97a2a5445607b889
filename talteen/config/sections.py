"""Sections of ``talteen.toml``: a class each. Its docstrings are what an error says to write."""

from enum import Enum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Born(Enum):
    """What a house is for ever.

    Only a house born as a demo has a movable clock and one-click sign-in.
    """

    LIVE = "live"
    DEMO = "demo"


class Role(Enum):
    """Which of the three database roles a process takes. None of them is a superuser."""

    APP = "app"
    """Reads and writes rows. Everything that serves people and calls."""
    OWNER = "owner"
    """Owns the tables: only migrations take it."""
    AUDIT = "audit"
    """Reads."""


class Level(Enum):
    """From which weight on a line is written to the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MailTls(Enum):
    """How the way to the mail server is secured."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


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


class Section(BaseModel):
    """A table of settings: read once, never changed, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class HouseSection(Section):
    """[house]"""

    born: Born = Born.LIVE
    """"live" or "demo"; it cannot change later"""


class DatabaseSection(Section):
    """[database]"""

    url: str = ""
    """empty for the embedded server, or postgresql://host:5432/talteen?sslmode=verify-full"""
    password_file: Path | None = None
    """the file that holds the password of talteen_app"""
    owner_password_file: Path | None = None
    """the file that holds the password of talteen_owner, on the machine that migrates"""
    audit_password_file: Path | None = None
    """the file that holds the password of talteen_audit"""
    role: Role = Role.APP
    """"app", "owner" or "audit": the role that this process takes"""


class PgSection(Section):
    """[pg]: the embedded server"""

    bin: Path | None = None
    """the folder of initdb and postgres, such as /usr/lib/postgresql/15/bin; left out: its own"""
    shared_buffers_mb: int = Field(default=64, ge=16, le=65536)
    """the memory that the embedded server shares between its processes, 16 to 65536"""


class PathsSection(Section):
    """[paths]: absolute, or relative to the house"""

    state: Path = Path("state")
    """a folder on a local disk"""
    blobs: Path = Path("blobs")
    """a folder for sealed bytes"""
    keys_live: Path = Path("keys-live")
    """a folder outside paths.state and paths.blobs, best on a disk of its own"""
    keys_ring: Path = Path("keys-ring")
    """a folder outside paths.state and paths.blobs, best on another machine's disk"""
    keys_restore: Path = Path("keys-restore")
    """a folder outside paths.state and paths.blobs, which two persons bring when they restore"""


class RingSection(Section):
    """[ring]: how long copies of dead keys live in backups"""

    days: int = Field(default=6, ge=1, le=30)
    """the days that a backup can still be opened, 1 to 30"""


class WebSection(Section):
    """[web]"""

    host: str = "127.0.0.1"
    """the address to listen on"""
    port: int = Field(default=8470, ge=1, le=65535)
    """the TCP port of the pages, 1 to 65535"""
    threads: int = Field(default=32, ge=2, le=256)
    """how many requests are served at once, 2 to 256"""
    names: tuple[str, ...] = ()
    """the host names that people type, such as ["talteen.example.fi"]"""
    tls_certificate_file: Path | None = None
    """a PEM file; with it web.tls_key_file"""
    tls_key_file: Path | None = None
    """a PEM file; with it web.tls_certificate_file"""
    secret_key_file: Path | None = None
    """a file of 32 random characters or more, the same on all web machines; left out: made here"""


class JobsSection(Section):
    """[jobs]"""

    workers: int = Field(default=1, ge=1, le=64)
    """how many jobs one worker runs at once, 1 to 64"""
    heartbeat_seconds: float = Field(default=10.0, ge=0.05, le=300)
    """how often a worker says that it lives, 0.05 to 300"""


class SpeechSection(Section):
    """[speech]"""

    model_dir: Path | None = None
    """the folder of the speech model; left out for the small one that comes along"""
    threads: int = Field(default=2, ge=1, le=64)
    """how many cores one transcription uses, 1 to 64"""


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
    quiet_seconds: float = Field(default=10.0, ge=0, le=3600)
    """for how long a file must stay unchanged before it counts as whole, 0 to 3600"""
    lines: tuple[WatchedLine, ...] = ()
    """a table [[watch.lines]] for each queue or extension: number, line, language, announcement"""
    agents: tuple[WatchedAgent, ...] = ()
    """a table [[watch.agents]] for each extension: number, code"""


class MailSection(Section):
    """[mail]: where messages leave. A demo house sends none: it keeps and shows them"""

    host: str = ""
    """the mail server, such as mail.example.fi; left out, messages wait and nothing is sent"""
    port: int = Field(default=587, ge=1, le=65535)
    """the TCP port of the mail server, 1 to 65535"""
    tls: MailTls = MailTls.STARTTLS
    """"starttls", "tls", or "none" for a server on this machine"""
    sender: str = ""
    """the address that messages come from, such as talteen@example.fi"""
    user: str = ""
    """the user name at the mail server; left out, none is given"""
    password_file: Path | None = None
    """the file that holds the password of mail.user"""


class LogSection(Section):
    """[log]"""

    level: Level = Level.INFO
    """"debug", "info", "warning" or "error\""""
