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
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from talteen.config import (
    capture,
    exchange,
    folders,
    keys,
    ledger,
    mailbox,
    metrics,
    oidc,
    saml,
    traces,
    watch,
    webhooks,
)
from talteen.config.capture import CaptureSection
from talteen.config.exchange import ExchangeSection
from talteen.config.folders import Paths
from talteen.config.keys import KeysLiveSection, KeysRingSection
from talteen.config.ledger import LedgerSection
from talteen.config.mailbox import CallbackSection, MailboxSection, MailboxTls, SmsSection
from talteen.config.metrics import MetricsSection
from talteen.config.oidc import IdentificationSection, OidcSection
from talteen.config.saml import SamlSection
from talteen.config.secret import read_secret
from talteen.config.sections import (
    BlobsSection,
    Born,
    DatabaseSection,
    HouseSection,
    JobsSection,
    Level,
    LogSection,
    MailSection,
    MailTls,
    PathsSection,
    PgSection,
    RingSection,
    Role,
    Section,
    SpeechSection,
    WebSection,
)
from talteen.config.syslog import SyslogSection
from talteen.config.traces import TracesSection
from talteen.config.watch import Layout, NumberSource, WatchedAgent, WatchedLine, WatchSection
from talteen.config.webhooks import WebhooksSection
from talteen.errors import ConfigError

__all__ = [
    "FILE_NAME",
    "HOME",
    "BlobsSection",
    "Born",
    "CallbackSection",
    "CaptureSection",
    "Config",
    "ExchangeSection",
    "IdentificationSection",
    "Layout",
    "Level",
    "MailSection",
    "MailTls",
    "MailboxSection",
    "MailboxTls",
    "MetricsSection",
    "NumberSource",
    "OidcSection",
    "Paths",
    "Role",
    "SamlSection",
    "Setting",
    "SmsSection",
    "SyslogSection",
    "TracesSection",
    "WatchSection",
    "WatchedAgent",
    "WatchedLine",
    "WebhooksSection",
    "described",
    "load",
    "read_secret",
]

FILE_NAME = "talteen.toml"
PREFIX = "TALTEEN_"
HOME = "TALTEEN_HOME"

# Variables of the same prefix that are no setting of a house.
_NO_SETTING = frozenset({HOME})


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
    blobs: BlobsSection = BlobsSection()
    keys_live: KeysLiveSection = KeysLiveSection()
    keys_ring: KeysRingSection = KeysRingSection()
    ring: RingSection = RingSection()
    web: WebSection = WebSection()
    jobs: JobsSection = JobsSection()
    speech: SpeechSection = SpeechSection()
    watch: WatchSection = WatchSection()
    capture: CaptureSection = CaptureSection()
    exchange: ExchangeSection = ExchangeSection()
    ledger: LedgerSection = LedgerSection()
    mail: MailSection = MailSection()
    mailbox: MailboxSection = MailboxSection()
    sms: SmsSection = SmsSection()
    callback: CallbackSection = CallbackSection()
    log: LogSection = LogSection()
    syslog: SyslogSection = SyslogSection()
    metrics: MetricsSection = MetricsSection()
    traces: TracesSection = TracesSection()
    webhooks: WebhooksSection = WebhooksSection()
    oidc: OidcSection = OidcSection()
    identification: IdentificationSection = IdentificationSection()
    saml: SamlSection = SamlSection()

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
class Config:
    """One house, as its operator set it up. Made only by ``load``."""

    home: Path
    house: HouseSection
    database: DatabaseSection
    pg: PgSection
    paths: Paths
    blobs: BlobsSection
    keys_live: KeysLiveSection
    keys_ring: KeysRingSection
    ring: RingSection
    web: WebSection
    jobs: JobsSection
    speech: SpeechSection
    watch: WatchSection
    capture: CaptureSection
    exchange: ExchangeSection
    ledger: LedgerSection
    mail: MailSection
    mailbox: MailboxSection
    sms: SmsSection
    callback: CallbackSection
    log: LogSection
    syslog: SyslogSection
    metrics: MetricsSection
    traces: TracesSection
    webhooks: WebhooksSection
    oidc: OidcSection
    identification: IdentificationSection
    saml: SamlSection


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
        Setting(f"{section}.{key}", _section(section).says(key), _plain(field))
        for section in _Settings.model_fields
        for key, field in _keys(section).items()
    ]


def load(home: Path | None = None, *, file: Path | None = None) -> Config:
    """Read the house at ``home``, else at TALTEEN_HOME, else at ./house. The folder need not exist.

    ``file``: other settings of the same house, such as those from before a change. Raises
    ConfigError, whose text begins with the wrong key.
    """
    root = (home or Path(os.environ.get(HOME) or "house")).expanduser().absolute()
    _refuse_unknown_variables()
    try:
        read = _Settings(**_read_file(file or root / FILE_NAME))
    except ValidationError as error:
        raise _told(error) from None
    settings = _without_secrets(read)
    keys.checked(settings.keys_live, settings.keys_ring)
    return Config(
        home=root,
        house=settings.house,
        database=settings.database,
        pg=settings.pg,
        paths=folders.placed(settings.paths, root),
        blobs=_blobs_whole(settings.blobs),
        keys_live=settings.keys_live,
        keys_ring=settings.keys_ring,
        ring=settings.ring,
        web=_web_whole(settings.web),
        jobs=settings.jobs,
        speech=settings.speech,
        watch=watch.placed(settings.watch, root),
        capture=capture.checked(settings.capture),
        exchange=exchange.checked(settings.exchange),
        ledger=ledger.checked(settings.ledger),
        mail=_mail_whole(settings.mail),
        mailbox=mailbox.checked(settings.mailbox, settings.mail),
        sms=mailbox.checked_gateway(settings.sms, "sms"),
        callback=mailbox.checked_gateway(settings.callback, "callback"),
        log=settings.log,
        syslog=settings.syslog,
        metrics=metrics.checked(settings.metrics),
        traces=traces.checked(settings.traces),
        webhooks=webhooks.checked(settings.webhooks),
        oidc=oidc.checked(settings.oidc),
        identification=oidc.checked_identification(settings.identification),
        saml=saml.checked(settings.saml, settings.oidc),
    )


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}", remedy="write it as TOML in UTF-8") from None
    except OSError as error:
        raise ConfigError(
            f"{path.name}: cannot be read ({error.strerror})",
            remedy="let the user of this process read it",
        ) from None


def _refuse_unknown_variables() -> None:
    """A misspelt variable would silently leave the default in force."""
    known = _NO_SETTING | {
        f"{PREFIX}{section}_{key}".upper()
        for section in _Settings.model_fields
        for key in _keys(section)
    }
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise ConfigError(
                f"{name}: there is no such setting", remedy="unset it, or correct its spelling"
            )


def _plain(field: FieldInfo) -> object:
    default = field.get_default(call_default_factory=True)
    return default.value if isinstance(default, Enum) else default


def _section(name: str) -> type[Section]:
    section: type[Section] = _Settings.model_fields[name].annotation  # type: ignore[assignment]
    return section


def _keys(section: str) -> dict[str, FieldInfo]:
    return _section(section).model_fields


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
    return _section(section).says(key) if section in _Settings.model_fields else ""


def _without_secrets(read: _Settings) -> _Settings:
    """A password in the address would end up in process lists and error texts."""
    if re.match(r"^[a-z]+://[^/?]*@", read.database.url) or "password=" in read.database.url:
        raise ConfigError(
            "database.url: holds a user or a password",
            remedy="write it without, and name the password's file in database.password_file",
        )
    return read


def _web_whole(web: WebSection) -> WebSection:
    if web.processes * 2 > web.threads:
        raise ConfigError(
            f"web.processes: {web.processes} have less than two of {web.threads} web.threads each",
            remedy=f"write {web.threads // 2} or less, or more web.threads",
        )
    if (web.tls_certificate_file is None) != (web.tls_key_file is None):
        missing = "tls_key_file" if web.tls_key_file is None else "tls_certificate_file"
        raise ConfigError(f"web.{missing}: is missing", remedy="TLS needs certificate and key both")
    return web


def _blobs_whole(blobs: BlobsSection) -> BlobsSection:
    """A bucket without its key would be noticed when the first call is to be sealed."""
    if blobs.bucket and not (blobs.access_key and blobs.secret_key_file):
        raise ConfigError(
            "blobs.access_key: is missing, or blobs.secret_key_file",
            remedy="write both: the key's id, and the file that holds its secret",
        )
    return blobs


def _mail_whole(mail: MailSection) -> MailSection:
    """A half-written section would be noticed when the first alarm does not arrive."""
    if mail.host and not mail.sender:
        raise ConfigError("mail.sender: is missing", remedy="write the address messages come from")
    if mail.user and (mail.password_file is None or mail.tls is MailTls.NONE):
        raise ConfigError(
            "mail.user: is given without password_file, or over no TLS",
            remedy="write mail.password_file and leave mail.tls at starttls or tls",
        )
    return mail
