"""Reads everything that is stored and says where it is not what was stored (``talteen drill
--check``)."""

from collections.abc import Iterator
from datetime import datetime

from talteen.life.seal import scrub
from talteen.life.seal.vault import Vault
from talteen.notice.particulars import RegisterFile
from talteen.oversight import damage
from talteen.oversight.damage import Place
from talteen.register import ledger_check
from talteen.register.ledger_store import Log


def check(vault: Vault, log: Log, file: RegisterFile, now: datetime) -> tuple[Place, ...]:
    """Check pages, roll files, the ledger and every blob; note what is damaged, sound the alarm."""
    places = tuple(_places(vault, log))
    damage.note(places, file, now)
    damage.settle(places, now)
    return places


def _places(vault: Vault, log: Log) -> Iterator[Place]:
    for found in (*scrub.key_plane(vault), *scrub.blobs(vault)):
        yield Place(found.kind, found.name, found.recording, found.start, found.end)
    difference = ledger_check.check(log).first_difference
    if difference is not None:
        yield Place("tile", difference, None, 0, 0)
