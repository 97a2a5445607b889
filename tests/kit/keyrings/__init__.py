"""Real key holders of every kind, for tests: files, a SoftHSM2 token, an OpenBao server, and moto
in the place of AWS KMS.

``KINDS`` names them; ``places`` starts what a kind needs and makes new, empty places in it.
"""

from collections.abc import Callable
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


class Places(Protocol):
    """A kind of holder that runs. Each call gives a place of its own, with nothing in it."""

    def live(self) -> Callable[[], LiveHolder]:
        """Opens the place anew at each call, as another process would."""
        ...

    def ring(self, made: RestoreCredential) -> Ring:
        """A ring for the house that has the restore credential ``made``."""
        ...


KINDS = ("file", "pkcs11", "openbao", "kms")


@contextmanager
def places(kind: str, folder: Path):  # type: ignore[no-untyped-def]
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
