"""The papers of a case: sealed under the key of its file, which a roll makes and a roll lets die.

A case key never seals content of a recording (keys-review 2): the file of a request lives for
years, the calls for months. What does hold a recording's content is a bundle (``bundles``).
"""

import json
from collections.abc import Mapping
from datetime import datetime

from talteen.engine.vault import cobblestone
from talteen.engine.vault.canonical import length_prefixed
from talteen.engine.vault.changes import Changes
from talteen.ids import BlobId, CaseId
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault

_PAPER = b"talteen case paper 1"
Texts = Mapping[str, str]


def open_file(vault: Vault, case: CaseId, now: datetime) -> None:
    """Make the key of a new file, in a roll. Not inside a transaction."""
    rolling.roll(vault, Changes(open_cases=frozenset({case})), now)


def close_files(vault: Vault, cases: frozenset[CaseId], now: datetime) -> None:
    """Let the keys of files die, in one roll: what they sealed opens for nobody any more."""
    if cases:
        rolling.roll(vault, Changes(close_cases=cases), now)


def seal(vault: Vault, case: CaseId, paper: BlobId, texts: Texts) -> bytes:
    """``texts``, a small JSON object, sealed as this paper of this file. KeyGone where the file has
    no key."""
    key = cobblestone.key_of_kind(vault.case_key(case), _PAPER)
    plain = json.dumps(dict(texts), ensure_ascii=False).encode()
    return cobblestone.seal(key, _context(case, paper), plain)


def unseal(vault: Vault, case: CaseId, paper: BlobId, sealed: bytes) -> Texts:
    """What ``seal`` sealed. Tampered for other bytes or another place, KeyGone without a key."""
    key = cobblestone.key_of_kind(vault.case_key(case), _PAPER)
    texts: Texts = json.loads(cobblestone.unseal(key, _context(case, paper), sealed))
    return texts


def _context(case: CaseId, paper: BlobId) -> bytes:
    return length_prefixed([_PAPER, case.bytes, paper.bytes])
