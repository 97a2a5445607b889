"""moto in the place of AWS KMS."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from talteen.engine.vault.holders.credential import RestoreCredential
from talteen.engine.vault.holders.kms import (
    Keys,
    KmsBackupHolder,
    KmsLiveHolder,
    KmsReaper,
    Place,
    connect,
    open_restore,
)
from tests.kit import s3
from tests.kit.keyrings import Ring


@dataclass(frozen=True, slots=True)
class Kms:
    """One service."""

    endpoint: str

    def keys(self, prefix: str) -> Keys:
        return connect(Place(prefix, self.endpoint, "eu-north-1", s3.ACCESS, s3.SECRET))

    def prefix(self) -> str:
        return f"talteen/{uuid4().hex[:12]}"

    def live(self) -> Callable[[], KmsLiveHolder]:
        prefix = self.prefix()
        return lambda: KmsLiveHolder(self.keys(prefix))

    def ring(self, made: RestoreCredential) -> Ring:
        prefix = self.prefix()
        return Ring(
            KmsBackupHolder(self.keys(prefix), made.public),
            KmsReaper(self.keys(prefix)),
            open_restore(self.keys(prefix), *made.shares),
        )


@contextmanager
def places(folder: Path) -> Iterator[Kms]:
    """A moto server."""
    with s3.moto() as place:
        yield Kms(place.endpoint)
