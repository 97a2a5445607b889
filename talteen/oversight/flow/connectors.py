"""Everything outside this machine that a house is set up to speak to. Pure: config in, values out.

What gets nothing about anybody is not here: witnesses and time stamps see tree heads alone, and
models are read from a folder. REGISTER 11.1, 12.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qsl, urlsplit

from talteen.config import Config
from talteen.config.keys import HolderKind, KeysSection, section
from talteen.notice import coverage


class What(Enum):
    """What is spoken to there."""

    DATABASE = "database"
    STORE = "store"
    KEYS_LIVE = "keys_live"
    KEYS_RING = "keys_ring"
    MAIL = "mail"
    MAILBOX = "mailbox"
    """Where letters of requests arrive."""
    TEXT = "text"
    """Text messages with codes."""
    CALL = "call"
    """Calls that read a code aloud."""
    EXCHANGE = "exchange"
    WEBHOOK = "webhook"
    TRUNK = "trunk"
    """Who sends calls."""
    ACCESS_LOG = "access_log"
    SIGN_IN = "sign_in"
    """Who says who our people are."""
    IDENTIFICATION = "identification"
    """Who says it of people who make requests, where they want that."""


CONTENT = frozenset({What.DATABASE, What.STORE, What.KEYS_LIVE, What.KEYS_RING})
"""Where calls lie, or what opens them: when one of these lapses, no new call is taken in."""


@dataclass(frozen=True, slots=True)
class Connector:
    """One place outside this machine."""

    what: What
    setting: str
    """Which setting names it."""
    host: str
    """A host name, an address or a network."""


def of(config: Config) -> tuple[Connector, ...]:
    """The connectors of a house, without those that lead to this very machine."""
    return tuple(one for one in _all(config) if not coverage.is_own(one.host))


def _all(config: Config) -> Iterator[Connector]:
    for host in _hosts(config.database.url):
        yield Connector(What.DATABASE, "database.url", host)
    blobs = config.blobs
    if blobs.bucket:
        host = _host(blobs.endpoint) or f"s3.{blobs.region}.amazonaws.com"
        yield Connector(What.STORE, "blobs.endpoint", host)
    yield from _keys(What.KEYS_LIVE, config.keys_live)
    yield from _keys(What.KEYS_RING, config.keys_ring)
    yield Connector(What.MAIL, "mail.host", config.mail.host)
    yield Connector(What.MAILBOX, "mailbox.host", config.mailbox.host)
    yield Connector(What.TEXT, "sms.url", _host(config.sms.url))
    yield Connector(What.CALL, "callback.url", _host(config.callback.url))
    yield Connector(What.EXCHANGE, "exchange.host", config.exchange.host)
    yield Connector(What.WEBHOOK, "exchange.webhook_url", _host(config.exchange.webhook_url))
    for peer in config.capture.peers if config.capture.address else ():
        yield Connector(What.TRUNK, "capture.peers", peer)
    yield Connector(What.ACCESS_LOG, "syslog.host", config.syslog.host)
    yield Connector(What.SIGN_IN, "oidc.issuer", _host(config.oidc.issuer))
    strong = _host(config.identification.issuer)
    yield Connector(What.IDENTIFICATION, "identification.issuer", strong)
    yield Connector(What.SIGN_IN, "saml.sign_in_url", _host(config.saml.sign_in_url))
    yield Connector(What.SIGN_IN, "saml.sign_out_url", _host(config.saml.sign_out_url))


def _keys(what: What, told: KeysSection) -> Iterator[Connector]:
    if told.kind not in (HolderKind.OPENBAO, HolderKind.KMS):
        return
    host = _host(told.address)
    if not host and told.kind is HolderKind.KMS:
        host = f"kms.{told.region}.amazonaws.com"
    yield Connector(what, f"{section(told)}.address", host)


def _hosts(url: str) -> Iterator[str]:
    """Every server of a PostgreSQL address: a standby holds what the first one holds."""
    whole = urlsplit(url)
    for name, told in parse_qsl(whole.query):
        if name in ("host", "hostaddr"):
            yield from told.split(",")
    for one in whole.netloc.split(","):
        yield _host(f"//{one}")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
