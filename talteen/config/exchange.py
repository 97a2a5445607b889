"""[exchange]: where the telephone exchange is, and what it may be asked."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from talteen.config.sections import Section
from talteen.errors import ConfigError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class ExchangeSection(Section):
    """[exchange]: the telephone exchange that announces and sounds tones (J12)"""

    host: str = ""
    """the exchange's manager interface (AMI), such as pbx.example.fi; left out: none is heard"""
    port: int = Field(default=5038, ge=1, le=65535)
    """the TCP port of the manager interface, 1 to 65535"""
    tls: bool = False
    """true where the manager interface speaks TLS; its certificate must be one that we trust"""
    user: str = "talteen"
    """the user of manager.conf"""
    secret_file: Path | None = None
    """the file that holds the secret of exchange.user"""
    commands: dict[str, dict[str, str]] = Field(default_factory=dict)
    """tables [exchange.commands.announce] and [exchange.commands.tone]: an AMI action each"""
    webhook_url: str = ""
    """the https address that is told what the exchange is to do; left out: none is"""
    webhook_secret_file: Path | None = None
    """the file that holds the secret of the webhook: whsec_ and 24 to 64 bytes in Base64"""

    def __hash__(self) -> int:
        # A Config is a key: a process has one house for each. A table stands in the way.
        return hash(self.model_dump_json())

    @property
    def used(self) -> bool:
        """Whether there is anything to hear or to tell."""
        return bool(self.host or self.webhook_url)


def checked(section: ExchangeSection) -> ExchangeSection:
    """``section`` if it can be worked with; raises ConfigError, whose text begins with the key."""
    if section.host and section.secret_file is None:
        raise ConfigError("exchange.secret_file: is missing", remedy="name the file of its secret")
    unknown = sorted(set(section.commands) - {"announce", "tone"})
    if unknown:
        raise ConfigError(
            "exchange.commands: only announce and tone are asked for",
            remedy="write [exchange.commands.announce] or [exchange.commands.tone]",
        )
    if section.webhook_url:
        address = urlsplit(section.webhook_url)
        near = address.scheme == "http" and address.hostname in _LOOPBACK
        if not (near or address.scheme == "https") or address.username or not address.hostname:
            raise ConfigError(
                "exchange.webhook_url: is no https address without a user in it",
                remedy="write it like https://pbx.example.fi/talteen",
            )
        if section.webhook_secret_file is None:
            raise ConfigError(
                "exchange.webhook_secret_file: is missing", remedy="name the file of its secret"
            )
    return section
