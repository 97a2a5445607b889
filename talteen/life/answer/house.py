"""What letters of requests need of a house: its keys, its register, and where its texts lie."""

from pathlib import Path
from typing import Protocol

from talteen.life.seal.vault import Vault
from talteen.notice.particulars import RegisterFile


class Paths(Protocol):
    """Where a house keeps its register."""

    @property
    def register(self) -> Path: ...


class Settings(Protocol):
    """The settings of a house."""

    @property
    def paths(self) -> Paths: ...


class Keeps(Protocol):
    """What letters need of a house."""

    @property
    def vault(self) -> Vault: ...

    @property
    def register(self) -> RegisterFile: ...

    @property
    def config(self) -> Settings: ...
