"""[capture]: what this machine listens to, and who is who at the telephone."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field

from talteen.config.sections import Section
from talteen.errors import ConfigError

_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
"""A domain name in lower case, of two parts at least."""


class CaptureSection(Section):
    """[capture]: the SIPREC recording server of this machine"""

    address: str = ""
    """the IP address that calls are sent to; left out, this machine captures none"""
    node: str = "capture-1"
    """the name of this capture node, the same for ever"""
    sip_port: int = Field(default=5060, ge=1, le=65535)
    """the port of SIP over UDP and TCP, 1 to 65535"""
    tls_port: int = Field(default=5061, ge=1, le=65535)
    """the port of SIP over TLS, 1 to 65535; it is open where there is a certificate"""
    tls_certificate_file: Path | None = None
    """a PEM file; with it capture.tls_key_file"""
    tls_key_file: Path | None = None
    """a PEM file; with it capture.tls_certificate_file"""
    tls_client_ca_file: Path | None = None
    """a PEM file: over TLS only clients with a certificate of this authority are spoken to"""
    ports: str = "20000-21999"
    """the media ports, the first one even and the last one odd: two a stream, four a call"""
    ears: int = Field(default=1, ge=1, le=64)
    """how many processes take in media, 1 to 64: one for each core that captures"""
    gather: Literal["sockets", "ring"] = "sockets"
    """how an ear takes in media: socket by socket, or from a ring in the kernel (CAP_NET_RAW)"""
    ring_mib: int = Field(default=128, ge=16, le=4096)
    """the size of each ear's ring, 16 to 4096 MiB; it holds what comes while an ear is dead"""
    peers: tuple[str, ...] = ()
    """the networks, or names in certificates, that may send calls; nobody else is answered"""
    media_from: Literal["signalled", "anywhere"] = "signalled"
    """whence sound is taken: from the address in the offer, or anywhere (a client behind a NAT)"""
    silent_after_s: float = Field(default=15, ge=2, le=3600)
    """a stream that brings nothing for so long while its call is recorded raises an alarm"""
    own_domains: tuple[str, ...] = ()
    """the domains of the house's own telephones, such as ["keskus.example.fi"]"""
    own_extensions: tuple[str, ...] = ()
    """the extensions of the house's own telephones"""
    own_numbers: tuple[str, ...] = ()
    """the house's own numbers and ranges of them, such as ["+358505550170-+358505550179"]"""
    lines: dict[str, str] = Field(default_factory=dict)
    """the service line of each called number, such as {"+358505550100" = "rooms"}"""
    agents: dict[str, str] = Field(default_factory=dict)
    """the staff code of each extension, such as {"7103" = "a03"}"""
    twin_wait_s: float = Field(default=20, ge=0, le=600)
    """with two nodes: how long a call waits to be sealed with the other's of the same session"""
    fallback_line: str = ""
    """the service line of a call that no number tells; left out, the register's first"""
    fallback_agent: str = ""
    """the staff code of a call that no extension tells; left out, the first agent's"""

    def __hash__(self) -> int:
        # A Config is a key: a process has one house for each. Two tables stand in the way.
        return hash(self.model_dump_json())

    @property
    def media_ports(self) -> tuple[int, int]:
        """The first and the last media port. Raises ConfigError where it is no range of pairs."""
        first, _, last = self.ports.partition("-")
        if first.isdigit() and last.isdigit() and not int(first) % 2 and int(last) % 2:
            return int(first), int(last)
        raise ConfigError(
            f"capture.ports: {self.ports} is no range of pairs",
            remedy="begin even and end odd, such as 20000-21999",
        )

    @property
    def ring_bytes(self) -> int:
        """Of each ear's ring; none where it reads its sockets."""
        return self.ring_mib << 20 if self.gather == "ring" else 0

    @property
    def number_ranges(self) -> tuple[tuple[str, str], ...]:
        """The own numbers as ranges with both ends."""
        pairs = (one.partition("-") for one in self.own_numbers)
        return tuple((first.strip(), (last or first).strip()) for first, _, last in pairs)


def checked(section: CaptureSection) -> CaptureSection:
    """``section`` if it can be worked with; raises ConfigError, whose text begins with the key."""
    if not section.address:
        return section
    _ = section.media_ports
    for peer in section.peers:
        _check_peer(peer, named=section.tls_client_ca_file is not None)
    if not section.peers:
        raise ConfigError(
            "capture.peers: is missing", remedy="name the networks that may send calls"
        )
    if (section.tls_certificate_file is None) != (section.tls_key_file is None):
        raise ConfigError(
            "capture.tls_key_file: goes with tls_certificate_file", remedy="write both, or none"
        )
    if section.tls_client_ca_file is not None and section.tls_certificate_file is None:
        raise ConfigError(
            "capture.tls_client_ca_file: there is no TLS here",
            remedy="write tls_certificate_file and tls_key_file, too",
        )
    return section


def _check_peer(peer: str, *, named: bool) -> None:
    """A network, or where certificates are asked for the name in one."""
    try:
        ip_network(peer)
    except ValueError:
        if named and _NAME.fullmatch(peer):
            return
        raise ConfigError(
            f"capture.peers: {peer} is no network",
            remedy="write it like 192.0.2.0/28; a name needs capture.tls_client_ca_file",
        ) from None
