"""Real key holders of every kind, for tests: files, a SoftHSM2 token, an OpenBao server, and moto
in the place of AWS KMS.

``KINDS`` names them; ``places`` starts what a kind needs and makes new, empty places in it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from talteen.engine.vault.holders import BackupHolder, LiveHolder, Reaper, RestoreHolder
from talteen.engine.vault.holders.credential import RestoreCredential


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring, as each of its four parties has it."""

    backup: BackupHolder
    reaper: Reaper
    restore: RestoreHolder


@dataclass(frozen=True, slots=True)
class Setting:
    """How a house is told of both its holders."""

    toml: str
    """[keys_live] and [keys_ring]."""
    restore: Path | None = None
    """A file with the credential of a restore, where the ring is a service."""


class Places(Protocol):
    """A kind of holder that runs. Each call gives a place of its own, with nothing in it."""

    def live(self) -> Callable[[], LiveHolder]:
        """Opens the place anew at each call, as another process would."""
        ...

    def ring(self, made: RestoreCredential) -> Ring:
        """A ring for the house that has the restore credential ``made``."""
        ...

    def setting(self, folder: Path) -> Setting:
        """New places for both holders of one house, with their credentials in ``folder``."""
        ...


KINDS = ("file", "pkcs11", "openbao", "kms")


def secret(folder: Path, name: str, text: str) -> Path:
    """A file with a credential, as an operator would keep it."""
    path = folder / name
    path.write_text(text)
    path.chmod(0o600)
    return path


@contextmanager
def places(kind: str, folder: Path) -> Iterator[Places]:
    """The places of one kind; what runs for them is gone at the end."""
    from tests.kit.keyrings import bao, files, kms, softhsm

    starts: dict[str, Callable[[Path], AbstractContextManager[Places]]] = {
        "file": files.places,
        "pkcs11": softhsm.places,
        "openbao": bao.places,
        "kms": kms.places,
    }
    with starts[kind](folder) as made:
        yield made
