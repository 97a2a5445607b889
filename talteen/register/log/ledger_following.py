"""From a key of the log that is known to the next one, by what the log itself says. Pure."""

from collections.abc import Sequence

from talteen.engine.tlog import key_change, merkle, note, verify
from talteen.engine.tlog.note import VerifierKey
from talteen.errors import Tampered
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_kinds import LogKeyBegun


def follow(raw: bytes, keys: Sequence[VerifierKey]) -> VerifierKey:
    """The key that the file ``raw`` shows to be announced by one of ``keys``.

    Tampered where it shows none.
    """
    made = key_change.parse(raw)
    head = made.proof.head()
    own = [one for one in keys if verify.is_log_key(one, head.origin)]
    signed = {key_change.name_of(one.key) for one in note.verify(made.proof.checkpoint, own)}
    leads = merkle.verify_inclusion(
        merkle.leaf_hash(made.proof.entry),
        index=made.proof.index,
        size=head.size,
        proof=made.proof.hashes,
        root=head.root,
    )
    entry = ledger_bytes.read(made.proof.entry).entry
    announced = (
        isinstance(entry, LogKeyBegun)
        and entry.key == key_change.name_of(made.key)
        and entry.before in signed
    )
    if not (leads and announced and verify.is_log_key(made.key, head.origin)):
        raise Tampered(
            "no key that is trusted announced this one",
            remedy="keep the key that you know; ask the house for the file again",
        )
    return made.key
