"""The operator's file and the environment, as typed settings. Law stands in ``register.toml``.

A house is one folder (``TALTEEN_HOME``, else ``./house``). Its ``talteen.toml`` is read first, then
every ``TALTEEN_<SECTION>_<KEY>`` of the environment on top of it. Secrets never stand in either: a
setting that needs one ends in ``_file`` and names the file that holds it (systemd
``LoadCredential=``). Every error begins with the key, and says what to write.

    house/
      talteen.toml
      register/      register.toml and the texts it publishes
      state/         pg-18/ index/ run/ log/: what one machine needs to run
      blobs/         data plane: sealed blobs, roll files, tiles
      keys-live/     key planes, never below state/ or blobs/, never in the same backup
      keys-ring/
      keys-restore/
"""

import os
import re
import tomllib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from talteen.errors import ConfigError

FILE_NAME = "talteen.toml"
PREFIX = "TALTEEN_"
HOME = "TALTEEN_HOME"

# Variables of the same prefix that are no setting of a house.
_NO_SETTING = frozenset({HOME})


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


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class HouseSection(_Section):
    """[house]"""

    born: Born = Born.LIVE
    """"live" or "demo"; it cannot change later"""


class DatabaseSection(_Section):
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


class PgSection(_Section):
    """[pg]: the embedded server"""

    bin: Path | None = None
    """the folder of initdb and postgres, such as /usr/lib/postgresql/15/bin; left out: its own"""
    shared_buffers_mb: int = Field(default=64, ge=16, le=65536)
    """the memory that the embedded server shares between its processes, 16 to 65536"""


class PathsSection(_Section):
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


class RingSection(_Section):
    """[ring]: how long copies of dead keys live in backups"""

    days: int = Field(default=6, ge=1, le=30)
    """the days that a backup can still be opened, 1 to 30"""


class WebSection(_Section):
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


class JobsSection(_Section):
    """[jobs]"""

    workers: int = Field(default=1, ge=1, le=64)
    """how many jobs one worker runs at once, 1 to 64"""
    heartbeat_seconds: float = Field(default=10.0, ge=0.05, le=300)
    """how often a worker says that it lives, 0.05 to 300"""


class SpeechSection(_Section):
    """[speech]"""

    model_dir: Path | None = None
    """the folder of the speech model; left out for the small one that comes along"""
    threads: int = Field(default=2, ge=1, le=64)
    """how many cores one transcription uses, 1 to 64"""


class WatchedLine(_Section):
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


class WatchedAgent(_Section):
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


class WatchSection(_Section):
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


class LogSection(_Section):
    """[log]"""

    level: Level = Level.INFO
    """"debug", "info", "warning" or "error\""""


class _Settings(BaseSettings):
    """The sections as read; ``load`` turns them into a Config."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        extra="forbid",
        frozen=True,
    )
    house: HouseSection = HouseSection()
    database: DatabaseSection = DatabaseSection()
    pg: PgSection = PgSection()
    paths: PathsSection = PathsSection()
    ring: RingSection = RingSection()
    web: WebSection = WebSection()
    jobs: JobsSection = JobsSection()
    speech: SpeechSection = SpeechSection()
    watch: WatchSection = WatchSection()
    log: LogSection = LogSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The file comes in as keyword arguments, so the environment must stand before them.
        return env_settings, init_settings


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of a house, absolute. None of them need exist yet."""

    state: Path
    blobs: Path
    keys_live: Path
    keys_ring: Path
    keys_restore: Path
    register: Path
    """register.toml and its texts.

    Always in the house: it is the law of it, not a matter of disks.
    """

    @property
    def run(self) -> Path:
        """Locks, sockets, passwords: what belongs to this machine and this start."""
        return self.state / "run"

    @property
    def index(self) -> Path:
        """Word shards: derived, per node, never backed up."""
        return self.state / "index"

    @property
    def log(self) -> Path:
        """Log files, where no journal of the system takes them."""
        return self.state / "log"


@dataclass(frozen=True, slots=True)
class Config:
    """One house, as its operator set it up. Made only by ``load``."""

    home: Path
    house: HouseSection
    database: DatabaseSection
    pg: PgSection
    paths: Paths
    ring: RingSection
    web: WebSection
    jobs: JobsSection
    speech: SpeechSection
    watch: WatchSection
    log: LogSection


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that an operator may write."""

    key: str
    says: str
    """What to write."""
    default: object


def described() -> list[Setting]:
    """Every setting there is, in the order of the sections."""
    return [
        Setting(f"{section}.{key}", field.description or "", _plain(field.default))
        for section, sections in _Settings.model_fields.items()
        for key, field in _keys(sections.annotation).items()
    ]


def load(home: Path | None = None) -> Config:
    """Read the house at ``home``, else at TALTEEN_HOME, else at ./house. The folder need not exist.

    Raises ConfigError, whose text begins with the wrong key.
    """
    root = (home or Path(os.environ.get(HOME) or "house")).expanduser().absolute()
    _refuse_unknown_variables()
    try:
        read = _Settings(**_read_file(root / FILE_NAME))
    except ValidationError as error:
        raise _told(error) from None
    settings = _without_secrets(read)
    return Config(
        home=root,
        house=settings.house,
        database=settings.database,
        pg=settings.pg,
        paths=_placed(settings.paths, root),
        ring=settings.ring,
        web=_tls_whole(settings.web),
        jobs=settings.jobs,
        speech=settings.speech,
        watch=_watch_placed(settings.watch, root),
        log=settings.log,
    )


def read_secret(path: Path, *, key: str) -> str:
    """The secret in the file that ``key`` names, without the line end.

    Raises ConfigError if it is missing, empty, or readable by other people of the machine.
    """
    try:
        if path.stat().st_mode & 0o007:
            raise ConfigError(
                f"{key}: {path} can be read by everybody here", remedy=f"chmod 600 {path}"
            )
        secret = path.read_text().strip()
    except OSError as error:
        raise ConfigError(
            f"{key}: {path} cannot be read ({error.strerror})", remedy="write its whole path"
        ) from None
    if not secret:
        raise ConfigError(f"{key}: {path} is empty", remedy="put the secret into that file")
    return secret


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}", remedy="write it as TOML in UTF-8") from None
    except OSError as error:
        raise ConfigError(
            f"{path.name}: cannot be read ({error.strerror})", remedy="give this user the right to"
        ) from None


def _refuse_unknown_variables() -> None:
    """A misspelt variable would silently leave the default in force."""
    known = _NO_SETTING | {
        f"{PREFIX}{section}_{key}".upper()
        for section, field in _Settings.model_fields.items()
        for key in _keys(field.annotation)
    }
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise ConfigError(
                f"{name}: there is no such setting", remedy="unset it, or correct its spelling"
            )


def _plain(default: object) -> object:
    return default.value if isinstance(default, Enum) else default


def _keys(section: Any) -> dict[str, FieldInfo]:
    fields: dict[str, FieldInfo] = section.model_fields
    return fields


def _told(error: ValidationError) -> ConfigError:
    """The first thing that pydantic found, in the words of the key's own docstring."""
    first = error.errors(include_url=False, include_input=False)[0]
    names = [str(part) for part in first["loc"]]
    key = ".".join(names[:2]) or FILE_NAME
    remedy = _what_to_write(*names[:2]) if len(names) > 1 else ""
    if first["type"] == "extra_forbidden":
        return ConfigError(
            f"{key}: there is no such setting", remedy="take it out, or correct its spelling"
        )
    return ConfigError(
        f"{key}: {first['msg'][0].lower()}{first['msg'][1:]}",
        remedy=f"write {remedy}" if remedy else "write a table of settings",
    )


def _what_to_write(section: str, key: str) -> str:
    field = _Settings.model_fields.get(section)
    found = _keys(field.annotation).get(key) if field else None
    return (found.description or "") if found else ""


def _without_secrets(read: _Settings) -> _Settings:
    """A password in the address would end up in process lists and error texts."""
    if re.match(r"^[a-z]+://[^/?]*@", read.database.url) or "password=" in read.database.url:
        raise ConfigError(
            "database.url: holds a user or a password",
            remedy="write it without, and name the password's file in database.password_file",
        )
    return read


def _tls_whole(web: WebSection) -> WebSection:
    if (web.tls_certificate_file is None) != (web.tls_key_file is None):
        missing = "tls_key_file" if web.tls_key_file is None else "tls_certificate_file"
        raise ConfigError(f"web.{missing}: is missing", remedy="TLS needs certificate and key both")
    return web


def _watch_placed(watch: WatchSection, home: Path) -> WatchSection:
    if watch.folder is None:
        return watch
    return watch.model_copy(update={"folder": (home / watch.folder.expanduser()).resolve()})


def _placed(section: PathsSection, home: Path) -> Paths:
    """Absolute paths; key folders that a copy of the data would take along are refused."""
    at = {name: (home / path.expanduser()).resolve() for name, path in section}
    for key in ("keys_live", "keys_ring", "keys_restore"):
        for other, path in at.items():
            if other != key and (at[key].is_relative_to(path) or path.is_relative_to(at[key])):
                raise ConfigError(
                    f"paths.{key}: shares a folder with paths.{other}",
                    remedy="write a folder of its own: a copy of the data must never hold a key",
                )
    return Paths(**at, register=home / "register")
