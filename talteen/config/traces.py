"""[traces]: where spans are sent."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from talteen.config.metrics import is_here
from talteen.config.sections import Section
from talteen.errors import ConfigError


class TracesSection(Section):
    """[traces]: how long requests and jobs take, for OpenTelemetry; needs talteen[traces]"""

    endpoint: str = Field(default="", pattern=r"^(https?://[^/@\s]+(/\S*)?)?$")
    """the address that takes OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces"""
    token_file: Path | None = None
    """the file that holds the token which it asks for; left out: none"""
    ca_file: Path | None = None
    """the PEM file of the authority that its certificate is of; left out: this machine's own"""
    share: float = Field(default=1.0, gt=0, le=1)
    """of how many, 1.0 all, 0.1 every tenth"""


def checked(section: TracesSection) -> TracesSection:
    """``section`` if it can be worked with; raises ConfigError, whose text begins with the key."""
    at = urlsplit(section.endpoint)
    if at.scheme == "http" and not is_here(at.hostname or ""):
        raise ConfigError(
            "traces.endpoint: is not on this machine and not https",
            remedy="write https://, or a collector on 127.0.0.1",
        )
    return section
