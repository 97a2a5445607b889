"""TLS at the SIP door: our certificate, and whose certificates we ask for (RFC 5922, RFC 8446).

With an authority every client must show a certificate of it, or the handshake fails and nothing of
SIP is ever read. Its names then say who it is (``engine.wire.identity``), beside its address.
"""

import json
import ssl
from asyncio import StreamWriter
from collections.abc import Iterable
from ipaddress import ip_network

from talteen.engine.wire.core import Network
from talteen.engine.wire.flow import Flow, Transport
from talteen.engine.wire.identity import identities
from talteen.errors import ConfigError


def context(files: str) -> ssl.SSLContext:
    """For our listening socket. ``files``: JSON of the paths of certificate, key and the clients'
    authority; the last is empty where clients need no certificate. Raises ConfigError."""
    certificate, key, authority = json.loads(files)
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        made.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError):
        raise _unreadable("tls_certificate_file", certificate) from None
    if authority:
        made.verify_mode = ssl.CERT_REQUIRED
        try:
            made.load_verify_locations(authority)
        except (OSError, ssl.SSLError):
            raise _unreadable("tls_client_ca_file", authority) from None
    return made


def admitted(peers: Iterable[str]) -> tuple[tuple[Network, ...], frozenset[str]]:
    """The networks and the names among ``peers``."""
    networks, names = list[Network](), set[str]()
    for peer in peers:
        try:
            networks.append(ip_network(peer))
        except ValueError:
            names.add(peer.lower())
    return tuple(networks), frozenset(names)


def flow(transport: Transport, writer: StreamWriter, connection: str) -> Flow:
    """The flow of a connection that stands, with what its certificate proves."""
    local, remote = (writer.get_extra_info(name)[:2] for name in ("sockname", "peername"))
    proven = identities(writer.get_extra_info("peercert"))
    return Flow(transport, local, remote, connection, proven)


def _unreadable(setting: str, path: str) -> ConfigError:
    return ConfigError(
        f"capture.{setting}: {path} cannot be used",
        remedy="let the node's user read it, and see that it is PEM and that its key fits",
    )
