"""[syslog]: a log server that is given the access log."""

from pathlib import Path

from pydantic import Field

from talteen.config.sections import Section


class SyslogSection(Section):
    """[syslog]: a log server for the access log, over TLS (RFC 5425)"""

    host: str = Field(default="", pattern=r"^([A-Za-z0-9.:-]{1,253})?$")
    """the name of a log server, as its certificate says it; left out: nothing is sent"""
    port: int = Field(default=6514, ge=1, le=65535)
    """its TCP port, 1 to 65535"""
    ca_file: Path | None = None
    """the PEM file of the authority that its certificate is of; left out: this machine's own"""
