"""Tokens of a real SoftHSM2, in a folder of the test's own.

A library is loaded once a process and reads its configuration then: so one folder serves all tests
of a process, with new tokens in it.
"""

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from talteen.engine.vault.holders.credential import RestoreCredential
from talteen.engine.vault.holders.pkcs11 import (
    Pkcs11BackupHolder,
    Pkcs11LiveHolder,
    Pkcs11Reaper,
    Token,
    open_restore,
)
from tests.kit.keyrings import Ring, Setting, secret

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
CONF = "SOFTHSM2_CONF"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one SoftHSM2."""

    folder: Path

    def token(self) -> Token:
        """A new token, and its PIN."""
        token = Token(MODULE, f"t-{uuid4().hex[:20]}", secrets.token_hex(8))
        officer = ["--so-pin", secrets.token_hex(8)]
        words = ["--init-token", "--free", "--label", token.label, "--pin", token.pin, *officer]
        subprocess.run(["softhsm2-util", *words], check=True, stdout=subprocess.DEVNULL)
        import pkcs11

        pkcs11.lib(MODULE).reinitialize()  # it looks for new tokens when it begins
        return token

    def live(self) -> Callable[[], Pkcs11LiveHolder]:
        token = self.token()
        return lambda: Pkcs11LiveHolder(token)

    def ring(self, made: RestoreCredential) -> Ring:
        token = self.token()
        backup = Pkcs11BackupHolder(token, made.public)
        return Ring(backup, Pkcs11Reaper(token), open_restore(token, *made.shares))

    def setting(self, folder: Path) -> Setting:
        return Setting("\n".join(self._section(folder, name) for name in ("live", "ring")))

    def _section(self, folder: Path, name: str) -> str:
        token = self.token()
        pin = secret(folder, f"{name}.pin", token.pin)
        return (
            f'[keys_{name}]\nkind = "pkcs11"\nmodule = "{token.module}"\n'
            f'token = "{token.label}"\ncredential_file = "{pin}"\n'
        )


@contextmanager
def places(folder: Path) -> Iterator[Tokens]:
    """The tokens of this process; the first folder counts, as long as it is there."""
    if not Path(os.environ.get(CONF, folder / CONF)).is_file():
        (folder / "tokens").mkdir()
        (folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n"
            "log.level = ERROR\n"
        )
        os.environ[CONF] = str(folder / "softhsm2.conf")
    yield Tokens(Path(os.environ[CONF]).parent)
