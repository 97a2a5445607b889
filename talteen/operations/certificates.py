"""TLS certificates that the settings name: readable, a pair with their key, and valid for how long.

A house that serves people does not start with one that has expired (``refuse_expired``): a browser
would teach people to click warnings away. A node that captures does start, and says so: a call that
its exchange could still bring must not be lost over it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509 import Certificate, load_pem_x509_certificates

from talteen.config import Config
from talteen.errors import ConfigError
from talteen.operations.findings import Finding, doubtful, well, wrong

RENEW_WITHIN = timedelta(days=21)
"""Three weeks before its end a certificate is asked to be renewed."""
_PUBLIC = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class Named:
    """A certificate as the settings name it."""

    setting: str
    file: Path
    key: Path | None
    """Of its private key, where this machine has it."""


def named(config: Config) -> Iterator[Named]:
    """Every certificate file of the settings."""
    web, capture = config.web, config.capture
    if web.tls_certificate_file:
        yield Named("web.tls_certificate_file", web.tls_certificate_file, web.tls_key_file)
    if capture.tls_certificate_file:
        yield Named(
            "capture.tls_certificate_file", capture.tls_certificate_file, capture.tls_key_file
        )
    if capture.tls_client_ca_file:
        yield Named("capture.tls_client_ca_file", capture.tls_client_ca_file, None)
    if config.saml.certificate_file:
        yield Named("saml.certificate_file", config.saml.certificate_file, None)
    if config.saml.key_certificate_file:
        file = config.saml.key_certificate_file
        yield Named("saml.key_certificate_file", file, config.saml.key_file)
    if config.ledger.stamp_roots_file:
        yield Named("ledger.stamp_roots_file", config.ledger.stamp_roots_file, None)


def look(config: Config, now: datetime) -> list[Finding]:
    """How each of them stands at ``now``; a single finding where there is none."""
    found = [_look(one, now) for one in named(config)]
    return found or [well("certificates", "no certificate is named: TLS ends elsewhere")]


def refuse_expired(one: Named, now: datetime) -> None:
    """Raises ConfigError where ``one`` cannot be served at ``now``."""
    found = _look(one, now)
    if not found.remedy or found.figures.get("days_left", -1) >= 0:
        return
    raise ConfigError(found.says, remedy=found.remedy)


def days_left(one: Named, now: datetime) -> int:
    """How many whole days the first to end of its chain is valid; negative after it. ConfigError
    where it cannot be read."""
    return min((end.not_valid_after_utc - now).days for end in _read(one))


def _look(one: Named, now: datetime) -> Finding:
    name = f"certificate:{one.setting}"
    try:
        left, begins = days_left(one, now), max(c.not_valid_before_utc for c in _read(one))
        _check_pair(one)
    except ConfigError as error:
        return wrong(name, error.happened, error.remedy)
    renew = f"put the renewed certificate at {one.file} and restart this role"
    if left < 0:
        return wrong(name, f"{one.setting}: expired {-left} days ago", renew, days_left=left)
    if begins > now:
        return wrong(
            name,
            f"{one.setting}: not valid before {begins:%Y-%m-%d}",
            "set the clock: timedatectl set-ntp true; or put a valid certificate there",
        )
    if left < RENEW_WITHIN.days:
        return doubtful(name, f"{one.setting}: expires in {left} days", renew, days_left=left)
    return well(name, f"{one.setting}: valid for {left} days", days_left=left)


def _read(one: Named) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(one.file.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{one.setting}: {one.file} cannot be read ({error.strerror})",
            remedy="write its whole path, and let the user of this role read it",
        ) from None
    except ValueError:
        raise ConfigError(
            f"{one.setting}: {one.file} holds no certificate",
            remedy="put it there in PEM, the server's own first",
        ) from None


def _check_pair(one: Named) -> None:
    if one.key is None:
        return
    try:
        key = load_pem_private_key(one.key.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigError(
            f"{one.setting}: its key {one.key} cannot be read",
            remedy="put it there in PEM without a passphrase, mode 0600",
        ) from None
    if key.public_key().public_bytes(*_PUBLIC) != _read(one)[0].public_key().public_bytes(*_PUBLIC):
        raise ConfigError(
            f"{one.setting}: does not belong to the key {one.key}",
            remedy="put the certificate and the key of one order there",
        )
