"""[metrics]: where monitoring may ask for figures."""

import ipaddress
from pathlib import Path

from pydantic import Field

from talteen.config.sections import Section
from talteen.errors import ConfigError


class MetricsSection(Section):
    """[metrics]: figures for Prometheus"""

    host: str = "127.0.0.1"
    """the address that 'talteen metrics' and the pages answer monitoring at"""
    port: int = Field(default=0, ge=0, le=65534)
    """the port of 'talteen metrics', 1 to 65534, the pages' own figures at the next; 0: none"""
    token_file: Path | None = None
    """the file that holds the token which monitoring must bring; needed beyond this machine"""


def checked(section: MetricsSection) -> MetricsSection:
    """``section`` if it can be worked with; raises ConfigError, whose text begins with the key."""
    if section.port and section.token_file is None and not is_here(section.host):
        raise ConfigError(
            "metrics.token_file: is missing",
            remedy="name a file with a token, or leave metrics.host at 127.0.0.1",
        )
    return section


def is_here(host: str) -> bool:
    """Whether ``host`` is this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
