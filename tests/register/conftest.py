"""A log of its own for the tests of the ledger."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog.note import Ed25519Signer
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.register.log.ledger_store import Log
from tests.register.ledger_surgery import guard

ORIGIN = "log.example/calls"


@pytest.fixture
def log(tmp_path: Path, transactional_db: None) -> Log:
    """Empty, with a second store in a folder; its tables are guarded as in the product."""
    guard()
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return Log(ORIGIN, Ed25519Signer(ORIGIN, key), FolderStore(tmp_path / "second"))
