"""The log's own key begins and changes as entries of the log, so that whoever knew one key follows.

The old key announces the new one: the entry that names it is under a head that the old key signed.
The file that shows it stands in the second store, ``log/key/<index>.key``, and goes out with every
export.
"""

from collections.abc import Iterator
from datetime import datetime

from talteen.engine.tlog import key_change
from talteen.engine.tlog.key_change import KeyChange
from talteen.engine.tlog.note import VerifierKey
from talteen.register.log import ledger
from talteen.register.log import ledger_following as following
from talteen.register.log.ledger_kinds import LogKeyBegun, Sha256
from talteen.register.log.ledger_store import PREFIX, Log

FOLDER = "key/"


def born(log: Log, at: datetime) -> None:
    """Enter the first keys of the log, inside the caller's transaction."""
    ledger.enter(_begun(log.signer.key, _second(log), None), at)


def change(log: Log, key: VerifierKey, second: VerifierKey | None, at: datetime) -> KeyChange:
    """Have the log's present key announce ``key`` (and the ML-DSA key ``second``), and publish it.

    Call it outside any transaction; a second call says the same again. Tampered where the
    announcement could not be followed: then the present key must stay.
    """
    entry = _begun(key, second, log.signer.key)
    found = [one for one in ledger.find(LogKeyBegun) if _of(one.entered.entry) == entry.key]
    name = found[0].leaf_hash if found else ledger.enter(entry, at)
    ledger.publish(log, at)
    made = KeyChange(key, ledger.proof(log, name))
    raw = made.text().encode()
    following.follow(raw, [log.signer.key])
    log.store.put(f"{PREFIX}{FOLDER}{made.proof.index}.key", [raw])
    return made


def kept(log: Log) -> Iterator[tuple[str, bytes]]:
    """Every change of the log's key, by its name below ``log/``, the first one first."""
    names = [key.removeprefix(PREFIX) for key in log.store.keys(PREFIX + FOLDER)]
    for name in sorted(names, key=lambda one: (len(one), one)):
        yield name, log.store.read(PREFIX + name)


def _begun(key: VerifierKey, second: VerifierKey | None, before: VerifierKey | None) -> LogKeyBegun:
    return LogKeyBegun(
        key=Sha256(key_change.name_of(key)),
        second=Sha256(key_change.name_of(second)) if second else None,
        before=Sha256(key_change.name_of(before)) if before else None,
    )


def _second(log: Log) -> VerifierKey | None:
    return log.quantum_signer.key if log.quantum_signer else None


def _of(entry: object) -> bytes | None:
    return entry.key if isinstance(entry, LogKeyBegun) else None
