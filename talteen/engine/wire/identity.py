"""What a TLS peer of SIP is called, by its certificate (RFC 5922 7.1). Pure.

The chain was verified before by whoever speaks TLS. Here only names are read: those of SIP URIs,
else those of hosts. A URI with a user names a person and no server; the common name of the subject
counts for nothing, and a wildcard matches nothing (RFC 5922 7.2).
"""

from collections.abc import Mapping
from typing import Any

_SIP, _SIPS = "sip:", "sips:"


def identities(certificate: Mapping[str, Any] | None) -> frozenset[str]:
    """The domains that a certificate proves, in lower case; none without one.

    ``certificate``: as ``ssl.SSLSocket.getpeercert`` gives it.
    """
    names = (certificate or {}).get("subjectAltName", ())
    uris = [value for kind, value in names if kind == "URI" and _is_sip(value)]
    if uris:
        return frozenset(host for uri in uris if (host := _host(uri)))
    hosts = (value.lower() for kind, value in names if kind == "DNS")
    return frozenset(host for host in hosts if "*" not in host)


def _is_sip(uri: str) -> bool:
    return uri.lower().startswith((_SIP, _SIPS))


def _host(uri: str) -> str:
    """The host of a SIP URI that names a domain; empty where it names a user."""
    rest = uri.partition(":")[2]
    if "@" in rest:
        return ""
    host = rest.partition(";")[0].partition("?")[0].partition(":")[0]
    return host.lower()
