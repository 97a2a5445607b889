"""[keys_live] and [keys_ring]: which key holders a house uses (docs/operators/key-holders.md).

Every setting of a kind that is not chosen is left alone. What is secret stands in files: the PIN of
a token, a token of OpenBao, a key of the key service.
"""

from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from talteen.config.sections import Section
from talteen.errors import ConfigError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class HolderKind(Enum):
    """Where generation keys lie."""

    FILE = "file"
    PKCS11 = "pkcs11"
    OPENBAO = "openbao"
    KMS = "kms"


class KeysSection(Section):
    """What both holders are told."""

    kind: HolderKind = HolderKind.FILE
    """"file", "pkcs11", "openbao" or "kms": where these keys lie"""
    credential_file: Path | None = None
    """a file with the PIN of the token, the token of OpenBao, or ID:SECRET of the key service"""
    copies_days: int = Field(default=0, ge=0, le=60)
    """the days that snapshots and other copies of this holder live, 0 to 60; k counts them"""
    module: str = ""
    """PKCS#11: the library of the token, such as /usr/lib/softhsm/libsofthsm2.so"""
    token: str = ""
    """PKCS#11: the label of the token; the live keys and the ring have one each"""
    address: str = Field(default="", pattern=r"^(https?://[^/@\s]+)?$")
    """the address of OpenBao, or of a key service that is not Amazon's own"""
    ca_file: Path | None = None
    """OpenBao: a PEM file with the authority of its certificate; left out: the system's own"""
    mount: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*(/[A-Za-z0-9_-]+)*$")
    """OpenBao: the transit mount; left out: talteen-live, and talteen-ring for the ring"""
    region: str = "eu-north-1"
    """KMS: the region of the keys"""
    prefix: str = Field(default="", pattern=r"^([A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*)?$")
    """KMS: what aliases begin with; left out: talteen/live, and talteen/ring for the ring"""


class KeysLiveSection(KeysSection):
    """[keys_live]: the keys that open calls now"""


class KeysRingSection(KeysSection):
    """[keys_ring]: the keys by which a backup can be restored"""

    reaper_credential_file: Path | None = None
    """OpenBao, KMS: what deletes in the ring and cannot open; best on the reaper's machine only"""


def checked(live: KeysLiveSection, ring: KeysRingSection) -> None:
    """Refuse what is half-written, and a ring in the place of the live keys: what the house can
    open must not be what two persons keep.
    """
    for told in (live, ring):
        _whole(told)
        _safe(told)
    if live.kind is not ring.kind:
        return
    if live.kind is HolderKind.PKCS11 and (live.module, live.token) == (ring.module, ring.token):
        raise ConfigError("keys_ring.token: is the token of keys_live", remedy="write another one")
    if live.kind is HolderKind.OPENBAO and (live.address, mount(live)) == (
        ring.address,
        mount(ring),
    ):
        raise ConfigError("keys_ring.mount: is the mount of keys_live", remedy="write another one")
    if live.kind is HolderKind.KMS and prefix(live) == prefix(ring):
        raise ConfigError("keys_ring.prefix: is that of keys_live", remedy="write another one")


def _safe(told: KeysSection) -> None:
    """A token that crosses a network in the clear is anybody's."""
    address = urlsplit(told.address)
    if address.scheme == "http" and address.hostname not in _LOOPBACK:
        raise ConfigError(
            f"{section(told)}.address: is no https address",
            remedy="write https://; without TLS everybody on the way reads the credential",
        )


def mount(told: KeysSection) -> str:
    """The transit mount of these keys."""
    return told.mount or f"talteen-{_which(told)}"


def prefix(told: KeysSection) -> str:
    """What the aliases of these keys begin with."""
    return told.prefix or f"talteen/{_which(told)}"


def place(told: KeysSection, folder: Path) -> tuple[object, ...]:
    """What tells one holder from another; ``folder`` is where keys lie in files."""
    match told.kind:
        case HolderKind.FILE:
            return told.kind, folder
        case HolderKind.PKCS11:
            return told.kind, told.module, told.token
        case HolderKind.OPENBAO:
            return told.kind, told.address.rstrip("/"), mount(told)
        case HolderKind.KMS:
            return told.kind, told.address.rstrip("/"), told.region, prefix(told)


def section(told: KeysSection) -> str:
    """The section's name."""
    return f"keys_{_which(told)}"


def _which(told: KeysSection) -> str:
    return "ring" if isinstance(told, KeysRingSection) else "live"


_NEEDED = {
    HolderKind.FILE: (),
    HolderKind.PKCS11: ("credential_file", "module", "token"),
    HolderKind.OPENBAO: ("credential_file", "address"),
    HolderKind.KMS: ("credential_file",),
}


def _whole(told: KeysSection) -> None:
    for key in _NEEDED[told.kind]:
        if not getattr(told, key):
            raise ConfigError(
                f"{section(told)}.{key}: is missing", remedy=f"write {type(told).says(key)}"
            )
