"""The house's own secrets, each a file: what it signs with, and what opens its live holder.

They lie outside all data, and outside the folders of the key holders.
"""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.config import Config
from talteen.errors import ConfigError

SIGNING = ("house", "node", "log", "capture")
"""The signing keys of a house: for roll files, for its own envelopes, for the log, and for the
envelopes of the capture node of this machine."""
DO_NOT_RECORD = "do-not-record.key"
LIVE_CREDENTIAL, RESTORE_PUBLIC = "live.credential", "restore.public"


def folder(config: Config) -> Path:
    """Where they lie."""
    return config.home / "keys-house"


def signing(config: Config, name: str) -> Ed25519PrivateKey:
    """The signing key called ``name``, one of SIGNING."""
    return Ed25519PrivateKey.from_private_bytes(read(config, f"{name}.ed25519"))


def read(config: Config, name: str) -> bytes:
    """The secret in the file ``name``. Raises ConfigError where it cannot be read."""
    path = folder(config) / name
    try:
        return path.read_bytes()
    except OSError:
        raise ConfigError(
            f"keys-house/{name}: cannot be read", remedy="make a house with 'talteen init'"
        ) from None
