"""Reads everything that is stored and says where it is not what was stored (``talteen drill
--check``)."""

from collections.abc import Iterator
from datetime import datetime

from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.life.seal import scrub
from talteen.life.seal.vault import Vault
from talteen.notice.particulars import RegisterFile
from talteen.oversight import damage
from talteen.oversight.damage import Place
from talteen.register.log import ledger_check
from talteen.register.log.ledger_store import Log


def check(vault: Vault, log: Log, file: RegisterFile, now: datetime) -> tuple[Place, ...]:
    """Check pages, roll files, the ledger and every blob; note what is damaged, sound the alarm."""
    places = tuple(_places(vault, log))
    damage.note(places, file, now)
    damage.settle(places, now)
    return places


def met(vault: Vault, recording: RecordingId, file: RegisterFile, now: datetime) -> int:
    """Somebody met damage where ``recording`` was to be served: look at it, note what is damaged
    and sound the alarm; returns how many places are new.
    """
    try:
        entry = vault.entry(recording, now)
        found = [
            wrong
            for blob in vault.refs(recording, entry)
            for wrong in scrub.blob_of(vault, recording, entry, blob)
        ]
    except Tampered:  # its page itself
        found = list(scrub.key_plane(vault))
    return damage.note([_place(one) for one in found], file, now)


def _place(found: scrub.Wrong) -> Place:
    return Place(found.kind, found.name, found.recording, found.start, found.end)


def _places(vault: Vault, log: Log) -> Iterator[Place]:
    for found in (*scrub.key_plane(vault), *scrub.blobs(vault)):
        yield _place(found)
    difference = ledger_check.check(log).first_difference
    if difference is not None:
        yield Place("tile", difference, None, 0, 0)
