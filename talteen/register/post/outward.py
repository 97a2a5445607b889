"""One POST to an address that somebody else chose, without being led astray (OWASP SSRF).

A name is looked up once, and the connection goes to the very address that was judged: what the name
says a moment later does not matter. Addresses inside networks are nobody's from here unless the
operator named them. No redirect is followed, nothing of the answer is read but its status, and the
whole takes so many seconds at most.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from talteen.errors import InputError, NotAllowed

ANSWER_S = 5.0
LONGEST_S = 15.0
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Addresses that carry another one inside: what they lead to counts.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a POST goes, after its address was judged."""

    url: SplitResult
    address: str
    port: int


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """The networks that an operator wrote. InputError for one that is none."""
    try:
        return tuple(ipaddress.ip_network(one) for one in written)
    except ValueError:
        raise InputError("this is no network", remedy="write it as 10.1.0.0/16") from None


def parsed(url: str) -> SplitResult:
    """``url`` if it can be posted to at all: http(s), a host, no user, no fragment. InputError."""
    try:
        at = urlsplit(url)
        port = at.port
    except ValueError:
        at, port = urlsplit(""), None
    good = at.scheme in ("http", "https") and at.hostname and port != 0
    plain = url.isascii() and url.isprintable() and " " not in url
    if not good or not plain or at.username is not None or at.fragment or len(url) > 512:
        raise InputError(
            "this is no address for messages", remedy="write it like https://crm.example.fi/talteen"
        )
    return at


def judged(url: str, inside: Iterable[Network]) -> Target:
    """The address behind ``url``. NotAllowed where any that its name stands for is inside a
    network that is not in ``inside``, or where http would go over the open net; OSError where the
    name is nobody's."""
    at, known = parsed(url), tuple(inside)
    port = at.port or (443 if at.scheme == "https" else 80)
    found = socket.getaddrinfo(at.hostname, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(one[4][0]).split("%")[0]) for one in found]
    for address in addresses:
        _check(address, known, secure=at.scheme == "https")
    return Target(at, str(addresses[0]), port)


def _check(address: Address, inside: tuple[Network, ...], *, secure: bool) -> None:
    named = any(address in network for network in inside if network.version == address.version)
    if named:
        return
    if not is_public(address):
        raise NotAllowed(
            "this address is inside a network",
            remedy="if it is meant, name the network in webhooks.networks",
        )
    if not secure:
        raise NotAllowed("messages do not leave in the open", remedy="write https")


def is_public(address: Address) -> bool:
    """Whether ``address``, and any that it carries inside, is one of the open net."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def post(target: Target, headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer; 0 where nobody answered in time."""
    line = _line(target)
    ends = threading.Timer(LONGEST_S, _cut, [line])
    ends.daemon = True
    ends.start()
    path = (target.url.path or "/") + (f"?{target.url.query}" if target.url.query else "")
    try:
        line.request("POST", path, body, dict(headers))
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        ends.cancel()
        line.close()


def _cut(line: http.client.HTTPConnection) -> None:
    """A receiver that answers a byte a second is none."""
    if line.sock is not None:
        line.sock.close()


def _line(target: Target) -> http.client.HTTPConnection:
    """A connection to the address that was judged, under the name that was written."""
    host = target.url.hostname or ""
    if target.url.scheme == "https":
        return _Pinned(host, target.port, target.address, ssl.create_default_context())
    return _Plain(host, target.port, target.address)


class _Plain(http.client.HTTPConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=ANSWER_S)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Pinned(_Plain):
    default_port = http.client.HTTPS_PORT

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, address)
        self._context = context

    def connect(self) -> None:
        super().connect()
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)
